//! The authorities of `tls.client_ca`, which vouch for the certificates of `tls_client_auth` clients. RFC 8705 §2.1.

use super::watched::{Watched, read_file};
use crate::base::{Fault, Result, Timestamp};
use crate::config::Config;
use crate::jose::ClientCertificate;
use crate::jose::certificate::Authorities;

/// The authorities, or none.
#[derive(Debug)]
pub struct ClientCa(Option<Watched<Authorities>>);

const SETTING: &str = "tls.client_ca";

impl ClientCa {
    /// Read the file that the settings name.
    pub fn open(config: &Config) -> Result<Self> {
        let Some(path) = config.tls.client_ca.clone() else { return Ok(Self(None)) };
        let files = vec![path.clone()];
        let read = move |_: Option<&Authorities>| {
            let pem = read_file(SETTING, &path)?;
            Authorities::from_pem(&pem)
                .map_err(|why| Fault::new(format!("{SETTING}: {}: {why}", path.display())).into())
        };
        Watched::open(SETTING, files, read).map(|authorities| Self(Some(authorities)))
    }

    /// Whether one of them vouches for the certificate now. Without authorities nobody does.
    pub fn vouches_for(&self, certificate: &ClientCertificate, now: Timestamp) -> bool {
        self.0.as_ref().is_some_and(|authorities| authorities.get().vouch_for(certificate, now))
    }

    /// Read the file again where it has changed, or in any case.
    pub fn look(&self, in_any_case: bool) {
        if let Some(authorities) = &self.0 {
            authorities.look(in_any_case);
        }
    }
}
