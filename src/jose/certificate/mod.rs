//! The certificate of a client, as its TLS connection or a trusted proxy brings it. RFC 5280, RFC 8705.
//! What is read here is what RFC 8705 compares: the subject (§2.1.2), alternative names, the key (§2.2), the
//! thumbprint that tokens are bound to (§3.1). Whether the client holds the private key is TLS's own question.

mod authorities;
mod distinguished_name;

use std::fmt;
use std::net::IpAddr;

use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::GeneralName;
use x509_parser::oid_registry::{OID_EC_P256, OID_KEY_TYPE_EC_PUBLIC_KEY, OID_PKCS1_RSAENCRYPTION, OID_SIG_ED25519};
use x509_parser::prelude::FromDer as _;
use x509_parser::public_key::PublicKey as Parsed;
use x509_parser::time::ASN1Time;
use x509_parser::x509::SubjectPublicKeyInfo;

pub use authorities::Authorities;
pub use distinguished_name::DistinguishedName;

use super::PublicKey;
use crate::base::Timestamp;
use crate::base::digest::fingerprint;

/// A certificate that a client showed.
#[derive(Clone, PartialEq, Eq)]
pub struct ClientCertificate {
    /// Its DER encoding.
    pub der: Vec<u8>,
    /// The certificates that came with it, from its issuer upwards: hints for finding a chain, never more.
    pub intermediates: Vec<Vec<u8>>,
    /// Whom it names. May be empty.
    pub subject: DistinguishedName,
    /// Its alternative names.
    pub names: AlternativeNames,
    /// Its own dates.
    pub validity: Validity,
    /// Its key, where it is of a kind that signatures are verified with here.
    pub key: Option<PublicKey>,
    thumbprint: String,
}

/// From when until when a certificate is good. RFC 5280 §4.1.2.5.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Validity {
    /// The first moment.
    pub not_before: Timestamp,
    /// The last second.
    pub not_after: Timestamp,
}

/// The entries of `subjectAltName` that RFC 8705 §2.1.2 knows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AlternativeNames {
    /// `dNSName`
    pub dns: Vec<String>,
    /// `uniformResourceIdentifier`
    pub uri: Vec<String>,
    /// `iPAddress`
    pub ip: Vec<IpAddr>,
    /// `rfc822Name`
    pub email: Vec<String>,
}

impl ClientCertificate {
    /// Read a certificate and those that came with it. `None` where it cannot be read to its last byte.
    pub fn read(der: &[u8], intermediates: Vec<Vec<u8>>) -> Option<Self> {
        let (rest, parsed) = X509Certificate::from_der(der).ok()?;
        if !rest.is_empty() {
            return None;
        }
        Some(Self {
            der: der.to_owned(),
            intermediates,
            subject: DistinguishedName::of(parsed.subject())?,
            names: AlternativeNames::of(&parsed)?,
            validity: Validity::in_certificate(&parsed),
            key: key_of(parsed.public_key()),
            thumbprint: fingerprint(der),
        })
    }

    /// `x5t#S256`: what a token that is bound to the certificate carries.
    /// [RFC 8705 §3.1](https://www.rfc-editor.org/rfc/rfc8705#section-3.1)
    pub fn thumbprint(&self) -> &str {
        &self.thumbprint
    }
}

impl fmt::Debug for ClientCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ClientCertificate({} {})", self.thumbprint, self.subject)
    }
}

impl Validity {
    /// The dates of any certificate. `None` where it cannot be read.
    pub fn of(der: &[u8]) -> Option<Self> {
        X509Certificate::from_der(der).ok().map(|(_, parsed)| Self::in_certificate(&parsed))
    }

    fn in_certificate(certificate: &X509Certificate<'_>) -> Self {
        let moment = |time: ASN1Time| Timestamp::from_seconds(time.timestamp());
        let validity = certificate.validity();
        Self { not_before: moment(validity.not_before), not_after: moment(validity.not_after) }
    }

    /// Whether it is good at this moment. The last second counts as a whole.
    pub fn contains(&self, now: Timestamp) -> bool {
        self.not_before <= now && now.seconds() <= self.not_after.seconds()
    }
}

impl AlternativeNames {
    /// `None` where the extension is there and cannot be read, or is there twice.
    fn of(certificate: &X509Certificate<'_>) -> Option<Self> {
        let mut names = Self::default();
        let Some(extension) = certificate.subject_alternative_name().ok()? else { return Some(names) };
        for name in &extension.value.general_names {
            match name {
                GeneralName::DNSName(text) => names.dns.push((*text).to_owned()),
                GeneralName::URI(text) => names.uri.push((*text).to_owned()),
                GeneralName::IPAddress(bytes) => names.ip.push(address(bytes)?),
                GeneralName::RFC822Name(text) => names.email.push((*text).to_owned()),
                GeneralName::Invalid(..) => return None,
                GeneralName::OtherName(..)
                | GeneralName::X400Address(_)
                | GeneralName::DirectoryName(_)
                | GeneralName::EDIPartyName(_)
                | GeneralName::RegisteredID(_) => {}
            }
        }
        Some(names)
    }

    /// Whether one of them is this DNS name. A wildcard is a name like any other: it names nobody else.
    pub fn has_dns(&self, name: &str) -> bool {
        self.dns.iter().any(|own| own.eq_ignore_ascii_case(name))
    }

    /// Whether one of them is this URI, character by character (RFC 5280 §7.4 compares after normalisation; what
    /// is registered here is what the certificate says).
    pub fn has_uri(&self, uri: &str) -> bool {
        self.uri.iter().any(|own| own == uri)
    }

    /// Whether one of them is this address, however it is written.
    pub fn has_ip(&self, text: &str) -> bool {
        text.parse::<IpAddr>().is_ok_and(|address| self.ip.contains(&address))
    }

    /// Whether one of them is this mailbox: the part before the at sign is exact, the host is not
    /// ([RFC 5280 §7.5](https://www.rfc-editor.org/rfc/rfc5280#section-7.5)).
    pub fn has_email(&self, email: &str) -> bool {
        let parts =
            |text: &str| text.rsplit_once('@').map(|(local, host)| (local.to_owned(), host.to_ascii_lowercase()));
        parts(email).is_some_and(|wanted| self.email.iter().any(|own| parts(own).as_ref() == Some(&wanted)))
    }
}

fn address(bytes: &[u8]) -> Option<IpAddr> {
    if let Ok(four) = <[u8; 4]>::try_from(bytes) {
        return Some(four.into());
    }
    <[u8; 16]>::try_from(bytes).ok().map(IpAddr::from)
}

fn key_of(info: &SubjectPublicKeyInfo<'_>) -> Option<PublicKey> {
    let algorithm = info.algorithm.oid();
    let bits = info.subject_public_key.data.as_ref();
    if *algorithm == OID_PKCS1_RSAENCRYPTION {
        let Ok(Parsed::RSA(key)) = info.parsed() else { return None };
        return Some(PublicKey::Rsa { n: without_zeros(key.modulus), e: without_zeros(key.exponent) });
    }
    if *algorithm == OID_KEY_TYPE_EC_PUBLIC_KEY {
        let curve = info.algorithm.parameters()?.as_oid().ok()?;
        let point = <[u8; 65]>::try_from(bits).ok()?;
        return (curve == OID_EC_P256 && point[0] == 4).then_some(PublicKey::P256(point));
    }
    (*algorithm == OID_SIG_ED25519).then(|| <[u8; 32]>::try_from(bits).ok().map(PublicKey::Ed25519))?
}

fn without_zeros(number: &[u8]) -> Vec<u8> {
    number.iter().copied().skip_while(|byte| *byte == 0).collect()
}

#[cfg(test)]
mod tests;
