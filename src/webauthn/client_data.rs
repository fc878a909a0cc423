//! What a browser says about the page on which a passkey was made or used. Web Authentication Level 3, §5.8.1.

use serde::Deserialize;

use super::{Deviation, RelyingParty};
use crate::base::digest::{from_base64url, same};

/// Which of the two ceremonies it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ceremony {
    /// A passkey was made.
    Create,
    /// A passkey was used.
    Get,
}

impl Ceremony {
    const fn word(self) -> &'static str {
        match self {
            Self::Create => "webauthn.create",
            Self::Get => "webauthn.get",
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CollectedClientData {
    #[serde(rename = "type")]
    kind: String,
    challenge: String,
    origin: String,
    #[serde(default)]
    cross_origin: bool,
    top_origin: Option<String>,
}

/// §7.1, steps 5 to 11, and §7.2, steps 8 to 14: right ceremony, right challenge, a page of ours, in no frame.
pub fn verify(json: &[u8], ceremony: Ceremony, challenge: &[u8], party: &RelyingParty) -> Result<(), Deviation> {
    let text = std::str::from_utf8(json).map_err(|_| Deviation::Malformed)?;
    let said: CollectedClientData = serde_json::from_str(text).map_err(|_| Deviation::Malformed)?;
    if said.kind != ceremony.word() {
        return Err(Deviation::Type);
    }
    let answered = from_base64url(&said.challenge).ok_or(Deviation::Challenge)?;
    if challenge.is_empty() || !same(answered, challenge) {
        return Err(Deviation::Challenge);
    }
    if !party.accepts(&said.origin) {
        return Err(Deviation::Origin);
    }
    // Pages of ours are never framed; a frame of another site that speaks for us is an attack.
    if said.cross_origin || said.top_origin.is_some() {
        return Err(Deviation::CrossOrigin);
    }
    Ok(())
}
