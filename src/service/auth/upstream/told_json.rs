//! What a provider told, as it is sealed while the person decides.

use serde::{Deserialize, Serialize};

use crate::base::{Fault, Result};
use crate::domain::account::{EmailAddress, Field};
use crate::domain::auth::upstream::{Identity, Told};

#[derive(Serialize, Deserialize)]
struct Json {
    provider: String,
    issuer: String,
    subject: String,
    email: Option<String>,
    email_verified: bool,
    names: Vec<(String, String)>,
}

/// As bytes to seal.
pub(super) fn write(told: &Told) -> Result<Vec<u8>> {
    let json = Json {
        provider: told.identity.provider.clone(),
        issuer: told.identity.issuer.clone(),
        subject: told.identity.subject.clone(),
        email: told.email.as_ref().map(EmailAddress::to_string),
        email_verified: told.email_verified,
        names: told.names.iter().map(|(field, text)| (field.claim().to_owned(), text.clone())).collect(),
    };
    serde_json::to_vec(&json).map_err(|error| Fault::because("what was told cannot be written", error).into())
}

/// From bytes that were sealed.
pub(super) fn read(bytes: &[u8]) -> Result<Told> {
    let json: Json =
        serde_json::from_slice(bytes).map_err(|error| Fault::because("what was told cannot be read", error))?;
    Ok(Told {
        identity: Identity { provider: json.provider, issuer: json.issuer, subject: json.subject },
        email: json.email.and_then(|email| EmailAddress::parse(&email).ok()),
        email_verified: json.email_verified,
        names: json.names.into_iter().filter_map(|(name, text)| Some((Field::of_claim(&name)?, text))).collect(),
    })
}
