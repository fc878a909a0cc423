//! The authorities whose certificates `tls_client_auth` accepts. RFC 8705 §2.1, RFC 5280 §6, on rustls-webpki.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use rustls::RootCertStore;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, UnixTime};
use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::ClientCertVerifier;

use super::ClientCertificate;
use crate::base::Timestamp;

/// Authorities that are trusted to name clients.
pub struct Authorities(Arc<dyn ClientCertVerifier>);

impl Authorities {
    /// Read their certificates, one or more in PEM. `Err` says what is wrong with them.
    pub fn from_pem(pem: &[u8]) -> Result<Self, String> {
        let mut roots = RootCertStore::empty();
        for certificate in CertificateDer::pem_slice_iter(pem) {
            let certificate = certificate.map_err(|error| format!("no PEM: {error}"))?;
            roots.add(certificate).map_err(|error| format!("a certificate cannot be used: {error}"))?;
        }
        if roots.is_empty() {
            return Err("there is no certificate in it".to_owned());
        }
        WebPkiClientVerifier::builder_with_provider(roots.into(), ring::default_provider().into())
            .build()
            .map(Self)
            .map_err(|error| error.to_string())
    }

    /// Whether one of them vouches for the certificate at this moment: a chain of valid certificates with valid
    /// signatures leads to it, and the certificate may be used by clients (`clientAuth`, where it names its uses).
    pub fn vouch_for(&self, certificate: &ClientCertificate, now: Timestamp) -> bool {
        let Ok(seconds) = u64::try_from(now.seconds()) else { return false };
        let moment = UnixTime::since_unix_epoch(Duration::from_secs(seconds));
        let between: Vec<_> =
            certificate.intermediates.iter().map(|der| CertificateDer::from(der.as_slice())).collect();
        self.0.verify_client_cert(&CertificateDer::from(certificate.der.as_slice()), &between, moment).is_ok()
    }
}

impl fmt::Debug for Authorities {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Authorities({})", self.0.root_hint_subjects().len())
    }
}
