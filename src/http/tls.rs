//! TLS of our own, on rustls with ring: 1.3 preferred, 1.2 with ECDHE and AES-GCM only. RFC 8446, RFC 9325 (BCP 195).
//!
//! One listener is for everybody. The other asks for a certificate (RFC 8705 §2), takes one of any issuer or none, and
//! makes sure that the client holds its key; whom it names is for whoever reads it to judge. Each has tickets of its
//! own, so that a session that began without being asked is never continued where clients are asked.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::{CryptoProvider, WebPkiSupportedAlgorithms, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, UnixTime};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::server::{ClientHello, NoClientAuth, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls::version::{TLS12, TLS13};
use rustls::{CipherSuite, DigitallySignedStruct, DistinguishedName, ServerConfig, SignatureScheme};
use tokio::signal::unix::Signal;
use tokio_rustls::TlsAcceptor;

use crate::app::watched::{Watched, read_file};
use crate::app::{App, metrics};
use crate::base::time::days;
use crate::base::{Clock, Fault, Result, Timestamp};
use crate::config::Config;
use crate::jose::certificate::Validity;

/// How often the files are looked at.
const LOOK_EVERY: Duration = Duration::from_secs(3);

/// The server's certificate, and how connections begin with it.
#[derive(Clone)]
pub struct Tls {
    certificate: Arc<ServerCertificate>,
    /// For `listen`.
    pub for_everybody: TlsAcceptor,
    /// For `tls.mtls_listen`.
    pub asking_for_certificates: TlsAcceptor,
}

impl Tls {
    /// Read the files that the settings name; `None` where TLS is left to a proxy.
    pub fn open(config: &Config, clock: &Clock) -> Result<Option<Self>> {
        let (Some(certificate), Some(key)) = (&config.tls.certificate, &config.tls.key) else { return Ok(None) };
        let files = vec![certificate.clone(), key.clone()];
        let (certificate, key, clock) = (certificate.clone(), key.clone(), clock.clone());
        let read = move |before: Option<&Loaded>| {
            let loaded = Loaded::read(&certificate, &key)?;
            // At the start it is the only one there is; later it must not take the place of a better one.
            if before.is_some() && !loaded.validity.contains(clock.now()) {
                let Validity { not_before, not_after } = loaded.validity;
                return Err(Fault::new(format!("tls.certificate: good from {not_before} to {not_after} only")).into());
            }
            Ok(loaded)
        };
        let certificate = Arc::new(ServerCertificate(Watched::open("tls.certificate", files, read)?));
        let algorithms = ring::default_provider().signature_verification_algorithms;
        Ok(Some(Self {
            for_everybody: acceptor(&certificate, Arc::new(NoClientAuth))?,
            asking_for_certificates: acceptor(&certificate, Arc::new(AnyIssuer(algorithms)))?,
            certificate,
        }))
    }
}

fn acceptor(certificate: &Arc<ServerCertificate>, verifier: Arc<dyn ClientCertVerifier>) -> Result<TlsAcceptor> {
    let failed = |error: rustls::Error| Fault::because("TLS cannot be set up", error);
    let mut config = ServerConfig::builder_with_provider(provider())
        .with_protocol_versions(&[&TLS13, &TLS12])
        .map_err(failed)?
        .with_client_cert_verifier(verifier)
        .with_cert_resolver(Arc::<ServerCertificate>::clone(certificate));
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    config.ticketer = ring::Ticketer::new().map_err(failed)?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}

/// Everything that ring offers is ECDHE with an AEAD. Of TLS 1.2, what RFC 9325 §4.2 recommends is left and no more:
/// FAPI (Financial-grade API Security Profile 1.0 Part 2 §8.5) takes no other.
fn provider() -> Arc<CryptoProvider> {
    let mut provider = ring::default_provider();
    provider.cipher_suites.retain(|suite| !NOT_RECOMMENDED.contains(&suite.suite()));
    Arc::new(provider)
}

/// What ring offers beyond that.
const NOT_RECOMMENDED: [CipherSuite; 2] = [
    CipherSuite::TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
    CipherSuite::TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
];

/// The certificate in use. A new one is for connections that begin from then on; none is dropped.
#[derive(Debug)]
struct ServerCertificate(Watched<Loaded>);

impl ResolvesServerCert for ServerCertificate {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0.get().key))
    }
}

struct Loaded {
    key: Arc<CertifiedKey>,
    validity: Validity,
}

impl Loaded {
    fn read(certificate: &Path, key: &Path) -> Result<Self> {
        let unusable = |setting: &str, path: &Path, why: &dyn std::fmt::Display| {
            Fault::new(format!("{setting}: {} cannot be used: {why}", path.display()))
        };
        let chain = CertificateDer::pem_slice_iter(&read_file("tls.certificate", certificate)?)
            .collect::<std::result::Result<Vec<_>, _>>()
            .map_err(|error| unusable("tls.certificate", certificate, &error))?;
        let validity = chain
            .first()
            .and_then(|first| Validity::of(first))
            .ok_or_else(|| unusable("tls.certificate", certificate, &"there is no certificate in it"))?;
        let private = PrivateKeyDer::from_pem_slice(&read_file("tls.key", key)?)
            .map_err(|error| unusable("tls.key", key, &error))?;
        let key = CertifiedKey::from_der(chain, private, &provider())
            .map_err(|error| unusable("tls.key", key, &format!("{error} (with {})", certificate.display())))?;
        Ok(Self { key: Arc::new(key), validity })
    }
}

/// A client may show a certificate of any issuer; TLS proves that it holds the key.
#[derive(Debug)]
struct AnyIssuer(WebPkiSupportedAlgorithms);

impl ClientCertVerifier for AnyIssuer {
    fn client_auth_mandatory(&self) -> bool {
        false
    }

    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: UnixTime,
    ) -> std::result::Result<ClientCertVerified, rustls::Error> {
        Ok(ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signature, &self.0)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signature, &self.0)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_schemes()
    }
}

/// Look after the files for as long as the process runs: every few seconds, and when it is hung up on (SIGHUP).
pub async fn keep_current(app: Arc<App>, tls: Option<Tls>, mut hang_up: Signal) {
    let mut warned_at = None;
    loop {
        if let Some(tls) = &tls {
            report(&tls.certificate.0, app.clock.now(), &mut warned_at);
        }
        let in_any_case = tokio::select! {
            Some(()) = hang_up.recv() => true,
            () = tokio::time::sleep(LOOK_EVERY) => false,
        };
        let (app, tls) = (Arc::clone(&app), tls.clone());
        let looked = tokio::task::spawn_blocking(move || {
            app.client_ca.look(in_any_case);
            if let Some(tls) = tls {
                tls.certificate.0.look(in_any_case);
            }
        });
        if let Err(error) = looked.await {
            tracing::error!(%error, "the files of TLS could not be looked at");
        }
    }
}

/// Say until when the certificate is good: as a measurement always, in the log once a day when it becomes urgent.
fn report(certificate: &Watched<Loaded>, now: Timestamp, warned_at: &mut Option<Timestamp>) {
    let Validity { not_after, .. } = certificate.get().validity;
    metrics::certificate(not_after, certificate.is_bad());
    let is_urgent = now.plus(days(14)) >= not_after;
    if is_urgent && warned_at.is_none_or(|before| now.since(before) >= days(1)) {
        tracing::warn!(%not_after, "the certificate of tls.certificate expires soon, or has expired");
        *warned_at = Some(now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// (A200)
    #[test]
    fn every_suite_has_forward_secrecy_and_authenticated_encryption() {
        let suites: Vec<CipherSuite> = provider().cipher_suites.iter().map(|suite| suite.suite()).collect();
        assert_eq!(suites.len(), 7);
        for suite in suites {
            let name = format!("{suite:?}");
            let is_good = match name.strip_prefix("TLS13_") {
                Some(rest) => rest.contains("_GCM_") || rest.contains("CHACHA20_POLY1305_"),
                None => name.starts_with("TLS_ECDHE_") && name.contains("_AES_") && name.contains("_GCM_"),
            };
            assert!(is_good, "{name}");
        }
    }
}
