//! The use of a passkey. Web Authentication Level 3, §7.2.

use super::authenticator_data::{Asked, AuthenticatorData};
use super::client_data::{self, Ceremony};
use super::public_key::PublicKey;
use super::response::AssertionResponse;
use super::{Deviation, RelyingParty};
use crate::base::digest::{same, sha256};

/// The passkey as it was kept.
#[derive(Clone, Debug)]
pub struct Kept<'a> {
    /// Its key.
    pub public_key: &'a PublicKey,
    /// Whose it is, as the authenticator was told.
    pub user_handle: &'a [u8],
    /// Whether only passkeys of this person were asked for: the authenticator may then leave out whose it is.
    pub was_named: bool,
    /// Whether it can leave the device; that never changes.
    pub backup_eligible: bool,
}

/// What a good use tells. Whether the count went on is for the caller to judge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Used {
    /// How often it was used; 0 where that is not counted.
    pub sign_count: u32,
    /// Whether it has left the device by now.
    pub backed_up: bool,
}

/// Judge a browser's answer to [`options::request`](super::options::request) with this challenge. The device must
/// have recognised the person: a passkey is used instead of everything else, or as the stronger of two factors.
pub fn verify(
    party: &RelyingParty,
    challenge: &[u8],
    kept: &Kept<'_>,
    response: &AssertionResponse,
) -> Result<Used, Deviation> {
    let is_owner = match &response.user_handle {
        Some(handle) => same(handle, kept.user_handle),
        None => kept.was_named,
    };
    if !is_owner {
        return Err(Deviation::UserHandle);
    }
    client_data::verify(&response.client_data, Ceremony::Get, challenge, party)?;
    let data = AuthenticatorData::parse(&response.authenticator_data)?;
    data.verify(party, Asked::Person)?;
    if data.attested.is_some() {
        return Err(Deviation::Malformed);
    }
    if data.is_backup_eligible() != kept.backup_eligible {
        return Err(Deviation::Backup);
    }
    let signed = [response.authenticator_data.as_slice(), &sha256(&response.client_data)].concat();
    kept.public_key.verify(&signed, &response.signature)?;
    Ok(Used { sign_count: data.sign_count, backed_up: data.is_backed_up() })
}
