//! What a browser answers, as `PublicKeyCredential.toJSON()` has it. Web Authentication Level 3, §5.1 and §5.1.8.

use serde::Deserialize;

use super::{Deviation, LONGEST_CREDENTIAL_ID};
use crate::base::digest::from_base64url;

/// A new passkey.
#[derive(Debug)]
pub struct RegistrationResponse {
    /// The name of the passkey.
    pub credential_id: Vec<u8>,
    /// JSON, as the browser hashed it.
    pub client_data: Vec<u8>,
    /// CBOR.
    pub attestation_object: Vec<u8>,
    /// How the authenticator can be reached, in the standard's words.
    pub transports: Vec<String>,
}

/// The use of a passkey.
#[derive(Debug)]
pub struct AssertionResponse {
    /// The name of the passkey.
    pub credential_id: Vec<u8>,
    /// JSON, as the browser hashed it.
    pub client_data: Vec<u8>,
    /// What the authenticator signed, together with the hash of the client data.
    pub authenticator_data: Vec<u8>,
    /// The signature.
    pub signature: Vec<u8>,
    /// Whose the authenticator says it is.
    pub user_handle: Option<Vec<u8>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Credential<R> {
    id: String,
    raw_id: String,
    #[serde(rename = "type")]
    kind: String,
    response: R,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Attestation {
    #[serde(rename = "clientDataJSON")]
    client_data: String,
    attestation_object: String,
    #[serde(default)]
    transports: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Assertion {
    #[serde(rename = "clientDataJSON")]
    client_data: String,
    authenticator_data: String,
    signature: String,
    user_handle: Option<String>,
}

/// The transports of §5.8.4. What else is said is not kept.
const TRANSPORTS: [&str; 6] = ["ble", "hybrid", "internal", "nfc", "smart-card", "usb"];

impl RegistrationResponse {
    /// Read it.
    pub fn parse(json: &str) -> Result<Self, Deviation> {
        let (credential_id, response) = parse::<Attestation>(json)?;
        let mut transports = response.transports;
        transports.retain(|transport| TRANSPORTS.contains(&transport.as_str()));
        transports.sort();
        transports.dedup();
        Ok(Self {
            credential_id,
            client_data: decode(&response.client_data)?,
            attestation_object: decode(&response.attestation_object)?,
            transports,
        })
    }
}

impl AssertionResponse {
    /// Read it.
    pub fn parse(json: &str) -> Result<Self, Deviation> {
        let (credential_id, response) = parse::<Assertion>(json)?;
        Ok(Self {
            credential_id,
            client_data: decode(&response.client_data)?,
            authenticator_data: decode(&response.authenticator_data)?,
            signature: decode(&response.signature)?,
            user_handle: response.user_handle.as_deref().map(decode).transpose()?,
        })
    }
}

fn parse<R: for<'de> Deserialize<'de>>(json: &str) -> Result<(Vec<u8>, R), Deviation> {
    let credential: Credential<R> = serde_json::from_str(json).map_err(|_| Deviation::Malformed)?;
    if credential.kind != "public-key" || credential.id != credential.raw_id {
        return Err(Deviation::Malformed);
    }
    let id = decode(&credential.raw_id)?;
    if id.is_empty() || id.len() > LONGEST_CREDENTIAL_ID {
        return Err(Deviation::CredentialId);
    }
    Ok((id, credential.response))
}

fn decode(text: &str) -> Result<Vec<u8>, Deviation> {
    from_base64url(text).ok_or(Deviation::Malformed)
}
