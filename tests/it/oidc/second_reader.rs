//! Our tokens and keys as somebody else's code reads them: the `jsonwebtoken` crate, with a few lines that give
//! it ring for its cryptography.

use std::sync::Once;

use jsonwebtoken::crypto::{CryptoProvider, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::signature::{Error, Verifier};
use jsonwebtoken::{Algorithm, DecodingKey, DecodingKeyKind, Validation, decode, decode_header};
use ring::signature as ring;
use serde_json::{Value, json};

use crate::support::{ISSUER, Server, text};

struct Ring(Algorithm, DecodingKey);

impl Verifier<Vec<u8>> for Ring {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> Result<(), Error> {
        let raw = |algorithm: &'static dyn ring::VerificationAlgorithm| {
            let key = self.1.try_get_as_bytes().map_err(|_| Error::new())?;
            ring::UnparsedPublicKey::new(algorithm, key).verify(message, signature).map_err(|_| Error::new())
        };
        let rsa = |parameters: &'static ring::RsaParameters| {
            let DecodingKeyKind::RsaModulusExponent { n, e } = self.1.kind() else { return Err(Error::new()) };
            ring::RsaPublicKeyComponents { n, e }.verify(parameters, message, signature).map_err(|_| Error::new())
        };
        match self.0 {
            Algorithm::ES256 => raw(&ring::ECDSA_P256_SHA256_FIXED),
            Algorithm::EdDSA => raw(&ring::ED25519),
            Algorithm::RS256 => rsa(&ring::RSA_PKCS1_2048_8192_SHA256),
            Algorithm::PS256 => rsa(&ring::RSA_PSS_2048_8192_SHA256),
            _ => Err(Error::new()),
        }
    }
}

impl JwtVerifier for Ring {
    fn algorithm(&self) -> Algorithm {
        self.0
    }
}

static PROVIDER: CryptoProvider = CryptoProvider {
    signer_factory: |_, _| Err(ErrorKind::UnsupportedAlgorithm.into()),
    verifier_factory: |algorithm, key| Ok(Box::new(Ring(*algorithm, key.clone()))),
    key_utils: KeyUtils::new_unimplemented(),
};

/// Check a token against the published keys as a client would, for an audience.
pub async fn read(server: &Server, token: &str, audience: &str) -> (String, String, Value) {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| PROVIDER.install_default().unwrap());
    let keys: JwkSet = serde_json::from_str(&server.browser().fetch("/jwks").await.text).unwrap();
    let header = decode_header(token).unwrap();
    let key = keys.find(header.kid.as_deref().unwrap()).unwrap();
    assert_eq!(key.common.key_algorithm.unwrap().to_string(), format!("{:?}", header.alg));
    let mut validation = Validation::new(header.alg);
    validation.set_issuer(&[ISSUER]);
    validation.set_audience(&[audience]);
    validation.set_required_spec_claims(&["exp", "iss", "aud"]);
    // The server's clock is moved by hand.
    validation.validate_exp = false;
    let read = decode::<Value>(token, &DecodingKey::from_jwk(key).unwrap(), &validation).unwrap();
    (header.typ.unwrap(), format!("{:?}", header.alg), read.claims)
}

#[tokio::test]
async fn another_implementation_reads_our_tokens_in_every_algorithm() {
    let server = Server::start().await;
    let mut hanako = server.person("hanako@example.jp").await;
    for algorithm in ["RS256", "PS256", "ES256", "EdDSA"] {
        let shop = server.shop_with(json!({"id_token_signed_response_alg": algorithm})).await;
        let tokens = shop.tokens(&mut hanako.browser, "openid").await;
        let (typ, alg, claims) = read(&server, text(&tokens, "id_token"), &shop.id).await;
        assert_eq!((typ.as_str(), alg.as_str(), text(&claims, "sub")), ("JWT", algorithm, hanako.sub.as_ref()));
        let (typ, alg, claims) = read(&server, text(&tokens, "access_token"), ISSUER).await;
        assert_eq!((typ.as_str(), alg.as_str(), text(&claims, "client_id")), ("at+jwt", "ES256", shop.id.as_str()));
    }
}
