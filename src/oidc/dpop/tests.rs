//! Proofs that count, and each way in which one does not: A095 and A096 of the attack list.

use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::*;
use crate::base::digest::base64url;
use crate::oidc::server::tests::server;

const NOW: Timestamp = Timestamp::from_seconds(1_000_000);

struct Key(EcdsaKeyPair);

impl Key {
    fn new() -> Self {
        let random = random();
        let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
        Self(EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, document.as_ref(), &random).unwrap())
    }

    fn jwk(&self) -> Value {
        let point = self.0.public_key().as_ref();
        json!({"kty": "EC", "crv": "P-256", "x": base64url(&point[1..33]), "y": base64url(&point[33..])})
    }

    /// A proof for the token endpoint; `null` takes a member away.
    fn proof(&self, header: &Value, claims: &Value) -> String {
        let own = json!({"typ": "dpop+jwt", "alg": "ES256", "jwk": self.jwk()});
        let usual = json!({"jti": "1", "htm": "POST", "htu": "https://id.example/token", "iat": 1_000_000});
        let encode = |usual: Value, differences: &Value| {
            let mut members = usual.as_object().unwrap().clone();
            members.extend(differences.as_object().unwrap().clone());
            members.retain(|_, value| !value.is_null());
            base64url(Value::Object(members).to_string())
        };
        let message = format!("{}.{}", encode(own, header), encode(usual, claims));
        let signature = self.0.sign(&random(), message.as_bytes()).unwrap();
        format!("{message}.{}", base64url(signature.as_ref()))
    }
}

#[expect(clippy::disallowed_methods, reason = "another party's randomness, not the program's")]
fn random() -> SystemRandom {
    SystemRandom::new()
}

fn sent(proofs: &[String]) -> Possession {
    Possession { proofs: proofs.to_vec(), certificate: None, method: "POST".to_owned(), path: "/token".to_owned() }
}

fn read(proofs: &[String], access_token: Option<&str>, nonces: Option<&Nonces>) -> Result<Option<Proof>, OAuthError> {
    Expectation { server: &server(), nonces, access_token, now: NOW }.read(&sent(proofs))
}

fn code(outcome: Result<Option<Proof>, OAuthError>) -> &'static str {
    outcome.unwrap_err().code.as_str()
}

#[test]
fn a_proof_shows_the_thumbprint_of_its_key() {
    let key = Key::new();
    assert_eq!(read(&[], None, None), Ok(None));
    let proof = read(&[key.proof(&json!({}), &json!({"extra": [1], "nonce": "ours or not"}))], None, None);
    let proof = proof.unwrap().unwrap();
    assert_eq!(proof.jkt, fingerprint(key.jwk().to_string()));
    assert_eq!(proof.name, OneTimeName { jti: "1".to_owned(), until: NOW.plus(seconds(120)) });
}

#[test]
fn each_member_alone_makes_it_fail_a095_a096() {
    let key = Key::new();
    let mut private = key.jwk();
    private["d"] = json!("AAAA");
    for (header, claims) in [
        (json!({"typ": null}), json!({})),
        (json!({"typ": "JWT"}), json!({})),
        (json!({"typ": "at+jwt"}), json!({})),
        (json!({"alg": null}), json!({})),
        (json!({"alg": "none"}), json!({})),
        (json!({"alg": "HS256"}), json!({})),
        (json!({"alg": "RS256"}), json!({})),
        (json!({"jwk": null}), json!({})),
        (json!({"jwk": "x"}), json!({})),
        (json!({"jwk": private}), json!({})),
        (json!({"jwk": Key::new().jwk()}), json!({})),
        (json!({"jwk": {"kty": "oct", "k": "AAAA"}}), json!({})),
        (json!({"jwk": null, "kid": "1"}), json!({})),
        (json!({"crit": ["b64"], "b64": false}), json!({})),
        (json!({}), json!({"jti": null})),
        (json!({}), json!({"jti": ""})),
        (json!({}), json!({"jti": 1})),
        (json!({}), json!({"htm": null})),
        (json!({}), json!({"htm": "GET"})),
        (json!({}), json!({"htm": "post"})),
        (json!({}), json!({"htu": null})),
        (json!({}), json!({"htu": ["https://id.example/token"]})),
        (json!({}), json!({"htu": "https://evil.tld/token"})),
        (json!({}), json!({"htu": "https://id.example/userinfo"})),
        (json!({}), json!({"iat": null})),
        (json!({}), json!({"iat": "1000000"})),
        (json!({}), json!({"iat": 1_000_061})),
        (json!({}), json!({"iat": 999_939})),
        (json!({}), json!({"iat": 1_003_600})),
        (json!({}), json!({"iat": 996_400})),
        (json!({}), json!({"exp": 1_000_000})),
        (json!({}), json!({"nbf": 1_000_061})),
        (json!({}), json!({"exp": "never"})),
    ] {
        assert_eq!(code(read(&[key.proof(&header, &claims)], None, None)), "invalid_dpop_proof", "{header} {claims}");
    }
    for claims in [
        json!({"iat": 1_000_010}),
        json!({"iat": 999_990}),
        json!({"nbf": 1_000_000, "exp": 1_000_300}),
        json!({"htu": "HTTPS://ID.example:443/token?x#y"}),
    ] {
        assert!(read(&[key.proof(&json!({}), &claims)], None, None).is_ok(), "{claims}");
    }
}

#[test]
fn one_proof_is_enough_and_two_are_none_a095() {
    let key = Key::new();
    let good = key.proof(&json!({}), &json!({}));
    let (signed, _) = good.rsplit_once('.').unwrap();
    for proofs in [
        vec![good.clone(), good.clone()],
        vec![format!("{good}, {good}")],
        vec![String::new()],
        vec!["not a JWT".to_owned()],
        vec![format!("{signed}.")],
        vec![format!("{signed}.AAAA")],
        vec![format!("{good}=")],
        vec!["x".repeat(100_000)],
    ] {
        assert_eq!(code(read(&proofs, None, None)), "invalid_dpop_proof", "{proofs:?}");
    }
}

#[test]
fn at_a_resource_it_is_for_the_token_that_comes_along_a096() {
    let key = Key::new();
    let of = |ath: Value| read(&[key.proof(&json!({}), &json!({"ath": ath}))], Some("a token"), None);
    assert!(of(json!(fingerprint("a token"))).is_ok());
    for ath in [json!(null), json!(""), json!(fingerprint("another")), json!("a token"), json!(1)] {
        assert_eq!(code(of(ath.clone())), "invalid_dpop_proof", "{ath}");
    }
}

#[test]
fn the_address_is_the_configured_one_or_its_alias_a101() {
    let key = Key::new();
    let alias = json!({"htu": "https://mtls.id.example:8444/token"});
    assert!(read(&[key.proof(&json!({}), &alias)], None, None).is_err());
    let mut server = server();
    server.mtls_url = Some("https://mtls.id.example:8444".to_owned());
    let expectation = Expectation { server: &server, nonces: None, access_token: None, now: NOW };
    for claims in [alias, json!({})] {
        assert!(expectation.read(&sent(&[key.proof(&json!({}), &claims)])).is_ok(), "{claims}");
    }
}

#[test]
fn where_nonces_are_asked_for_a_proof_has_one_of_ours_a100() {
    let key = Key::new();
    let nonces = Nonces::new(Zeroizing::new([1; 32]), "https://id.example");
    let with = |nonce: Value| read(&[key.proof(&json!({}), &json!({"nonce": nonce}))], None, Some(&nonces));
    assert!(with(json!(nonces.current(NOW))).is_ok());
    for nonce in [json!(null), json!("another"), json!(nonces.current(NOW.minus(seconds(240))))] {
        assert_eq!(code(with(nonce.clone())), "use_dpop_nonce", "{nonce}");
    }
    assert_eq!(code(with(json!(1))), "invalid_dpop_proof");
}

#[test]
fn a_code_is_bound_to_the_key_that_is_named_or_proven_a099() {
    let key = |text: &str| Some(text.to_owned());
    assert_eq!(bound_key(None, None), Ok(None));
    assert_eq!(bound_key(Some("a"), None), Ok(key("a")));
    assert_eq!(bound_key(None, Some("a")), Ok(key("a")));
    assert_eq!(bound_key(Some("a"), Some("a")), Ok(key("a")));
    assert_eq!(bound_key(Some("a"), Some("b")).unwrap_err().code.as_str(), "invalid_dpop_proof");
}
