//! The key of a client: signs client assertions, request objects and DPoP proofs as another implementation would.
//! Whatever a test wants different is given as JSON: a member replaces the usual one, `null` takes it away.

use std::sync::OnceLock;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hosho::base::Timestamp;
use hosho::base::digest::fingerprint;
use hosho::base::random::Random;
use hosho::jose::{Algorithm, SigningKey};
use ring::hmac;
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256, RSA_PSS_SHA256,
    RsaKeyPair,
};
use serde_json::{Value, json};

use super::ISSUER;

/// The type of every client assertion.
pub const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// A private key with the algorithm it signs with.
pub struct TestKey {
    pub alg: &'static str,
    pub kid: String,
    pair: Pair,
}

enum Pair {
    P256(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
    Rsa(RsaKeyPair),
    Secret(hmac::Key),
}

impl TestKey {
    /// A new key for ECDSA.
    pub fn es256() -> Self {
        let random = system();
        let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, document.as_ref(), &random).unwrap();
        Self::of("ES256", Pair::P256(pair))
    }

    /// A new key for Ed25519.
    pub fn eddsa() -> Self {
        let document = Ed25519KeyPair::generate_pkcs8(&system()).unwrap();
        Self::of("EdDSA", Pair::Ed25519(Ed25519KeyPair::from_pkcs8(document.as_ref()).unwrap()))
    }

    /// The RSA key of this run for RSASSA-PSS: making one takes long.
    pub fn ps256() -> Self {
        Self::of("PS256", rsa_pair())
    }

    /// The same key for RSASSA-PKCS1-v1_5.
    pub fn rs256() -> Self {
        Self::of("RS256", rsa_pair())
    }

    /// A secret that was agreed on, for HMAC.
    pub fn hs256(secret: impl AsRef<[u8]>) -> Self {
        Self::of("HS256", Pair::Secret(hmac::Key::new(hmac::HMAC_SHA256, secret.as_ref())))
    }

    fn of(alg: &'static str, pair: Pair) -> Self {
        Self { alg, kid: Random::system().id(), pair }
    }

    /// The same key by another name, such as the one of somebody else's key.
    pub fn called(self, kid: &str) -> Self {
        Self { kid: kid.to_owned(), ..self }
    }

    /// The public half as a JWK.
    pub fn jwk(&self) -> Value {
        let mut jwk = self.members();
        let more = json!({"kid": self.kid, "alg": self.alg, "use": "sig"});
        jwk.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        jwk
    }

    /// A key set with this key alone.
    pub fn jwks(&self) -> Value {
        json!({"keys": [self.jwk()]})
    }

    /// The thumbprint of the public half (RFC 7638): serde's maps are in the order that it asks for.
    pub fn jkt(&self) -> String {
        fingerprint(self.members().to_string())
    }

    /// Sign claims; `header` differs from the usual one as it says.
    pub fn sign(&self, claims: &Value, header: &Value) -> String {
        self.sign_text(&claims.to_string(), header)
    }

    /// The same for claims that are a text, well formed or not.
    pub fn sign_text(&self, claims: &str, header: &Value) -> String {
        self.signed(&differing(json!({"alg": self.alg, "kid": self.kid}), header), claims)
    }

    /// A client assertion for the issuer (RFC 7523 §3).
    pub fn assertion(&self, client: &str, now: Timestamp, differences: &Value) -> String {
        let second = now.seconds();
        let usual = json!({
            "iss": client, "sub": client, "aud": ISSUER, "jti": Random::system().id(),
            "iat": second, "nbf": second, "exp": second + 60,
        });
        self.sign(&differing(usual, differences), &json!({}))
    }

    /// A DPoP proof for a request (RFC 9449 §4.2), without an access token.
    pub fn proof(&self, method: &str, path: &str, now: Timestamp) -> String {
        self.proof_with(method, path, now, &json!({}), &json!({}))
    }

    /// A DPoP proof for a request that brings an access token along.
    pub fn proof_of(&self, method: &str, path: &str, now: Timestamp, token: &str) -> String {
        self.proof_with(method, path, now, &json!({"ath": fingerprint(token)}), &json!({}))
    }

    /// A DPoP proof whose claims and header differ.
    pub fn proof_with(&self, method: &str, path: &str, now: Timestamp, claims: &Value, header: &Value) -> String {
        let usual = json!({
            "jti": Random::system().id(), "htm": method, "htu": format!("{ISSUER}{path}"), "iat": now.seconds()
        });
        let own = json!({"typ": "dpop+jwt", "alg": self.alg, "jwk": self.members()});
        self.signed(&differing(own, header), &differing(usual, claims).to_string())
    }

    fn signed(&self, header: &Value, claims: &str) -> String {
        let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(header.to_string()), URL_SAFE_NO_PAD.encode(claims));
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(self.signature(message.as_bytes())))
    }

    fn members(&self) -> Value {
        let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        match &self.pair {
            Pair::P256(pair) => {
                let point = pair.public_key().as_ref();
                json!({"kty": "EC", "crv": "P-256", "x": encode(&point[1..33]), "y": encode(&point[33..])})
            }
            Pair::Ed25519(pair) => json!({"kty": "OKP", "crv": "Ed25519", "x": encode(pair.public_key().as_ref())}),
            Pair::Rsa(pair) => {
                let public = ring::rsa::PublicKeyComponents::<Vec<u8>>::from(pair.public_key());
                json!({"kty": "RSA", "n": encode(&public.n), "e": encode(&public.e)})
            }
            Pair::Secret(_) => panic!("a secret has no public half"),
        }
    }

    fn signature(&self, message: &[u8]) -> Vec<u8> {
        match &self.pair {
            Pair::P256(pair) => pair.sign(&system(), message).unwrap().as_ref().to_vec(),
            Pair::Ed25519(pair) => pair.sign(message).as_ref().to_vec(),
            Pair::Rsa(pair) => {
                let mut signature = vec![0; pair.public().modulus_len()];
                let encoding: &dyn ring::signature::RsaEncoding =
                    if self.alg == "RS256" { &RSA_PKCS1_SHA256 } else { &RSA_PSS_SHA256 };
                pair.sign(encoding, &system(), message, &mut signature).unwrap();
                signature
            }
            Pair::Secret(key) => hmac::sign(key, message).as_ref().to_vec(),
        }
    }
}

/// The fields that bring an assertion along.
pub fn asserting(assertion: &str) -> [(&'static str, &str); 2] {
    [("client_assertion_type", ASSERTION_TYPE), ("client_assertion", assertion)]
}

/// An object with other members where the second one says so; `null` takes one away.
pub fn differing(mut usual: Value, differences: &Value) -> Value {
    let members = usual.as_object_mut().unwrap();
    for (name, value) in differences.as_object().unwrap() {
        if value.is_null() {
            members.remove(name);
        } else {
            members.insert(name.clone(), value.clone());
        }
    }
    usual
}

fn rsa_pair() -> Pair {
    Pair::Rsa(rsa_key())
}

/// The RSA key of this run.
pub(super) fn rsa_key() -> RsaKeyPair {
    static DOCUMENT: OnceLock<Vec<u8>> = OnceLock::new();
    let document = DOCUMENT.get_or_init(|| SigningKey::generate(Algorithm::Ps256, &Random::system()).unwrap().to_vec());
    RsaKeyPair::from_pkcs8(document).unwrap()
}

#[expect(clippy::disallowed_methods, reason = "another party's randomness, not the program's")]
pub(super) fn system() -> SystemRandom {
    SystemRandom::new()
}
