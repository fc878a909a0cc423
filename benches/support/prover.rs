//! A client that proves a key: it signs assertions and proofs of possession with ES256.

use std::sync::atomic::{AtomicUsize, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hosho::app::App;
use hosho::base::digest::fingerprint;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use serde_json::{Value, json};

const ISSUER: &str = "http://localhost:8080";

/// A key, and the number of the next name that is used once.
pub struct Prover {
    pair: EcdsaKeyPair,
    random: SystemRandom,
    next: AtomicUsize,
}

impl Prover {
    pub fn new() -> Self {
        #[expect(clippy::disallowed_methods, reason = "a client of the program, not a part of it")]
        let random = SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref(), &random).unwrap();
        Self { pair, random, next: AtomicUsize::new(0) }
    }

    /// The public half.
    pub fn jwk(&self) -> Value {
        let point = self.pair.public_key().as_ref();
        let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        json!({"kty": "EC", "crv": "P-256", "x": encode(&point[1..33]), "y": encode(&point[33..])})
    }

    /// A client assertion (RFC 7523 §3).
    pub fn assertion(&self, client: &str, app: &App) -> String {
        let now = app.clock.now().seconds();
        let jti = self.name();
        let claims = json!({"iss": client, "sub": client, "aud": ISSUER, "jti": jti, "iat": now, "exp": now + 240});
        self.sign(&json!({"alg": "ES256", "typ": "JWT"}), &claims)
    }

    /// A DPoP proof (RFC 9449 §4.2) for a POST.
    pub fn proof(&self, path: &str, app: &App) -> String {
        let claims = json!({"jti": self.name(), "htm": "POST", "htu": format!("{ISSUER}{path}"),
            "iat": app.clock.now().seconds()});
        self.sign(&json!({"alg": "ES256", "typ": "dpop+jwt", "jwk": self.jwk()}), &claims)
    }

    fn name(&self) -> String {
        fingerprint(self.next.fetch_add(1, Ordering::Relaxed).to_string())
    }

    fn sign(&self, header: &Value, claims: &Value) -> String {
        let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let message = format!("{}.{}", encode(header), encode(claims));
        let signature = self.pair.sign(&self.random, message.as_bytes()).unwrap();
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}
