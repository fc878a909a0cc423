//! The sector of a client that registers itself: whose host it is must agree. OpenID Connect Core §8.1, OpenID Connect
//! Dynamic Client Registration §5.

use crate::app::App;
use crate::gateway::fetch::Purpose;
use crate::oidc::client::ClientMetadata;
use crate::oidc::client::member::wrong;
use crate::oidc::error::OAuthError;

/// Refuse a `sector_identifier_uri` whose document does not list every redirection URI. No transaction may be open.
/// [OpenID Connect Dynamic Client Registration §5](https://openid.net/specs/openid-connect-registration-1_0.html#SectorIdentifierValidation)
pub async fn check(app: &App, metadata: &ClientMetadata) -> Result<(), OAuthError> {
    let Some(uri) = &metadata.sector_identifier_uri else { return Ok(()) };
    let refuse = |why: &str| wrong("sector_identifier_uri", why);
    // A document that was changed a moment ago for this very registration must be seen as it is.
    let fetched = app.documents.again(Purpose::SectorIdentifierUri, uri).await;
    let document = fetched.map_err(|error| refuse(&format!("cannot be used: {error}")))?;
    let listed = serde_json::from_slice::<Vec<String>>(&document.body)
        .map_err(|_| refuse("must lead to a JSON array of redirection URIs"))?;
    match metadata.redirect_uris.iter().find(|own| !listed.iter().any(|uri| uri == own.as_str())) {
        None => Ok(()),
        Some(own) => Err(refuse(&format!("leads to a document without {own}"))),
    }
}
