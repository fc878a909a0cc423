//! Key sets: what signatures are checked with, and the published document. RFC 7517 §5.

use serde::Serialize;

use super::Jwk;
use super::jwe::decryption_key::EncryptionJwk;

/// Public keys that signatures are checked with, each with a name of its own.
#[derive(Clone, Debug, Default)]
pub struct KeySet {
    keys: Vec<Jwk>,
}

impl KeySet {
    /// A set of keys. A key that is there twice is kept once.
    pub fn new(keys: impl IntoIterator<Item = Jwk>) -> Self {
        let mut set = Self::default();
        for key in keys {
            if set.find(&key.kid).is_none() {
                set.keys.push(key);
            }
        }
        set
    }

    /// The key of this name.
    pub fn find(&self, kid: &str) -> Option<&Jwk> {
        self.keys.iter().find(|key| key.kid == kid)
    }

    /// All keys.
    pub fn keys(&self) -> &[Jwk] {
        &self.keys
    }
}

/// The JWKS document: the keys that signatures are checked with, then those that others encrypt with. No signature
/// is ever checked with this set.
#[derive(Clone, Debug, Serialize)]
pub struct PublishedKeys {
    keys: Vec<PublishedKey>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
enum PublishedKey {
    Signing(Jwk),
    Encryption(EncryptionJwk),
}

impl PublishedKeys {
    /// The document of both kinds.
    pub fn new<'a>(signing: &KeySet, encryption: impl Iterator<Item = &'a EncryptionJwk>) -> Self {
        let signing = signing.keys().iter().cloned().map(PublishedKey::Signing);
        Self { keys: signing.chain(encryption.cloned().map(PublishedKey::Encryption)).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::random::Random;
    use crate::jose::jwe::DecryptionKey;
    use crate::jose::{Algorithm, KeyManagement, SigningKey};

    #[test]
    fn the_document_has_no_private_members() {
        let random = Random::system();
        let keys = [Algorithm::Es256, Algorithm::EdDsa].map(|algorithm| {
            SigningKey::from_pkcs8(algorithm, &SigningKey::generate(algorithm, &random).unwrap()).unwrap()
        });
        let set = KeySet::new(keys.iter().chain(&keys).map(|key| key.public().clone()));
        assert_eq!(set.keys().len(), 2);

        let algorithm = KeyManagement::EcdhEs;
        let pkcs8 = DecryptionKey::generate(algorithm, &random).unwrap();
        let encryption = DecryptionKey::from_pkcs8(algorithm, &pkcs8).unwrap();
        let document = PublishedKeys::new(&set, [encryption.public()].into_iter());
        let document = serde_json::to_value(&document).unwrap();
        assert_eq!(document["keys"].as_array().unwrap().len(), 3);
        assert_eq!(document["keys"][2]["use"], "enc");
        for key in document["keys"].as_array().unwrap() {
            let names: Vec<&str> = key.as_object().unwrap().keys().map(String::as_str).collect();
            for private in ["d", "p", "q", "dp", "dq", "qi", "oth", "k"] {
                assert!(!names.contains(&private), "{names:?}");
            }
            for needed in ["kid", "kty", "alg", "use"] {
                assert!(names.contains(&needed), "{names:?}");
            }
            assert!(!key["x"].as_str().unwrap().contains(['=', '+', '/']));
        }
    }
}
