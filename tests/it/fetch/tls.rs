//! Whom a request trusts: the public authorities and those of a file, for the name that was asked.

use std::sync::Arc;

use hosho::config::Config;
use hosho::gateway::fetch::{Fetch, FetchError};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::version::{TLS12, TLS13};
use rustls::{ProtocolVersion, ServerConfig, SupportedProtocolVersion};
use tempfile::TempDir;

use super::{get, live_for};
use crate::support::WebHost;

/// An authority that lives as long as a test, in a file.
struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    folder: TempDir,
}

impl Authority {
    fn make() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("ca.pem"), issuer.pem()).unwrap();
        Self { issuer, folder }
    }

    fn file(&self) -> String {
        self.folder.path().join("ca.pem").display().to_string()
    }

    /// A server with a certificate for a name.
    fn server(&self, name: &str, versions: &[&'static SupportedProtocolVersion]) -> ServerConfig {
        self.server_with(&CertificateParams::new(vec![name.to_owned()]).unwrap(), versions)
    }

    fn server_with(&self, params: &CertificateParams, versions: &[&'static SupportedProtocolVersion]) -> ServerConfig {
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_protocol_versions(versions)
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .unwrap()
    }
}

fn url(host: &WebHost) -> String {
    format!("https://{}/jwks", host.as_localhost())
}

#[tokio::test]
async fn an_authority_counts_once_its_file_is_named() {
    let authority = Authority::make();
    let host = WebHost::serving_by_tls(authority.server("localhost", &[&TLS12, &TLS13]), "{}");
    assert_eq!(get(&live_for(&host, &[]), &url(&host)).await, Err(FetchError::Unreachable));
    assert!(host.requests().is_empty());

    let document = get(&live_for(&host, &[("HOSHO_FETCH_CA_FILE", &authority.file())]), &url(&host)).await.unwrap();
    assert_eq!(document.body, b"{}");
    assert_eq!(host.tls_versions(), [ProtocolVersion::TLSv1_3]);
}

#[tokio::test]
async fn tls_1_2_is_spoken_with_those_who_have_nothing_newer() {
    let authority = Authority::make();
    let host = WebHost::serving_by_tls(authority.server("localhost", &[&TLS12]), "{}");
    assert!(get(&live_for(&host, &[("HOSHO_FETCH_CA_FILE", &authority.file())]), &url(&host)).await.is_ok());
    assert_eq!(host.tls_versions(), [ProtocolVersion::TLSv1_2]);
}

#[tokio::test]
async fn a_certificate_is_good_for_its_name_its_time_and_its_authority() {
    let (authority, other) = (Authority::make(), Authority::make());
    let mut expired = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    (expired.not_before, expired.not_after) = (date_time_ymd(2020, 1, 1), date_time_ymd(2021, 1, 1));
    for (what, server) in [
        ("of another name", authority.server("rp.example", &[&TLS13])),
        ("of another authority", other.server("localhost", &[&TLS13])),
        ("of another time", authority.server_with(&expired, &[&TLS13])),
    ] {
        let host = WebHost::serving_by_tls(server, "{}");
        let fetch = live_for(&host, &[("HOSHO_FETCH_CA_FILE", &authority.file())]);
        assert_eq!(get(&fetch, &url(&host)).await, Err(FetchError::Unreachable), "{what}");
        assert!(host.requests().is_empty(), "{what}");
    }
}

/// An authority of one's own makes no host public.
#[tokio::test]
async fn a_trusted_certificate_opens_no_private_address_a159() {
    let authority = Authority::make();
    let host = WebHost::serving_by_tls(authority.server("localhost", &[&TLS13]), "{}");
    let config = Config::from_variables(&[("HOSHO_FETCH_CA_FILE", &authority.file())]).unwrap();
    let fetch = Fetch::live(&config.fetch, |_, _| {}).unwrap();
    assert_eq!(get(&fetch, &url(&host)).await, Err(FetchError::NotPublic));
    assert_eq!(host.connections(), 0);
}
