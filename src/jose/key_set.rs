//! The published key set. RFC 7517 §5.

use serde::Serialize;

use super::Jwk;

/// A JWKS document: public keys, each with a name of its own.
#[derive(Clone, Debug, Default, Serialize)]
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::random::Random;
    use crate::jose::{Algorithm, SigningKey};

    #[test]
    fn the_document_has_no_private_members() {
        let random = Random::system();
        let keys = [Algorithm::Es256, Algorithm::EdDsa].map(|algorithm| {
            SigningKey::from_pkcs8(algorithm, &SigningKey::generate(algorithm, &random).unwrap()).unwrap()
        });
        let set = KeySet::new(keys.iter().chain(&keys).map(|key| key.public().clone()));
        assert_eq!(set.keys().len(), 2);

        let document = serde_json::to_value(&set).unwrap();
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
