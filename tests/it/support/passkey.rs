//! A passkey in software, written from the standard and not from the server: it makes keys, signs, and deviates where a
//! test wants it to. Web Authentication Level 3, §6.3.

use hosho::base::digest::{base64url, from_base64url, sha256};
use minicbor::Encoder;
use ring::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair,
};
use serde_json::{Value, json};

use super::browser::{Answer, Browser, ISSUER};
use super::keys::{rsa_key, system};

pub const PRESENT: u8 = 0x01;
pub const VERIFIED: u8 = 0x04;
pub const BACKUP_ELIGIBLE: u8 = 0x08;
pub const BACKED_UP: u8 = 0x10;
pub const ATTESTED: u8 = 0x40;

/// One passkey.
pub struct SoftPasskey {
    key: Key,
    pub credential_id: Vec<u8>,
    pub user_handle: Option<Vec<u8>>,
    /// How often it was used, where it counts.
    pub count: Option<u32>,
    /// What it says in each answer besides what the ceremony asks.
    pub flags: u8,
    pub aaguid: [u8; 16],
}

enum Key {
    Es256(EcdsaKeyPair),
    EdDsa(Ed25519KeyPair),
    Rs256(RsaKeyPair),
}

/// An answer before it is put together.
pub struct Draft {
    /// `type`, `challenge`, `origin` and what else the browser says.
    pub client_data: Value,
    pub rp_id: String,
    pub flags: u8,
    pub count: u32,
    pub credential_id: Vec<u8>,
    pub user_handle: Option<Vec<u8>>,
    /// The key as COSE.
    pub cose: Vec<u8>,
    pub format: &'static str,
    /// Whether the passkey signs for itself (`packed`).
    pub attests: bool,
    /// Bytes behind the authenticator data.
    pub extra: Vec<u8>,
    /// Whether another key signs.
    pub forged: bool,
}

impl SoftPasskey {
    /// A passkey that stays on its device and counts its uses.
    pub fn new() -> Self {
        Self { count: Some(1), flags: PRESENT | VERIFIED, ..Self::synced() }
    }

    /// A passkey that is copied between devices and counts nothing.
    pub fn synced() -> Self {
        Self {
            key: Key::fresh(),
            credential_id: hosho::base::random::Random::system().bytes::<32>().to_vec(),
            user_handle: None,
            count: None,
            flags: PRESENT | VERIFIED | BACKUP_ELIGIBLE | BACKED_UP,
            aaguid: [0; 16],
        }
    }

    /// A passkey whose key is for Ed25519.
    pub fn eddsa() -> Self {
        let document = Ed25519KeyPair::generate_pkcs8(&system()).unwrap();
        Self { key: Key::EdDsa(Ed25519KeyPair::from_pkcs8(document.as_ref()).unwrap()), ..Self::new() }
    }

    /// A passkey with an RSA key.
    pub fn rs256() -> Self {
        Self { key: Key::Rs256(rsa_key()), ..Self::new() }
    }

    /// Answer to `navigator.credentials.create()`.
    pub fn make(&mut self, options: &Value) -> Value {
        self.make_with(options, |_| {})
    }

    /// The same with something wrong.
    pub fn make_with(&mut self, options: &Value, deviate: impl FnOnce(&mut Draft)) -> Value {
        let options = &options["publicKey"];
        self.user_handle = options["user"]["id"].as_str().and_then(from_base64url);
        let mut draft = self.draft("webauthn.create", options, options["rp"]["id"].as_str().unwrap());
        draft.flags |= ATTESTED;
        deviate(&mut draft);
        let client_data = draft.client_data.to_string();
        let data = draft.authenticator_data(self.aaguid);
        let signature = draft.attests.then(|| self.sign(&data, client_data.as_bytes(), draft.forged));
        json!({
            "id": base64url(&draft.credential_id), "rawId": base64url(&draft.credential_id), "type": "public-key",
            "response": {
                "clientDataJSON": base64url(&client_data),
                "attestationObject": base64url(attestation_object(draft.format, signature.as_deref(), &data)),
                "transports": ["internal", "hybrid", "something new"],
            },
            "clientExtensionResults": {"credProps": {"rk": true}},
        })
    }

    /// Answer to `navigator.credentials.get()`.
    pub fn answer(&mut self, options: &Value) -> Value {
        self.answer_with(options, |_| {})
    }

    /// The same with something wrong.
    pub fn answer_with(&mut self, options: &Value, deviate: impl FnOnce(&mut Draft)) -> Value {
        self.count = self.count.map(|count| count + 1);
        let options = &options["publicKey"];
        let mut draft = self.draft("webauthn.get", options, options["rpId"].as_str().unwrap());
        deviate(&mut draft);
        let client_data = draft.client_data.to_string();
        let data = draft.authenticator_data(self.aaguid);
        let signature = self.sign(&data, client_data.as_bytes(), draft.forged);
        json!({
            "id": base64url(&draft.credential_id), "rawId": base64url(&draft.credential_id), "type": "public-key",
            "response": {
                "clientDataJSON": base64url(&client_data), "authenticatorData": base64url(&data),
                "signature": base64url(&signature), "userHandle": draft.user_handle.as_ref().map(base64url),
            },
            "clientExtensionResults": {},
        })
    }

    fn draft(&self, kind: &str, options: &Value, rp_id: &str) -> Draft {
        Draft {
            client_data: json!({
                "type": kind, "challenge": options["challenge"], "origin": ISSUER, "crossOrigin": false,
            }),
            rp_id: rp_id.to_owned(),
            flags: self.flags,
            count: self.count.unwrap_or_default(),
            credential_id: self.credential_id.clone(),
            user_handle: self.user_handle.clone(),
            cose: self.key.cose(),
            format: "none",
            attests: false,
            extra: Vec::new(),
            forged: false,
        }
    }

    fn sign(&self, data: &[u8], client_data: &[u8], forged: bool) -> Vec<u8> {
        let message = [data, &sha256(client_data)].concat();
        if forged { Key::fresh().sign(&message) } else { self.key.sign(&message) }
    }
}

impl Draft {
    fn authenticator_data(&self, aaguid: [u8; 16]) -> Vec<u8> {
        let mut data = sha256(&self.rp_id).to_vec();
        data.push(self.flags);
        data.extend(self.count.to_be_bytes());
        if self.flags & ATTESTED != 0 {
            data.extend(aaguid);
            data.extend(u16::try_from(self.credential_id.len()).unwrap().to_be_bytes());
            data.extend(&self.credential_id);
            data.extend(&self.cose);
        }
        data.extend(&self.extra);
        data
    }
}

impl Key {
    fn fresh() -> Self {
        let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &system()).unwrap();
        Self::Es256(EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, document.as_ref(), &system()).unwrap())
    }

    fn sign(&self, message: &[u8]) -> Vec<u8> {
        match self {
            Self::Es256(key) => key.sign(&system(), message).unwrap().as_ref().to_vec(),
            Self::EdDsa(key) => key.sign(message).as_ref().to_vec(),
            Self::Rs256(key) => {
                let mut signature = vec![0; key.public().modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &system(), message, &mut signature).unwrap();
                signature
            }
        }
    }

    fn cose(&self) -> Vec<u8> {
        match self {
            Self::Es256(key) => {
                let (x, y) = key.public_key().as_ref()[1..].split_at(32);
                cose_es256(-7, x, y)
            }
            Self::EdDsa(key) => {
                let mut encoder = Encoder::new(Vec::new());
                encoder.map(4).unwrap().i64(1).unwrap().i64(1).unwrap().i64(3).unwrap().i64(-8).unwrap();
                encoder.i64(-1).unwrap().i64(6).unwrap().i64(-2).unwrap().bytes(key.public_key().as_ref()).unwrap();
                encoder.into_writer()
            }
            Self::Rs256(key) => {
                let public = ring::rsa::PublicKeyComponents::<Vec<u8>>::from(key.public());
                let mut encoder = Encoder::new(Vec::new());
                encoder.map(4).unwrap().i64(1).unwrap().i64(3).unwrap().i64(3).unwrap().i64(-257).unwrap();
                encoder.i64(-1).unwrap().bytes(&public.n).unwrap().i64(-2).unwrap().bytes(&public.e).unwrap();
                encoder.into_writer()
            }
        }
    }
}

/// An EC key, with the algorithm that a test wants.
pub fn cose_es256(algorithm: i64, x: &[u8], y: &[u8]) -> Vec<u8> {
    let mut encoder = Encoder::new(Vec::new());
    encoder.map(5).unwrap();
    encoder.i64(1).unwrap().i64(2).unwrap().i64(3).unwrap().i64(algorithm).unwrap();
    encoder.i64(-1).unwrap().i64(1).unwrap();
    encoder.i64(-2).unwrap().bytes(x).unwrap().i64(-3).unwrap().bytes(y).unwrap();
    encoder.into_writer()
}

fn attestation_object(format: &str, signature: Option<&[u8]>, data: &[u8]) -> Vec<u8> {
    let mut encoder = Encoder::new(Vec::new());
    encoder.map(3).unwrap().str("fmt").unwrap().str(format).unwrap().str("attStmt").unwrap();
    match signature {
        Some(signature) => {
            encoder.map(2).unwrap().str("alg").unwrap().i64(-7).unwrap().str("sig").unwrap().bytes(signature).unwrap()
        }
        None => encoder.map(0).unwrap(),
    };
    encoder.str("authData").unwrap().bytes(data).unwrap();
    encoder.into_writer()
}

impl Browser {
    /// What the script of a page asks the server for: the challenge and its options.
    pub async fn passkey_options(&mut self, on: &Answer) -> Value {
        self.ask_passkey(on, &[]).await.json()
    }

    /// The same with more fields, as it is answered.
    pub async fn ask_passkey(&mut self, on: &Answer, more: &[(&str, &str)]) -> Answer {
        let address = on.attributes("form[data-passkey]", "data-options").remove(0);
        let (_, fields) = on.form("credential", &[]);
        let asked = |name: &str| ["csrf", "attempt", "proof"].contains(&name);
        let mut fields: Vec<(&str, &str)> = fields
            .iter()
            .filter(|(name, _)| asked(name))
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        fields.extend(more);
        self.post(&address, &fields).await
    }

    /// Send the form of a page with the answer that the script put into it.
    pub async fn answer_passkey(&mut self, on: &Answer, options: &Value, answer: &Value) -> Answer {
        let (ceremony, answer) = (options["ceremony"].as_str().unwrap().to_owned(), answer.to_string());
        self.submit_once(on, "credential", &[("ceremony", &ceremony), ("credential", &answer)]).await
    }

    /// Make a passkey on the page for it, as its owner does after a recent sign-in.
    pub async fn add_passkey(&mut self, authenticator: &mut SoftPasskey) -> Answer {
        let page = self.get("/my/security/passkeys/add").await;
        let options = self.passkey_options(&page).await;
        let made = authenticator.make(&options);
        self.answer_passkey(&page, &options, &made).await
    }

    /// Sign in with a passkey; the answer itself, without following it.
    pub async fn sign_in_by_passkey(&mut self, authenticator: &mut SoftPasskey) -> Answer {
        let page = self.get("/sign-in").await;
        let options = self.passkey_options(&page).await;
        let answer = authenticator.answer(&options);
        self.answer_passkey(&page, &options, &answer).await
    }
}
