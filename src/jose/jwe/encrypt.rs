//! Encrypting for a client. RFC 7516 §5.1, OpenID Connect Core §10.2.

use aes_kw::{KeyInit as _, KwAes128};
use rsa::BoxedUint;
use rsa::sha2::Sha256;
use serde_json::{Map, Value, json};
use zeroize::Zeroizing;

use super::agreement::{Parties, agree, ephemeral, point_of, public_half};
use super::{ContentEncryption, KeyManagement, content};
use crate::base::digest::base64url;
use crate::base::random::Random;
use crate::base::{Fault, Result};
use crate::jose::draw::Draw;
use crate::jose::{ForeignKey, PublicKey};

/// For whom, and how.
#[derive(Clone, Copy, Debug)]
pub struct Recipient<'a> {
    /// The client's key, which [`ClientKeys::encrypting`](crate::jose::ClientKeys::encrypting) finds.
    pub key: &'a ForeignKey,
    /// The registered `alg`.
    pub algorithm: KeyManagement,
    /// The registered `enc`, or its default.
    pub encryption: ContentEncryption,
}

/// The key of the content, and how it travels.
struct ContentKey {
    key: Zeroizing<Vec<u8>>,
    /// Empty where both sides come to the key by themselves.
    encrypted: Vec<u8>,
    /// `epk`.
    ephemeral: Option<Value>,
}

impl Recipient<'_> {
    /// Encrypt a signed token: the nested form, which says so in `cty`
    /// ([RFC 7519 §5.2](https://www.rfc-editor.org/rfc/rfc7519#section-5.2)).
    pub fn encrypt_token(&self, token: &str, random: &Random) -> Result<String> {
        self.encrypt(token.as_bytes(), Some("JWT"), random)
    }

    /// Encrypt claims that are not signed, as JSON.
    pub fn encrypt_claims(&self, claims: &[u8], random: &Random) -> Result<String> {
        self.encrypt(claims, None, random)
    }

    fn encrypt(&self, plaintext: &[u8], content_type: Option<&str>, random: &Random) -> Result<String> {
        let key = match self.algorithm {
            KeyManagement::RsaOaep256 => self.encrypted_key(random)?,
            KeyManagement::EcdhEs | KeyManagement::EcdhEsA128Kw => self.agreed_key(random)?,
        };
        let header = base64url(Value::Object(self.header(content_type, key.ephemeral)).to_string());
        let sealed = content::seal(self.encryption, &key.key, header.as_bytes(), plaintext, random)?;
        let rest = [key.encrypted, sealed.iv, sealed.text, sealed.tag].map(base64url).join(".");
        Ok(format!("{header}.{rest}"))
    }

    fn header(&self, content_type: Option<&str>, ephemeral: Option<Value>) -> Map<String, Value> {
        let kid = self.key.kid.clone().map(Value::from);
        let members = [
            ("alg", Some(self.algorithm.name().into())),
            ("enc", Some(self.encryption.name().into())),
            ("kid", kid),
            ("cty", content_type.map(Value::from)),
            ("epk", ephemeral),
        ];
        members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
    }

    /// A fresh key, which only the client can decrypt.
    fn encrypted_key(&self, random: &Random) -> Result<ContentKey> {
        let PublicKey::Rsa { n, e } = &self.key.key else { return Err(unfit().into()) };
        let failed = |error| Fault::because("a key could not be encrypted for a client", error);
        let public = rsa::PublicKey::new(BoxedUint::from_be_slice_vartime(n), BoxedUint::from_be_slice_vartime(e));
        let key = content_key(self.encryption, random);
        let encrypted = public
            .and_then(|public| public.oaep_encrypt_with_rng::<Sha256, _>(&mut Draw(random), &key))
            .map_err(failed)?;
        Ok(ContentKey { key, encrypted, ephemeral: None })
    }

    /// A key that both sides come to, or a fresh one wrapped under it.
    fn agreed_key(&self, random: &Random) -> Result<ContentKey> {
        let point = point_of(&self.key.key).ok_or_else(unfit)?;
        let own = ephemeral(random);
        let parties = Parties { algorithm: self.algorithm, encryption: self.encryption, sender: b"", recipient: b"" };
        let agreed = agree(&own, &point, parties);
        let mut epk = json!({});
        for (name, value) in public_half(&own).required_members() {
            epk[name] = value.into();
        }
        if self.algorithm != KeyManagement::EcdhEsA128Kw {
            return Ok(ContentKey { key: agreed, encrypted: Vec::new(), ephemeral: Some(epk) });
        }
        let key = content_key(self.encryption, random);
        let mut encrypted = vec![0; key.len() + aes_kw::IV_LEN];
        KwAes128::new_from_slice(&agreed)
            .map_err(|error| Fault::because("a key could not be wrapped for a client", error.to_string()))?
            .wrap_key(&key, &mut encrypted)
            .map_err(|error| Fault::because("a key could not be wrapped for a client", error.to_string()))?;
        Ok(ContentKey { key, encrypted, ephemeral: Some(epk) })
    }
}

/// A fresh key for one content.
pub(super) fn content_key(encryption: ContentEncryption, random: &Random) -> Zeroizing<Vec<u8>> {
    let drawn = Zeroizing::new(random.bytes::<64>());
    Zeroizing::new(drawn[..encryption.key_length()].to_vec())
}

fn unfit() -> Fault {
    Fault::new("a client's key does not fit the algorithm that was registered")
}
