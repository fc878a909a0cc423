//! Certificates made for the purpose: what is read from them, and whom an authority vouches for.

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    PKCS_ECDSA_P384_SHA384, PKCS_ED25519, SanType, date_time_ymd,
};

use super::*;
use crate::base::digest::{base64url, sha256};
use crate::base::random::Random;
use crate::jose::{Algorithm, SigningKey};

/// 2026-11-22T00:00:00Z
const NOW: Timestamp = Timestamp::from_seconds(1_795_305_600);

fn params(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CountryName, "JP");
    params.distinguished_name.push(DnType::CommonName, name);
    params.not_before = date_time_ymd(2026, 1, 1);
    params.not_after = date_time_ymd(2027, 1, 1);
    params
}

fn read(der: &[u8]) -> ClientCertificate {
    ClientCertificate::read(der, Vec::new()).unwrap()
}

struct Authority {
    issuer: Issuer<'static, KeyPair>,
    der: Vec<u8>,
    pem: String,
}

impl Authority {
    fn root(name: &str) -> Self {
        let (params, key) = (Self::params(name), KeyPair::generate().unwrap());
        let own = params.self_signed(&key).unwrap();
        Self { der: own.der().to_vec(), pem: own.pem(), issuer: Issuer::new(params, key) }
    }

    fn below(&self, name: &str) -> Self {
        let (params, key) = (Self::params(name), KeyPair::generate().unwrap());
        let own = params.signed_by(&key, &self.issuer).unwrap();
        Self { der: own.der().to_vec(), pem: own.pem(), issuer: Issuer::new(params, key) }
    }

    fn params(name: &str) -> CertificateParams {
        let mut params = params(name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        params
    }

    fn issue(&self, params: &CertificateParams) -> ClientCertificate {
        read(params.signed_by(&KeyPair::generate().unwrap(), &self.issuer).unwrap().der())
    }
}

#[test]
fn names_dates_and_thumbprint_are_read() {
    let mut params = params("shop, the first");
    params.subject_alt_names = vec![
        SanType::DnsName("Shop.Example".try_into().unwrap()),
        SanType::DnsName("*.shop.example".try_into().unwrap()),
        SanType::URI("https://shop.example/client".try_into().unwrap()),
        SanType::IpAddress("192.0.2.7".parse().unwrap()),
        SanType::IpAddress("2001:db8::7".parse().unwrap()),
        SanType::Rfc822Name("Shop@Example.com".try_into().unwrap()),
    ];
    let made = params.self_signed(&KeyPair::generate().unwrap()).unwrap();
    let certificate = read(made.der());
    assert_eq!(certificate.subject.to_string(), r"CN=shop\, the first,C=JP");
    assert_eq!(certificate.thumbprint(), base64url(sha256(made.der())));
    assert!(format!("{certificate:?}").len() < 120, "no dump of the certificate");
    let names = &certificate.names;
    for (what, is_there, expected) in [
        ("a DNS name", names.has_dns("shop.example"), true),
        ("below a wildcard", names.has_dns("a.shop.example"), false),
        ("a part of a DNS name", names.has_dns("example"), false),
        ("a URI", names.has_uri("https://shop.example/client"), true),
        ("another spelling of the URI", names.has_uri("https://shop.example/Client"), false),
        ("an address", names.has_ip("192.0.2.7"), true),
        ("an address written out", names.has_ip("2001:0db8:0:0:0:0:0:0007"), true),
        ("another address", names.has_ip("192.0.2.8"), false),
        ("no address", names.has_ip("shop.example"), false),
        ("a mailbox", names.has_email("Shop@example.COM"), true),
        ("another mailbox", names.has_email("shop@example.com"), false),
        ("nothing", names.has_dns("") || names.has_uri("") || names.has_ip("") || names.has_email(""), false),
    ] {
        assert_eq!(is_there, expected, "{what}");
    }
    assert_eq!(Validity::of(made.der()), Some(certificate.validity));
    for (moment, is_valid) in [
        ("2025-12-31T23:59:59Z", false),
        ("2026-01-01T00:00:00Z", true),
        ("2027-01-01T00:00:00.999Z", true),
        ("2027-01-01T00:00:01Z", false),
    ] {
        assert_eq!(certificate.validity.contains(Timestamp::from_rfc3339(moment).unwrap()), is_valid, "{moment}");
    }
}

#[test]
fn keys_are_those_that_sign() {
    for algorithm in Algorithm::ALL {
        let pkcs8 = SigningKey::generate(algorithm, &Random::system()).unwrap();
        let own = SigningKey::from_pkcs8(algorithm, &pkcs8).unwrap();
        let pair = KeyPair::try_from(pkcs8.as_slice()).unwrap();
        let certificate = read(params("x").self_signed(&pair).unwrap().der());
        assert_eq!(certificate.key.as_ref(), Some(&own.public().key), "{algorithm:?}");
    }
    let other = KeyPair::generate_for(&PKCS_ECDSA_P384_SHA384).unwrap();
    assert_eq!(read(params("x").self_signed(&other).unwrap().der()).key, None);
}

#[test]
fn what_is_no_certificate_is_none() {
    let key = KeyPair::generate_for(&PKCS_ED25519).unwrap();
    let der = params("x").self_signed(&key).unwrap().der().to_vec();
    for end in 0..der.len() {
        assert_eq!(ClientCertificate::read(&der[..end], Vec::new()), None, "cut at {end}");
    }
    assert_eq!(ClientCertificate::read(&[der.as_slice(), &[0]].concat(), Vec::new()), None);
    // Whatever a byte is changed to, reading it ends, and never with the same certificate.
    for at in 0..der.len() {
        let mut changed = der.clone();
        changed[at] ^= 0x41;
        if let Some(other) = ClientCertificate::read(&changed, Vec::new()) {
            assert_ne!(other.thumbprint(), read(&der).thumbprint(), "byte {at}");
        }
    }
}

/// (A103)
#[test]
fn an_authority_vouches_for_its_own_within_their_dates() {
    let (ours, twin) = (Authority::root("Maker CA"), Authority::root("Maker CA"));
    let trusted = Authorities::from_pem(ours.pem.as_bytes()).unwrap();
    let uses = |purposes: &[ExtendedKeyUsagePurpose]| {
        let mut params = params("shop");
        params.extended_key_usages = purposes.to_vec();
        params
    };
    let dates = |from: i32, to: i32| {
        let mut params = params("shop");
        (params.not_before, params.not_after) = (date_time_ymd(from, 1, 1), date_time_ymd(to, 1, 1));
        params
    };
    let middle = ours.below("Department CA");
    let alone = middle.issue(&params("shop"));
    let with_issuer = ClientCertificate { intermediates: vec![middle.der.clone()], ..alone.clone() };
    let with_junk = ClientCertificate { intermediates: vec![b"junk".to_vec(), middle.der.clone()], ..alone.clone() };
    let own_word = read(params("shop").self_signed(&KeyPair::generate().unwrap()).unwrap().der());
    let leaf_key = KeyPair::generate().unwrap();
    let leaf = params("shop").signed_by(&leaf_key, &ours.issuer).unwrap();
    let below_a_leaf = {
        let issuer = Issuer::new(params("shop"), leaf_key);
        let made = params("forged").signed_by(&KeyPair::generate().unwrap(), &issuer).unwrap();
        ClientCertificate { intermediates: vec![leaf.der().to_vec()], ..read(made.der()) }
    };
    for (what, certificate, expected) in [
        ("for clients", ours.issue(&uses(&[ExtendedKeyUsagePurpose::ClientAuth])), true),
        ("for any use", ours.issue(&uses(&[])), true),
        ("for servers", ours.issue(&uses(&[ExtendedKeyUsagePurpose::ServerAuth])), false),
        ("the same name of another authority", twin.issue(&params("shop")), false),
        ("expired", ours.issue(&dates(2025, 2026)), false),
        ("not yet valid", ours.issue(&dates(2027, 2028)), false),
        ("through an authority below", with_issuer, true),
        ("with junk beside it", with_junk, true),
        ("without the authority between", alone, false),
        ("by its own word", own_word, false),
        ("by somebody who may not issue", below_a_leaf, false),
    ] {
        assert_eq!(trusted.vouch_for(&certificate, NOW), expected, "{what}");
    }
    let both = Authorities::from_pem(format!("{}{}", ours.pem, twin.pem).as_bytes()).unwrap();
    assert!(both.vouch_for(&twin.issue(&params("shop")), NOW));
    assert!(!both.vouch_for(&twin.issue(&params("shop")), Timestamp::from_millis(-1)));
}

#[test]
fn what_names_no_authority_says_so() {
    let key = KeyPair::generate().unwrap().serialize_pem();
    for pem in ["", "junk", &key, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
        assert!(Authorities::from_pem(pem.as_bytes()).is_err(), "{pem}");
    }
}
