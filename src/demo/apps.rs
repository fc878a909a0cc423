//! The two apps as Hosho's clients: registered like any other, their secrets kept beside the demo's data.

use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::site::Places;
use super::{shop, support_site};
use crate::app::{App, Work};
use crate::base::{Error, Fault, Result};
use crate::service::oidc::client::{RegisterError, create};

/// Both of them.
#[derive(Deserialize, Serialize)]
pub struct Apps {
    /// The address of Hosho for which they are registered.
    issuer: String,
    /// The shop.
    pub shop: Credentials,
    /// The support site.
    pub support: Credentials,
}

/// What an app authenticates itself with.
#[derive(Clone, Deserialize, Serialize)]
pub struct Credentials {
    /// Its name.
    pub client_id: String,
    /// Its secret.
    pub client_secret: String,
}

impl Apps {
    /// Read what an earlier run has written.
    pub fn read(path: &Path) -> Result<Option<Self>> {
        match std::fs::read(path) {
            Ok(bytes) => Ok(serde_json::from_slice(&bytes).ok()),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Fault::because(format!("{} cannot be read", path.display()), error).into()),
        }
    }

    /// Keep them for the next run.
    pub fn write(&self, path: &Path) -> Result<()> {
        let written = serde_json::to_vec_pretty(self).map_err(std::io::Error::from).and_then(|bytes| {
            use std::io::Write as _;
            use std::os::unix::fs::OpenOptionsExt as _;
            let mut options = std::fs::OpenOptions::new();
            options.write(true).create(true).truncate(true).mode(0o600).open(path)?.write_all(&bytes)
        });
        Ok(written.map_err(|error| Fault::because(format!("{} cannot be written", path.display()), error))?)
    }

    /// Whether they are registered at these addresses.
    pub fn are_at(&self, places: &Places) -> bool {
        self.issuer == places.hosho
    }

    /// Register both. The shop asks its visitors for consent; the support site is the maker's own and does not.
    pub async fn register(app: &Arc<App>, places: &Places) -> Result<Self> {
        let metadata = |home: &str, names: (&str, &str), scopes: &[&str], first_party: bool| {
            json!({
                "client_name": names.1,
                "client_name#ja": names.0,
                "client_uri": home,
                "redirect_uris": [format!("{home}/callback")],
                "post_logout_redirect_uris": [format!("{home}/bye")],
                "grant_types": ["authorization_code"],
                "response_types": ["code"],
                "token_endpoint_auth_method": "client_secret_basic",
                "scope": scopes.join(" "),
                "hosho_first_party": first_party,
            })
        };
        let shop = metadata(&places.shop, ("風待ストア", "Kazemachi Store"), shop::SCOPES, false);
        let support = metadata(&places.support, ("風待サポート", "Kazemachi Support"), support_site::SCOPES, true);
        Ok(Self {
            issuer: places.hosho.clone(),
            shop: registered(app, &shop.to_string()).await?,
            support: registered(app, &support.to_string()).await?,
        })
    }
}

async fn registered(app: &Arc<App>, metadata: &str) -> Result<Credentials> {
    let mut work = Work::for_operator(app);
    let registered = create(&mut work, metadata).await.map_err(|error| match error {
        RegisterError::Metadata(error) => Error::from(Fault::new(format!("a sample app is refused: {error:?}"))),
        RegisterError::Error(error) => error,
    })?;
    work.commit().await?;
    let secret = registered.secret.ok_or_else(|| Fault::new("a sample app got no secret"))?;
    Ok(Credentials { client_id: registered.kept.client.id.to_string(), client_secret: secret.expose().to_owned() })
}
