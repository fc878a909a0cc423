//! A new passkey. Web Authentication Level 3, §7.1 (without attestation: see [`crate::webauthn`]).

use minicbor::Decoder;
use minicbor::decode::Error as CborError;

use super::authenticator_data::{Asked, AuthenticatorData};
use super::client_data::{self, Ceremony};
use super::public_key::PublicKey;
use super::response::RegistrationResponse;
use super::{Deviation, RelyingParty};
use crate::base::digest::sha256;

/// A passkey to keep. Whether its id is known already is for the caller to see.
#[derive(Clone, Debug)]
pub struct NewCredential {
    /// Its name.
    pub id: Vec<u8>,
    /// Its key.
    pub public_key: PublicKey,
    /// How often it was used; 0 where that is not counted.
    pub sign_count: u32,
    /// How its authenticator can be reached.
    pub transports: Vec<String>,
    /// Whether it can leave the device.
    pub backup_eligible: bool,
    /// Whether it has.
    pub backed_up: bool,
    /// Whether the device checked who was there when it was made.
    pub user_verified: bool,
    /// The kind of authenticator.
    pub aaguid: [u8; 16],
}

/// What is inside an attestation object.
struct Attestation<'b> {
    format: &'b str,
    authenticator_data: &'b [u8],
    statement: Statement<'b>,
}

/// An attestation statement, as far as the two formats go that are accepted.
#[derive(Default)]
struct Statement<'b> {
    algorithm: Option<i64>,
    signature: Option<&'b [u8]>,
    has_more: bool,
}

/// Judge a browser's answer to [`options::creation`](super::options::creation) with this challenge.
pub fn verify(
    party: &RelyingParty,
    challenge: &[u8],
    asked: Asked,
    response: &RegistrationResponse,
) -> Result<NewCredential, Deviation> {
    client_data::verify(&response.client_data, Ceremony::Create, challenge, party)?;
    let attestation = Attestation::parse(&response.attestation_object).map_err(|_| Deviation::Malformed)?;
    let data = AuthenticatorData::parse(attestation.authenticator_data)?;
    data.verify(party, asked)?;
    let attested = data.attested.as_ref().ok_or(Deviation::Malformed)?;
    if attested.credential_id != response.credential_id {
        return Err(Deviation::CredentialId);
    }
    attestation.verify(&attested.public_key, &response.client_data)?;
    Ok(NewCredential {
        id: attested.credential_id.clone(),
        public_key: attested.public_key.clone(),
        sign_count: data.sign_count,
        transports: response.transports.clone(),
        backup_eligible: data.is_backup_eligible(),
        backed_up: data.is_backed_up(),
        user_verified: data.is_user_verified(),
        aaguid: attested.aaguid,
    })
}

impl<'b> Attestation<'b> {
    fn parse(bytes: &'b [u8]) -> Result<Self, CborError> {
        let (mut format, mut data, mut statement) = (None, None, None);
        let mut decoder = Decoder::new(bytes);
        for _ in 0..decoder.map()?.unwrap_or_default() {
            let repeated = match decoder.str()? {
                "fmt" => format.replace(decoder.str()?).is_some(),
                "authData" => data.replace(decoder.bytes()?).is_some(),
                "attStmt" => statement.replace(Statement::parse(&mut decoder)?).is_some(),
                _ => return Err(CborError::message("an unknown member")),
            };
            if repeated {
                return Err(CborError::message("a member is there twice"));
            }
        }
        match (format, data, statement) {
            (Some(format), Some(authenticator_data), Some(statement)) if decoder.position() == bytes.len() => {
                Ok(Self { format, authenticator_data, statement })
            }
            _ => Err(CborError::message("a member is missing, or something follows")),
        }
    }

    /// §8.7 (`none`), and §8.2 (`packed`) by the passkey itself.
    fn verify(&self, key: &PublicKey, client_data: &[u8]) -> Result<(), Deviation> {
        let statement = &self.statement;
        match (self.format, statement.algorithm, statement.signature) {
            ("none", None, None) if !statement.has_more => Ok(()),
            ("packed", Some(algorithm), Some(signature))
                if !statement.has_more && algorithm == key.algorithm().number() =>
            {
                let signed = [self.authenticator_data, &sha256(client_data)].concat();
                key.verify(&signed, signature).map_err(|_| Deviation::Attestation)
            }
            _ => Err(Deviation::Attestation),
        }
    }
}

impl<'b> Statement<'b> {
    fn parse(decoder: &mut Decoder<'b>) -> Result<Self, CborError> {
        let mut statement = Self::default();
        let count = decoder.map()?.ok_or_else(|| CborError::message("a map of indefinite length"))?;
        for _ in 0..count {
            match decoder.str()? {
                "alg" => statement.algorithm = Some(decoder.i64()?),
                "sig" => statement.signature = Some(decoder.bytes()?),
                _ => {
                    statement.has_more = true;
                    decoder.skip()?;
                }
            }
        }
        Ok(statement)
    }
}
