//! Whom TLS trusts: the public authorities as Mozilla lists them, and those of a file.

use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};

use crate::base::{Fault, Result};

/// TLS 1.3 and 1.2, the newer one where the server has both.
pub(super) fn tls(ca_file: Option<&Path>) -> Result<ClientConfig> {
    let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    if let Some(path) = ca_file {
        add_file(&mut roots, path)?;
    }
    let builder = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| Fault::because("TLS cannot be used", error))?;
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}

fn add_file(roots: &mut RootCertStore, path: &Path) -> Result<()> {
    let unusable = |why: String| Fault::new(format!("fetch.ca_file: {} {why}", path.display()));
    let certificates: Vec<CertificateDer<'static>> = CertificateDer::pem_file_iter(path)
        .and_then(Iterator::collect)
        .map_err(|error| unusable(format!("cannot be read: {error}")))?;
    if certificates.is_empty() {
        return Err(unusable("holds no certificate".to_owned()).into());
    }
    for certificate in certificates {
        roots.add(certificate).map_err(|error| unusable(format!("holds an unusable certificate: {error}")))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bad_file_is_refused_by_the_name_of_its_setting() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ca.pem");
        let complaint = || tls(Some(&path)).unwrap_err().to_string();
        assert!(complaint().starts_with("fetch.ca_file: "), "{}", complaint());
        for text in ["", "no certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
            std::fs::write(&path, text).unwrap();
            assert!(complaint().starts_with("fetch.ca_file: "), "{text}: {}", complaint());
        }
    }
}
