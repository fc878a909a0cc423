//! A client that opens what was encrypted for it: with the library's own reader, and for ECDH-ES with AES-GCM with one
//! that is written here from ring's primitives alone (RFC 7518 §4.6 and §5.3).

use std::sync::OnceLock;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hosho::base::Timestamp;
use hosho::base::random::Random;
use hosho::base::time::days;
use hosho::jose::KeyManagement;
use hosho::jose::jwe::decrypt::LONGEST_ENCRYPTED;
use hosho::jose::jwe::decryption_ring::KeptDecryptionKey;
use hosho::jose::jwe::{DecryptionKey, DecryptionRing, Encrypted};
use ring::aead::{AES_128_GCM, AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::agreement::{ECDH_P256, EphemeralPrivateKey, UnparsedPublicKey, agree_ephemeral};
use ring::digest::{SHA256, digest};
use serde_json::{Value, json};

/// The private keys of a client, one for each way to encrypt. They are those of this run: an RSA key takes long.
pub fn client_ring() -> &'static DecryptionRing {
    static RING: OnceLock<DecryptionRing> = OnceLock::new();
    RING.get_or_init(|| {
        let made_at = Timestamp::from_seconds(1_000_000);
        let make = |algorithm| {
            let document = DecryptionKey::generate(algorithm, &Random::system()).unwrap();
            KeptDecryptionKey { key: DecryptionKey::from_pkcs8(algorithm, &document).unwrap(), made_at }
        };
        DecryptionRing::new(DecryptionKey::KEPT.map(make).into(), days(36_500))
    })
}

/// The public halves.
pub fn client_jwks() -> Value {
    let mut keys: Vec<Value> = client_ring().published().map(|jwk| serde_json::to_value(jwk).unwrap()).collect();
    for key in &mut keys {
        // Good for every agreement.
        key.as_object_mut().unwrap().remove("alg");
    }
    json!({ "keys": keys })
}

/// What was inside, and how it was encrypted.
pub fn open(token: &str) -> (String, KeyManagement, &'static str) {
    let encrypted = Encrypted::read(token, LONGEST_ENCRYPTED).unwrap_or_else(|error| panic!("{error}: {token}"));
    let opened = encrypted.open(client_ring(), &Random::system(), Timestamp::from_seconds(1_000_001)).unwrap();
    (opened.token, opened.algorithm, opened.encryption.name())
}

/// The header of a token, unverified.
pub fn header(token: &str) -> Value {
    serde_json::from_slice(&decode(token.split('.').next().unwrap())).unwrap()
}

/// A key for one agreement.
pub struct OneAgreement {
    private: EphemeralPrivateKey,
    jwk: Value,
}

impl OneAgreement {
    pub fn new() -> Self {
        let private = EphemeralPrivateKey::generate(&ECDH_P256, &super::keys::system()).unwrap();
        let public = private.compute_public_key().unwrap();
        let (x, y) = public.as_ref()[1..].split_at(32);
        let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let jwk = json!({"kty": "EC", "crv": "P-256", "use": "enc", "kid": "one", "x": encode(x), "y": encode(y)});
        Self { private, jwk }
    }

    pub fn jwks(&self) -> Value {
        json!({"keys": [self.jwk]})
    }

    /// Open a token of `ECDH-ES` with `A128GCM` or `A256GCM`.
    pub fn open(self, token: &str) -> String {
        let parts: Vec<&str> = token.split('.').collect();
        let [head, key, iv, text, tag] = parts[..] else { panic!("five parts are expected: {token}") };
        let header = header(token);
        assert_eq!((&header["alg"], key), (&json!("ECDH-ES"), ""));
        let enc = header["enc"].as_str().unwrap();
        let (algorithm, length) = match enc {
            "A128GCM" => (&AES_128_GCM, 16),
            "A256GCM" => (&AES_256_GCM, 32),
            other => panic!("{other} is not read here"),
        };
        let member = |name: &str| decode(header["epk"][name].as_str().unwrap());
        let point = [&[4][..], &member("x"), &member("y")].concat();
        let derived = agree_ephemeral(self.private, &UnparsedPublicKey::new(&ECDH_P256, point), |shared| {
            // Concat KDF: one round of SHA-256 over counter, secret, algorithm, both parties and the length.
            let mut input = 1_u32.to_be_bytes().to_vec();
            input.extend_from_slice(shared);
            for field in [enc.as_bytes(), b"", b""] {
                input.extend_from_slice(&u32::try_from(field.len()).unwrap().to_be_bytes());
                input.extend_from_slice(field);
            }
            input.extend_from_slice(&(u32::try_from(length).unwrap() * 8).to_be_bytes());
            digest(&SHA256, &input).as_ref()[..length].to_vec()
        })
        .unwrap();
        let key = LessSafeKey::new(UnboundKey::new(algorithm, &derived).unwrap());
        let nonce = Nonce::try_assume_unique_for_key(&decode(iv)).unwrap();
        let mut sealed = [decode(text), decode(tag)].concat();
        let opened = key.open_in_place(nonce, Aad::from(head.as_bytes()), &mut sealed).unwrap();
        String::from_utf8(opened.to_vec()).unwrap()
    }
}

fn decode(text: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text).unwrap()
}
