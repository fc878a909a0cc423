//! What an authenticator says about itself. Web Authentication Level 3, §6.1.

use minicbor::Decoder;
use minicbor::data::Type;

use super::public_key::PublicKey;
use super::{Deviation, LONGEST_CREDENTIAL_ID, RelyingParty};

const USER_PRESENT: u8 = 0x01;
const USER_VERIFIED: u8 = 0x04;
const BACKUP_ELIGIBLE: u8 = 0x08;
const BACKED_UP: u8 = 0x10;
const ATTESTED: u8 = 0x40;
const EXTENSIONS: u8 = 0x80;

/// Authenticator data, read to its last byte.
#[derive(Clone, Debug)]
pub struct AuthenticatorData {
    rp_id_hash: [u8; 32],
    flags: u8,
    /// How often the passkey was used; 0 where that is not counted.
    pub sign_count: u32,
    /// The passkey, where one was made.
    pub attested: Option<Attested>,
}

/// A passkey that was made.
#[derive(Clone, Debug)]
pub struct Attested {
    /// The kind of authenticator.
    pub aaguid: [u8; 16],
    /// The name of the passkey.
    pub credential_id: Vec<u8>,
    /// Its key.
    pub public_key: PublicKey,
}

impl AuthenticatorData {
    /// Read it. Nothing may follow.
    pub fn parse(bytes: &[u8]) -> Result<Self, Deviation> {
        let mut rest = bytes;
        let rp_id_hash = take::<32>(&mut rest)?;
        let [flags] = take::<1>(&mut rest)?;
        let sign_count = u32::from_be_bytes(take::<4>(&mut rest)?);
        let attested = if flags & ATTESTED == 0 { None } else { Some(attested(&mut rest)?) };
        if flags & EXTENSIONS != 0 {
            skip_map(&mut rest)?;
        }
        if !rest.is_empty() {
            return Err(Deviation::Malformed);
        }
        Ok(Self { rp_id_hash, flags, sign_count, attested })
    }

    /// For us, with somebody present and verified where that is asked.
    pub fn verify(&self, party: &RelyingParty, asked: Asked) -> Result<(), Deviation> {
        if self.rp_id_hash != party.id_hash() {
            return Err(Deviation::RpId);
        }
        if asked == Asked::Person && !self.has(USER_PRESENT) {
            return Err(Deviation::NotPresent);
        }
        if asked == Asked::Person && !self.is_user_verified() {
            return Err(Deviation::NotVerified);
        }
        if self.is_backed_up() && !self.is_backup_eligible() {
            return Err(Deviation::Backup);
        }
        Ok(())
    }

    /// Whether the device checked who was there.
    pub fn is_user_verified(&self) -> bool {
        self.has(USER_VERIFIED)
    }

    /// Whether the passkey can leave the device that made it.
    pub fn is_backup_eligible(&self) -> bool {
        self.has(BACKUP_ELIGIBLE)
    }

    /// Whether it has.
    pub fn is_backed_up(&self) -> bool {
        self.has(BACKED_UP)
    }

    fn has(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }
}

/// Who must have been there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// A person, whom the device recognised.
    Person,
    /// Nobody: a browser makes a passkey by itself for somebody who has just signed in by password
    /// (§5.1.3, `mediation: "conditional"`).
    Nobody,
}

fn take<const N: usize>(rest: &mut &[u8]) -> Result<[u8; N], Deviation> {
    let (taken, after) = rest.split_first_chunk::<N>().ok_or(Deviation::Malformed)?;
    *rest = after;
    Ok(*taken)
}

fn attested(rest: &mut &[u8]) -> Result<Attested, Deviation> {
    let aaguid = take::<16>(rest)?;
    let length = usize::from(u16::from_be_bytes(take::<2>(rest)?));
    if length == 0 || length > LONGEST_CREDENTIAL_ID {
        return Err(Deviation::CredentialId);
    }
    let (credential_id, after) = rest.split_at_checked(length).ok_or(Deviation::Malformed)?;
    let (public_key, used) = PublicKey::read(after)?;
    *rest = after.get(used..).ok_or(Deviation::Malformed)?;
    Ok(Attested { aaguid, credential_id: credential_id.to_vec(), public_key })
}

/// Extensions are a map; none was asked for whose answer matters.
fn skip_map(rest: &mut &[u8]) -> Result<(), Deviation> {
    let mut decoder = Decoder::new(rest);
    if !matches!(decoder.datatype(), Ok(Type::Map)) || decoder.skip().is_err() {
        return Err(Deviation::Malformed);
    }
    let used = decoder.position();
    *rest = rest.get(used..).ok_or(Deviation::Malformed)?;
    Ok(())
}
