//! Public keys that others wrote as JWKs. RFC 7517 §4, RFC 7518 §6, RFC 8037 §2, RFC 8725 §3.4 and §3.5.

use std::fmt;

use serde_json::{Map, Value};

use super::{Algorithm, KeyManagement, PublicKey};
use crate::base::digest::from_base64url;

/// Members that only a private or symmetric key has (RFC 7518 §6.2.2, §6.3.2 and §6.4; `priv` is that of `AKP` keys).
const PRIVATE: [&str; 9] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"];
/// The longest name of a key.
const LONGEST_KID: usize = 1024;

/// A public key with what its owner says about its use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForeignKey {
    /// Its name, where it has one.
    pub kid: Option<String>,
    /// The key.
    pub key: PublicKey,
    purpose: Option<String>,
    operations: Option<Vec<String>>,
    algorithm: Option<String>,
}

/// Why a JWK is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadKey {
    /// It has private members: its owner gave away the secret.
    Private,
    /// It is a symmetric key.
    Symmetric,
    /// Its `kid` is no name.
    Name,
    /// Its type, curve or values cannot be used here; a set with it may be good all the same.
    Unusable(&'static str),
}

impl ForeignKey {
    /// Read one public key. Members that are not known are ignored
    /// ([RFC 7517 §4](https://www.rfc-editor.org/rfc/rfc7517#section-4)).
    pub fn parse(jwk: &Map<String, Value>) -> Result<Self, BadKey> {
        let members = Members(jwk);
        if members.text("kty")? == Some("oct") {
            return Err(BadKey::Symmetric);
        }
        if PRIVATE.iter().any(|name| jwk.contains_key(*name)) {
            return Err(BadKey::Private);
        }
        Ok(Self {
            kid: kid_of(jwk)?.map(str::to_owned),
            key: members.key()?,
            purpose: members.text("use")?.map(str::to_owned),
            operations: members.operations()?,
            algorithm: members.text("alg")?.map(str::to_owned),
        })
    }

    /// Whether a key for a content may be encrypted with it by this algorithm. The public half of an agreement has
    /// no operation of its own, so its list is empty or says what the agreement is for.
    pub fn may_encrypt(&self, algorithm: KeyManagement) -> bool {
        let operations: &[&str] = match (&self.key, algorithm) {
            (PublicKey::Rsa { .. }, KeyManagement::RsaOaep256) => &["wrapKey", "encrypt"],
            (PublicKey::P256(_), KeyManagement::EcdhEs | KeyManagement::EcdhEsA128Kw) => &["deriveKey", "deriveBits"],
            (PublicKey::Rsa { .. } | PublicKey::P256(_) | PublicKey::Ed25519(_), _) => return false,
        };
        let is_meant = |all: &Vec<String>| {
            let needs_one = algorithm == KeyManagement::RsaOaep256 || !all.is_empty();
            !needs_one || all.iter().any(|one| operations.contains(&one.as_str()))
        };
        self.purpose.as_deref().is_none_or(|purpose| purpose == "enc")
            && self.operations.as_ref().is_none_or(is_meant)
            && self.algorithm.as_deref().is_none_or(|name| name == algorithm.name())
    }

    /// Whether its owner says that it is for encryption and nothing else.
    pub fn is_for_encryption(&self) -> bool {
        self.purpose.as_deref() == Some("enc")
    }

    /// Whether signatures of this algorithm may be checked with it: the type fits, and its owner meant it so.
    pub fn may_verify(&self, algorithm: Algorithm) -> bool {
        self.key.fits(algorithm)
            && self.purpose.as_deref().is_none_or(|purpose| purpose == "sig")
            && self.operations.as_ref().is_none_or(|all| all.iter().any(|one| one == "verify"))
            && self.algorithm.as_deref().is_none_or(|name| Algorithm::known_as(name) == Some(algorithm))
    }
}

/// The name of a key, or the name that a header gives to one. A text that is longer or has control characters is
/// no name that anybody would store, so it is not looked for.
pub(super) fn kid_of(members: &Map<String, Value>) -> Result<Option<&str>, BadKey> {
    match members.get("kid") {
        None => Ok(None),
        Some(Value::String(kid)) if kid.len() <= LONGEST_KID && !kid.chars().any(char::is_control) => Ok(Some(kid)),
        Some(_) => Err(BadKey::Name),
    }
}

struct Members<'a>(&'a Map<String, Value>);

impl<'a> Members<'a> {
    fn text(&self, name: &str) -> Result<Option<&'a str>, BadKey> {
        match self.0.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(BadKey::Unusable("has a kty, crv, use or alg that is not a string")),
        }
    }

    fn operations(&self) -> Result<Option<Vec<String>>, BadKey> {
        let Some(value) = self.0.get("key_ops") else { return Ok(None) };
        let operations = value.as_array().and_then(|elements| {
            let texts = elements.iter().map(|element| element.as_str().map(str::to_owned));
            texts.collect::<Option<Vec<_>>>()
        });
        operations.map(Some).ok_or(BadKey::Unusable("has key_ops that are not an array of strings"))
    }

    fn bytes(&self, name: &str) -> Option<Vec<u8>> {
        self.0.get(name)?.as_str().and_then(from_base64url)
    }

    fn key(&self) -> Result<PublicKey, BadKey> {
        match (self.text("kty")?, self.text("crv")?) {
            (Some("RSA"), _) => self.rsa(),
            (Some("EC"), Some("P-256")) => self.p256(),
            (Some("OKP"), Some("Ed25519")) => {
                let key = self.bytes("x").and_then(|x| <[u8; 32]>::try_from(x).ok());
                key.map(PublicKey::Ed25519).ok_or(BadKey::Unusable("must have an x of 32 bytes in base64url"))
            }
            (Some("EC" | "OKP"), _) => Err(BadKey::Unusable("has a crv other than P-256 and Ed25519")),
            (None | Some(_), _) => Err(BadKey::Unusable("has a kty other than RSA, EC and OKP")),
        }
    }

    fn rsa(&self) -> Result<PublicKey, BadKey> {
        let integer = |name| self.bytes(name).filter(|bytes| bytes.first().is_some_and(|first| *first != 0));
        let (Some(n), Some(e)) = (integer("n"), integer("e")) else {
            return Err(BadKey::Unusable("must have an n and an e in base64url without leading zeros"));
        };
        let bits = n.len() * 8 - n.first().map_or(0, |first| first.leading_zeros() as usize);
        if !(2048..=8192).contains(&bits) {
            return Err(BadKey::Unusable("has a modulus of less than 2048 or more than 8192 bits"));
        }
        if n.last().is_none_or(|last| last % 2 == 0) {
            return Err(BadKey::Unusable("has an even modulus"));
        }
        // RFC 8017 §3.1 wants an odd exponent from 3; 33 bits are what ring takes, and far more than anybody uses.
        let exponent = (e.len() <= 5).then(|| e.iter().fold(0_u64, |number, byte| (number << 8) | u64::from(*byte)));
        if !exponent.is_some_and(|e| e % 2 == 1 && (3..1 << 33).contains(&e)) {
            return Err(BadKey::Unusable("has an exponent that is even, less than 3 or very large"));
        }
        Ok(PublicKey::Rsa { n, e })
    }

    fn p256(&self) -> Result<PublicKey, BadKey> {
        let coordinate = |name| self.bytes(name).filter(|bytes| bytes.len() == 32);
        let (Some(x), Some(y)) = (coordinate("x"), coordinate("y")) else {
            return Err(BadKey::Unusable("must have an x and a y of 32 bytes each in base64url"));
        };
        let mut point = [4; 65];
        point[1..33].copy_from_slice(&x);
        point[33..].copy_from_slice(&y);
        // Looked at here already: the agreement on a key must never meet another curve's point (RFC 8725 §3.4).
        if p256::PublicKey::from_sec1_bytes(&point).is_err() {
            return Err(BadKey::Unusable("has an x and a y that are no point of P-256"));
        }
        Ok(PublicKey::P256(point))
    }
}

impl fmt::Display for BadKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Private => "has private members",
            Self::Symmetric => "is symmetric",
            Self::Name => "has a kid that is not a string without control characters, or is too long",
            Self::Unusable(what) => what,
        })
    }
}

impl std::error::Error for BadKey {}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::base::digest::base64url;
    use crate::jose::thumbprint::thumbprint;

    const P256: &str = r#"{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}"#;
    const ED25519: &str = r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;

    fn with(base: &str, more: &Value) -> Map<String, Value> {
        let mut jwk: Map<String, Value> = serde_json::from_str(base).unwrap();
        jwk.extend(more.as_object().unwrap().clone());
        jwk
    }

    fn rsa(n: &[u8], e: &[u8]) -> Map<String, Value> {
        with("{}", &json!({"kty": "RSA", "n": base64url(n), "e": base64url(e)}))
    }

    #[test]
    fn the_keys_of_the_rfcs_are_read() {
        // RFC 7515 A.3; RFC 8037 A.2 and A.3.
        assert!(matches!(ForeignKey::parse(&with(P256, &json!({}))).unwrap().key, PublicKey::P256(_)));
        let key = ForeignKey::parse(&with(ED25519, &json!({"x5t": 7, "nonsense": [null]}))).unwrap();
        assert_eq!(thumbprint(&key.key), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
        for bytes in [256, 384, 512, 1024] {
            assert!(ForeignKey::parse(&rsa(&vec![0xff; bytes], &[1, 0, 1])).is_ok(), "{bytes}");
        }
        assert!(ForeignKey::parse(&rsa(&[0xff; 256], &[3])).is_ok());
    }

    #[test]
    fn private_and_symmetric_keys_are_refused() {
        for name in PRIVATE {
            for base in [P256, ED25519, r#"{"kty":"AKP"}"#] {
                assert_eq!(ForeignKey::parse(&with(base, &json!({name: "AA"}))), Err(BadKey::Private), "{name}");
            }
        }
        assert_eq!(ForeignKey::parse(&with("{}", &json!({"kty": "oct", "k": "AA"}))), Err(BadKey::Symmetric));
        for kid in [json!(1), json!(null), json!([]), json!("\0"), json!("k".repeat(10 * 1024))] {
            assert_eq!(ForeignKey::parse(&with(P256, &json!({"kid": kid}))), Err(BadKey::Name), "{kid}");
        }
    }

    #[test]
    fn weak_malformed_and_unknown_keys_cannot_be_used_a079() {
        let mut short = vec![0xff; 256];
        short[0] = 0x7f;
        let large = [2, 0, 0, 0, 1];
        let mut wrong = vec![
            rsa(&[0xff; 128], &[1, 0, 1]),
            rsa(&short, &[1, 0, 1]),
            rsa(&[0xff; 1025], &[1, 0, 1]),
            rsa(&[0xfe; 256], &[1, 0, 1]),
            rsa(&[&[0][..], &[0xff; 256]].concat(), &[1, 0, 1]),
            rsa(&[0xff; 256], &[0, 1, 0, 1]),
            rsa(&[0xff; 256], &large),
            rsa(&[0xff; 256], &[0xff; 32]),
        ];
        for e in [&[][..], &[0], &[1], &[2], &[4]] {
            wrong.push(rsa(&[0xff; 256], e));
        }
        for more in [
            json!({"crv": "P-384"}),
            json!({"crv": "p-256"}),
            json!({"crv": null}),
            json!({"kty": "ec"}),
            json!({"kty": "OKP"}),
            json!({"kty": 1}),
            json!({"x": "AA"}),
            json!({"x": format!("{}=", base64url([1; 32]))}),
            json!({"y": base64url([1; 33])}),
            json!({"y": 1}),
            json!({"x": base64url([1; 32])}),
            json!({"x": base64url([0; 32]), "y": base64url([0; 32])}),
            json!({"use": 1}),
            json!({"alg": []}),
            json!({"key_ops": "verify"}),
            json!({"key_ops": [1]}),
        ] {
            wrong.push(with(P256, &more));
        }
        for more in [json!({"crv": "Ed448"}), json!({"crv": "X25519"}), json!({"x": base64url([1; 31])})] {
            wrong.push(with(ED25519, &more));
        }
        wrong.push(with("{}", &json!({})));
        for jwk in wrong {
            assert!(matches!(ForeignKey::parse(&jwk), Err(BadKey::Unusable(_))), "{jwk:?}");
        }
    }

    #[test]
    fn a_key_is_used_as_its_owner_meant_it() {
        for (more, may) in [
            (json!({}), true),
            (json!({"use": "sig"}), true),
            (json!({"use": "enc"}), false),
            (json!({"use": "other"}), false),
            (json!({"key_ops": ["verify"]}), true),
            (json!({"key_ops": ["encrypt", "verify"]}), true),
            (json!({"key_ops": ["encrypt"]}), false),
            (json!({"key_ops": []}), false),
            (json!({"alg": "ES256"}), true),
            (json!({"alg": "ECDH-ES"}), false),
            (json!({"alg": "none"}), false),
        ] {
            assert_eq!(ForeignKey::parse(&with(P256, &more)).unwrap().may_verify(Algorithm::Es256), may, "{more}");
        }
        for alg in ["EdDSA", "Ed25519"] {
            assert!(ForeignKey::parse(&with(ED25519, &json!({"alg": alg}))).unwrap().may_verify(Algorithm::EdDsa));
        }
        let rsa = ForeignKey::parse(&rsa(&[0xff; 256], &[1, 0, 1])).unwrap();
        let fitting: Vec<Algorithm> = Algorithm::ALL.into_iter().filter(|one| rsa.may_verify(*one)).collect();
        assert_eq!(fitting, [Algorithm::Rs256, Algorithm::Ps256]);
    }

    #[test]
    fn a_key_encrypts_as_its_owner_meant_it() {
        for (more, may) in [
            (json!({}), true),
            (json!({"use": "enc"}), true),
            (json!({"use": "sig"}), false),
            (json!({"key_ops": []}), true),
            (json!({"key_ops": ["deriveKey"]}), true),
            (json!({"key_ops": ["verify"]}), false),
            (json!({"alg": "ECDH-ES"}), true),
            (json!({"alg": "ECDH-ES+A128KW"}), false),
            (json!({"alg": "ES256"}), false),
        ] {
            let key = ForeignKey::parse(&with(P256, &more)).unwrap();
            assert_eq!(key.may_encrypt(KeyManagement::EcdhEs), may, "{more}");
            assert!(!key.may_encrypt(KeyManagement::RsaOaep256), "{more}");
        }
        let rsa = |more: Value| {
            let mut jwk = rsa(&[0xff; 256], &[1, 0, 1]);
            jwk.extend(more.as_object().unwrap().clone());
            ForeignKey::parse(&jwk).unwrap()
        };
        for (more, may) in [
            (json!({}), true),
            (json!({"key_ops": ["wrapKey"], "alg": "RSA-OAEP-256", "use": "enc"}), true),
            (json!({"key_ops": []}), false),
            (json!({"alg": "RSA-OAEP"}), false),
        ] {
            let key = rsa(more.clone());
            assert_eq!(key.may_encrypt(KeyManagement::RsaOaep256), may, "{more}");
            assert!(!key.may_encrypt(KeyManagement::EcdhEs), "{more}");
        }
        let ed25519 = ForeignKey::parse(&with(ED25519, &json!({}))).unwrap();
        assert!(KeyManagement::ALL.into_iter().all(|algorithm| !ed25519.may_encrypt(algorithm)));
    }
}
