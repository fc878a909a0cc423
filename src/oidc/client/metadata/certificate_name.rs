//! Whom the certificate of a client must name. RFC 8705 §2.1.2.

use serde_json::{Value, json};

use crate::jose::ClientCertificate;
use crate::jose::certificate::DistinguishedName;
use crate::oidc::client::member::{Members, wrong};
use crate::oidc::error::OAuthError;

/// The one name by which a certificate of `tls_client_auth` is recognised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CertificateName {
    /// `tls_client_auth_subject_dn`: the subject, as it was written and as it is compared.
    SubjectDn(String, DistinguishedName),
    /// `tls_client_auth_san_dns`
    SanDns(String),
    /// `tls_client_auth_san_uri`
    SanUri(String),
    /// `tls_client_auth_san_ip`
    SanIp(String),
    /// `tls_client_auth_san_email`
    SanEmail(String),
}

const SUBJECT_DN: &str = "tls_client_auth_subject_dn";
const SAN_DNS: &str = "tls_client_auth_san_dns";
const SAN_URI: &str = "tls_client_auth_san_uri";
const SAN_IP: &str = "tls_client_auth_san_ip";
const SAN_EMAIL: &str = "tls_client_auth_san_email";

impl CertificateName {
    /// [RFC 8705 §2.1.2](https://www.rfc-editor.org/rfc/rfc8705#section-2.1.2): a client has one of these members.
    pub(super) fn read(members: &Members<'_>) -> Result<Option<Self>, OAuthError> {
        let mut found = None;
        for name in [SUBJECT_DN, SAN_DNS, SAN_URI, SAN_IP, SAN_EMAIL] {
            let Some(text) = members.text(name)?.filter(|text| !text.is_empty()) else { continue };
            if found.is_some() {
                return Err(wrong(name, "and another member say whom the certificate names; one is expected"));
            }
            found = Some(Self::of(name, text)?);
        }
        Ok(found)
    }

    fn of(name: &str, text: &str) -> Result<Self, OAuthError> {
        let own = text.to_owned();
        Ok(match name {
            SUBJECT_DN => {
                let parsed = DistinguishedName::parse(text);
                Self::SubjectDn(own, parsed.ok_or_else(|| wrong(name, "must be a name such as CN=shop,O=Maker,C=JP"))?)
            }
            SAN_DNS => Self::SanDns(own),
            SAN_URI => Self::SanUri(own),
            SAN_IP if text.parse::<std::net::IpAddr>().is_err() => return Err(wrong(name, "must be an IP address")),
            SAN_IP => Self::SanIp(own),
            _ => Self::SanEmail(own),
        })
    }

    pub(super) fn put(&self, put: &mut impl FnMut(&str, Value)) {
        let (name, text) = match self {
            Self::SubjectDn(text, _) => (SUBJECT_DN, text),
            Self::SanDns(text) => (SAN_DNS, text),
            Self::SanUri(text) => (SAN_URI, text),
            Self::SanIp(text) => (SAN_IP, text),
            Self::SanEmail(text) => (SAN_EMAIL, text),
        };
        put(name, json!(text));
    }

    /// Whether it is this certificate's.
    pub fn is_of(&self, certificate: &ClientCertificate) -> bool {
        match self {
            Self::SubjectDn(_, name) => certificate.subject.is_same_as(name),
            Self::SanDns(name) => certificate.names.has_dns(name),
            Self::SanUri(uri) => certificate.names.has_uri(uri),
            Self::SanIp(address) => certificate.names.has_ip(address),
            Self::SanEmail(email) => certificate.names.has_email(email),
        }
    }
}
