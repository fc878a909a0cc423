//! What a browser is asked, as `parseCreationOptionsFromJSON()` and `parseRequestOptionsFromJSON()` read it.
//! Web Authentication Level 3, §5.4 and §5.5.

use serde::Serialize;

use super::{CoseAlgorithm, RelyingParty};
use crate::base::digest::base64url;

/// A passkey that the browser should know of: not to be made again, or one of those that may be used.
#[derive(Clone, Debug)]
pub struct Known {
    /// Its name.
    pub id: Vec<u8>,
    /// How its authenticator can be reached.
    pub transports: Vec<String>,
}

/// For whom a passkey is made.
#[derive(Clone, Debug)]
pub struct User<'a> {
    /// Names the person to the authenticator; opaque, and the same for all of their passkeys.
    pub handle: &'a [u8],
    /// The account, as dialogs tell it from another: an address.
    pub name: &'a str,
    /// The person, as dialogs greet them.
    pub display_name: &'a str,
}

/// `PublicKeyCredentialCreationOptionsJSON`
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CreationOptions {
    rp: Rp,
    user: UserEntity,
    challenge: String,
    pub_key_cred_params: Vec<Parameter>,
    timeout: u64,
    exclude_credentials: Vec<Descriptor>,
    authenticator_selection: Selection,
    attestation: &'static str,
    extensions: Extensions,
}

/// `PublicKeyCredentialRequestOptionsJSON`
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RequestOptions {
    challenge: String,
    rp_id: String,
    timeout: u64,
    allow_credentials: Vec<Descriptor>,
    user_verification: &'static str,
}

#[derive(Debug, Serialize)]
struct Rp {
    id: String,
    name: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct UserEntity {
    id: String,
    name: String,
    display_name: String,
}

#[derive(Debug, Serialize)]
struct Parameter {
    #[serde(rename = "type")]
    kind: &'static str,
    alg: i64,
}

#[derive(Debug, Serialize)]
struct Descriptor {
    #[serde(rename = "type")]
    kind: &'static str,
    id: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    transports: Vec<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Selection {
    resident_key: &'static str,
    require_resident_key: bool,
    user_verification: &'static str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Extensions {
    cred_props: bool,
}

/// Ask for a new passkey, one that can be found without a name being typed. `by_itself` is for a browser that makes
/// one without asking: it cannot verify anybody.
pub fn creation(
    party: &RelyingParty,
    challenge: &[u8],
    user: &User<'_>,
    known: &[Known],
    (milliseconds, by_itself): (u64, bool),
) -> CreationOptions {
    CreationOptions {
        rp: Rp { id: party.id.clone(), name: party.name.clone() },
        user: UserEntity {
            id: base64url(user.handle),
            name: user.name.to_owned(),
            display_name: user.display_name.to_owned(),
        },
        challenge: base64url(challenge),
        pub_key_cred_params: CoseAlgorithm::ALL
            .into_iter()
            .map(|algorithm| Parameter { kind: "public-key", alg: algorithm.number() })
            .collect(),
        timeout: milliseconds,
        exclude_credentials: descriptors(known),
        authenticator_selection: Selection {
            resident_key: "required",
            require_resident_key: true,
            user_verification: if by_itself { "preferred" } else { "required" },
        },
        attestation: "none",
        extensions: Extensions { cred_props: true },
    }
}

/// Ask for the use of a passkey: of one of these, or of any where none is named.
pub fn request(party: &RelyingParty, challenge: &[u8], known: &[Known], milliseconds: u64) -> RequestOptions {
    RequestOptions {
        challenge: base64url(challenge),
        rp_id: party.id.clone(),
        timeout: milliseconds,
        allow_credentials: descriptors(known),
        user_verification: "required",
    }
}

fn descriptors(known: &[Known]) -> Vec<Descriptor> {
    known
        .iter()
        .map(|known| Descriptor { kind: "public-key", id: base64url(&known.id), transports: known.transports.clone() })
        .collect()
}
