//! The key set of a client, registered by value or fetched from its `jwks_uri`. RFC 7517 §5, RFC 7591 §2 (`jwks`).

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};

use super::foreign_key::{BadKey, ForeignKey, kid_of};
use super::{Algorithm, ClientCertificate, JwtError, KeyManagement, json};
use crate::base::digest::fingerprint;

/// The most keys of one set.
const MOST: usize = 50;

/// The keys of a client that can be used here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClientKeys {
    keys: Vec<ForeignKey>,
    passed_over: Vec<PassedOver>,
    /// The thumbprints of the certificates that keys came with (`x5c`).
    certificates: Vec<String>,
}

/// A key that is of no use here, for instance because of its curve
/// ([RFC 7517 §5](https://www.rfc-editor.org/rfc/rfc7517#section-5): it does not spoil the set).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PassedOver {
    /// Its name, where it has one.
    pub kid: Option<String>,
    /// Why it cannot be used.
    pub reason: BadKey,
}

/// Why a key set is refused. `Display` is a sentence for the client's author.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BadKeySet {
    /// Not JSON, or a member appears twice.
    Json,
    /// No array `keys` of objects.
    Shape,
    /// More keys than anybody needs.
    TooMany,
    /// Two keys of one name.
    Twice(String),
    /// A key that must not be there; counted from 1.
    Key(usize, BadKey),
}

impl ClientKeys {
    /// Read a set as it was sent.
    pub fn from_slice(bytes: &[u8]) -> Result<Self, BadKeySet> {
        Self::from_members(&json::object(bytes).ok_or(BadKeySet::Json)?)
    }

    /// Read a set that was part of a document.
    pub fn from_value(value: &Value) -> Result<Self, BadKeySet> {
        Self::from_members(value.as_object().ok_or(BadKeySet::Shape)?)
    }

    fn from_members(members: &Map<String, Value>) -> Result<Self, BadKeySet> {
        let elements = members.get("keys").and_then(Value::as_array).ok_or(BadKeySet::Shape)?;
        if elements.len() > MOST {
            return Err(BadKeySet::TooMany);
        }
        let mut set = Self::default();
        for (index, element) in elements.iter().enumerate() {
            let jwk = element.as_object().ok_or(BadKeySet::Shape)?;
            let refused = |bad| BadKeySet::Key(index + 1, bad);
            let kid = kid_of(jwk).map_err(refused)?;
            if let Some(kid) = kid.filter(|kid| set.knows(kid)) {
                return Err(BadKeySet::Twice(kid.to_owned()));
            }
            set.certificates.extend(certificate_of(jwk));
            match ForeignKey::parse(jwk) {
                Ok(key) => set.keys.push(key),
                Err(reason @ BadKey::Unusable(_)) => {
                    set.passed_over.push(PassedOver { kid: kid.map(str::to_owned), reason });
                }
                Err(bad @ (BadKey::Private | BadKey::Symmetric | BadKey::Name)) => return Err(refused(bad)),
            }
        }
        Ok(set)
    }

    /// The keys that can be used.
    pub fn keys(&self) -> &[ForeignKey] {
        &self.keys
    }

    /// Whether a certificate is one of the client's: by its key, or because it came with one of the keys.
    /// [RFC 8705 §2.2.2](https://www.rfc-editor.org/rfc/rfc8705#section-2.2.2)
    pub fn has_certificate(&self, certificate: &ClientCertificate) -> bool {
        let has_key = certificate.key.as_ref().is_some_and(|own| self.keys.iter().any(|key| key.key == *own));
        has_key || self.certificates.iter().any(|thumbprint| thumbprint == certificate.thumbprint())
    }

    /// The keys that cannot be used, with the reasons.
    pub fn passed_over(&self) -> &[PassedOver] {
        &self.passed_over
    }

    /// Whether the set has a key of this name, of use here or not. One that it does not know may be newer than
    /// the set.
    pub fn knows(&self, kid: &str) -> bool {
        let names = self.keys.iter().map(|key| &key.kid).chain(self.passed_over.iter().map(|key| &key.kid));
        names.flatten().any(|name| name == kid)
    }

    /// The key that a signature of this algorithm is checked with: that of the name the token gives. Without a name
    /// the key must be the only one that fits.
    ///
    /// [`JwtError::Key`] means that the set has no such key; it may have been changed since.
    pub fn verifying(&self, algorithm: Algorithm, kid: Option<&str>) -> Result<&ForeignKey, JwtError> {
        let mut fitting = self.keys.iter().filter(|key| key.may_verify(algorithm));
        match kid {
            Some(kid) if !self.knows(kid) => Err(JwtError::Key),
            Some(kid) => fitting.find(|key| key.kid.as_deref() == Some(kid)).ok_or(JwtError::Algorithm),
            None => {
                let key = fitting.next().ok_or(JwtError::Key)?;
                if fitting.next().is_some() { Err(JwtError::Ambiguous) } else { Ok(key) }
            }
        }
    }

    /// The key to encrypt with: one that is for encryption only, else one that may be used for it too
    /// ([OpenID Connect Core §10.2](https://openid.net/specs/openid-connect-core-1_0.html#Encryption)).
    pub fn encrypting(&self, algorithm: KeyManagement) -> Option<&ForeignKey> {
        let mut fitting = self.keys.iter().filter(|key| key.may_encrypt(algorithm));
        fitting.clone().find(|key| key.is_for_encryption()).or_else(|| fitting.next())
    }
}

/// The thumbprint of the certificate of a key, the first of its `x5c`
/// ([RFC 7517 §4.7](https://www.rfc-editor.org/rfc/rfc7517#section-4.7)).
fn certificate_of(jwk: &Map<String, Value>) -> Option<String> {
    let first = jwk.get("x5c")?.as_array()?.first()?.as_str()?;
    Some(fingerprint(STANDARD.decode(first).ok()?))
}

impl fmt::Display for BadKeySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json => f.write_str("the key set is not a JSON object whose members appear once"),
            Self::Shape => f.write_str("the key set has no array named keys, or its elements are not objects"),
            Self::TooMany => write!(f, "the key set has more than {MOST} keys"),
            Self::Twice(kid) => write!(f, "two keys of the set have the kid {kid}"),
            Self::Key(number, bad) => write!(f, "key {number} of the set {bad}"),
        }
    }
}

impl std::error::Error for BadKeySet {}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::base::digest::base64url;

    fn ed25519(first: u8, more: &Value) -> Value {
        let mut x = [7; 32];
        x[0] = first;
        let mut jwk = json!({"kty": "OKP", "crv": "Ed25519", "x": base64url(x)});
        jwk.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        jwk
    }

    fn set(keys: &[Value]) -> Result<ClientKeys, BadKeySet> {
        let set = json!({"keys": keys, "extra": 1});
        let read = ClientKeys::from_value(&set);
        assert_eq!(read, ClientKeys::from_slice(set.to_string().as_bytes()));
        read
    }

    #[test]
    fn a_set_that_must_not_be_is_refused_with_a_sentence_a089() {
        let named = |kid: &str| ed25519(1, &json!({ "kid": kid }));
        let p384 = json!({"kty": "EC", "crv": "P-384", "kid": "a"});
        for (keys, expected) in [
            (vec![named("a"), named("b"), named("a")], "two keys of the set have the kid a"),
            (vec![p384, named("a")], "two keys of the set have the kid a"),
            (vec![named("a"), json!({"kty": "oct", "k": "AA"})], "key 2 of the set is symmetric"),
            (vec![ed25519(1, &json!({"d": "AA"}))], "key 1 of the set has private members"),
            (vec![json!({"kty": "unknown", "k": "AA"})], "key 1 of the set has private members"),
            (vec![ed25519(1, &json!({"kid": 1}))], "key 1 of the set has a kid that is not a string"),
            ((0..51).map(|n| ed25519(n, &json!({}))).collect(), "the key set has more than 50 keys"),
            (vec![json!(1)], "the key set has no array named keys, or its elements are not objects"),
        ] {
            let error = set(&keys).unwrap_err().to_string();
            assert!(error.starts_with(expected), "{error}");
        }
        assert_eq!(set(&(0..50).map(|n| ed25519(n, &json!({}))).collect::<Vec<_>>()).unwrap().keys().len(), 50);
        for text in ["", "[]", "{", "\u{feff}{\"keys\":[]}", r#"{"keys":[],"keys":[]}"#] {
            assert_eq!(ClientKeys::from_slice(text.as_bytes()), Err(BadKeySet::Json), "{text}");
        }
        for text in ["{}", r#"{"keys":{}}"#, r#"{"keys":null}"#, r#"{"keys":[[]]}"#] {
            assert_eq!(ClientKeys::from_slice(text.as_bytes()), Err(BadKeySet::Shape), "{text}");
        }
    }

    #[test]
    fn keys_that_are_of_no_use_here_do_not_spoil_the_set() {
        let keys = [
            json!({"kty": "EC", "crv": "secp256k1", "kid": "k1"}),
            json!({"kty": "AKP", "alg": "ML-DSA-44", "pub": "AA"}),
            json!({"kty": "RSA", "n": base64url([0xff; 128]), "e": "AQAB", "kid": "small"}),
            ed25519(1, &json!({"alg": "ES512", "kid": "odd"})),
            ed25519(2, &json!({"kid": "good"})),
        ];
        let set = set(&keys).unwrap();
        assert_eq!((set.keys().len(), set.passed_over().len()), (2, 3));
        assert_eq!(set.passed_over()[2].kid.as_deref(), Some("small"));
        assert!(set.passed_over()[2].reason.to_string().contains("2048"));
        let verifying = |algorithm, kid| set.verifying(algorithm, kid).map(|key| key.kid.as_deref().unwrap());
        assert_eq!(verifying(Algorithm::EdDsa, None), Ok("good"));
        assert_eq!(verifying(Algorithm::EdDsa, Some("odd")), Err(JwtError::Algorithm));
        assert_eq!(verifying(Algorithm::Rs256, Some("small")), Err(JwtError::Algorithm));
        assert_eq!(verifying(Algorithm::Rs256, Some("good")), Err(JwtError::Algorithm));
        assert_eq!(verifying(Algorithm::EdDsa, Some("newer")), Err(JwtError::Key));
        assert_eq!(verifying(Algorithm::Es256, None), Err(JwtError::Key));
    }

    #[test]
    fn a_token_without_kid_needs_a_single_key_that_fits_a076() {
        let keys = [ed25519(1, &json!({})), ed25519(2, &json!({"use": "enc"})), ed25519(3, &json!({"kid": "b"}))];
        let both = set(&keys).unwrap();
        assert_eq!(both.verifying(Algorithm::EdDsa, None), Err(JwtError::Ambiguous));
        assert_eq!(both.verifying(Algorithm::EdDsa, Some("b")).unwrap().kid.as_deref(), Some("b"));
        let one = set(&keys[..2]).unwrap();
        assert!(one.verifying(Algorithm::EdDsa, None).is_ok());
        for kid in ["", "../../etc/passwd", "' OR 1=1", "B", "b "] {
            assert_eq!(both.verifying(Algorithm::EdDsa, Some(kid)), Err(JwtError::Key), "{kid}");
        }
    }

    #[test]
    fn the_key_to_encrypt_with_is_the_one_made_for_it() {
        let ec = |kid: &str, more: Value| {
            let mut jwk = json!({
                "kty": "EC", "crv": "P-256", "kid": kid,
                "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
                "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
            });
            jwk.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            jwk
        };
        let all = [ec("a", json!({"use": "sig"})), ec("b", json!({})), ec("c", json!({"use": "enc"}))];
        let kid =
            |keys: &[Value], algorithm| set(keys).unwrap().encrypting(algorithm).map(|key| key.kid.clone().unwrap());
        assert_eq!(kid(&all, KeyManagement::EcdhEs).as_deref(), Some("c"));
        assert_eq!(kid(&all[..2], KeyManagement::EcdhEs).as_deref(), Some("b"));
        assert_eq!(kid(&all[..1], KeyManagement::EcdhEs), None);
        assert_eq!(kid(&all, KeyManagement::RsaOaep256), None);
    }
}
