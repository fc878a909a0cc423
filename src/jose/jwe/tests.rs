//! Encrypted tokens there and back, those of another implementation, and A082 of the attack list.

use rsa::pkcs8::EncodePrivateKey as _;
use serde_json::{Map, Value, json};

use super::decrypt::LONGEST_ENCRYPTED;
use super::decryption_ring::KeptDecryptionKey;
use super::*;
use crate::base::Timestamp;
use crate::base::digest::{base64url, from_base64url};
use crate::base::random::Random;
use crate::base::time::days;
use crate::jose::{ClientKeys, ForeignKey};

const NOW: Timestamp = Timestamp::from_seconds(1_000_000);

fn kept(algorithm: KeyManagement, pkcs8: &[u8]) -> KeptDecryptionKey {
    KeptDecryptionKey { key: DecryptionKey::from_pkcs8(algorithm, pkcs8).unwrap(), made_at: NOW }
}

fn ring() -> DecryptionRing {
    let make = |algorithm| kept(algorithm, &DecryptionKey::generate(algorithm, &Random::system()).unwrap());
    DecryptionRing::new(DecryptionKey::KEPT.map(make).into(), days(90))
}

/// Our published keys as a client reads them.
fn keys_of(ring: &DecryptionRing) -> ClientKeys {
    let keys: Vec<Value> = ring.published().map(|jwk| serde_json::to_value(jwk).unwrap()).collect();
    ClientKeys::from_value(&json!({ "keys": keys })).unwrap()
}

fn key_for(ring: &DecryptionRing, algorithm: KeyManagement) -> ForeignKey {
    // The published key says ECDH-ES; a client that wraps under it ignores that.
    let shown = if algorithm == KeyManagement::EcdhEsA128Kw { KeyManagement::EcdhEs } else { algorithm };
    keys_of(ring).encrypting(shown).unwrap().clone()
}

fn open(token: &str, ring: &DecryptionRing) -> Result<Opened, JweError> {
    Encrypted::read(token, LONGEST_ENCRYPTED)?.open(ring, &Random::system(), NOW)
}

fn header_of(token: &str) -> Value {
    serde_json::from_slice(&from_base64url(token.split('.').next().unwrap()).unwrap()).unwrap()
}

/// The token under another header; the rest is as it was.
fn under(header: &Value, token: &str) -> String {
    format!("{}.{}", base64url(header.to_string()), token.split_once('.').unwrap().1)
}

#[test]
fn what_is_encrypted_for_a_key_opens_with_it() {
    let (ring, other, random) = (ring(), ring(), Random::system());
    let long = "x".repeat(5000);
    for algorithm in KeyManagement::ALL {
        let key = key_for(&ring, algorithm);
        for encryption in ContentEncryption::ALL {
            for text in ["", "a.b.c", &long] {
                let recipient = Recipient { key: &key, algorithm, encryption };
                let token = recipient.encrypt_token(text, &random).unwrap();
                assert!(is_encrypted(&token));
                let expected = Opened { token: text.to_owned(), algorithm, encryption };
                assert_eq!(open(&token, &ring), Ok(expected), "{algorithm:?} {encryption:?}");
                assert_ne!(recipient.encrypt_token(text, &random).unwrap(), token);
                assert_eq!(open(&token, &other), Err(JweError::Key));
                let header = header_of(&token);
                assert_eq!(header["kid"].as_str(), key.kid.as_deref());
                assert_eq!((&header["cty"], &header["enc"]), (&json!("JWT"), &json!(encryption.name())));
                assert_eq!(header.get("epk").is_some(), algorithm != KeyManagement::RsaOaep256);
            }
        }
    }
    let key = key_for(&ring, KeyManagement::EcdhEs);
    let recipient = Recipient { key: &key, algorithm: KeyManagement::EcdhEs, encryption: ContentEncryption::A256Gcm };
    let claims = recipient.encrypt_claims(br#"{"sub":"hanako"}"#, &random).unwrap();
    assert!(header_of(&claims).get("cty").is_none());
    assert_eq!(open(&claims, &ring).unwrap().token, r#"{"sub":"hanako"}"#);
    assert!(Recipient { algorithm: KeyManagement::RsaOaep256, ..recipient }.encrypt_token("a", &random).is_err());
    assert!(!is_encrypted("a.b.c") && !is_encrypted(""));
}

#[test]
fn tokens_of_another_implementation_open() {
    // Made with joserfc 1.8 for Bob's key of RFC 7518, Appendix C, and for an RSA key of its own.
    let bob = from_base64url("VEmDZpDXXK8p8N0Cndsxs924q6nS1RXFASRl6BfUqdw").unwrap();
    let bob = p256::SecretKey::from_slice(&bob).unwrap().to_pkcs8_der().unwrap();
    let rsa = concat!(
        "MIIEvAIBADANBgkqhkiG9w0BAQEFAASCBKYwggSiAgEAAoIBAQDBPMDgXL8Fga-AH7URhSnIXesA5jKED4g1mP5Rpz02ParXeIcB",
        "TZAJeN3IibeZ52jRvSMM505mYDSB53Tj9CVHaYLxTR37qTK27gJ7IsrePrbpW1L3-jbBJ_qFMDJ7mttPiTgvluHxAwDMUE9kQ2Te",
        "VoJLCZmF0qdcYmJowkCvaLXVE8pDZWvZt3OCb5FXYeyFXNvHDdEuuHGjmF9KVUq6PWAUTaIiKHs2gXVwLbkA1tpHZIlae5UrQkld",
        "xe__A8FHd3X-NBso6q1J939NuUaTjxU6CpTPx-LAO952u7-J4HhWEwpsN0SwaOgexVA4Z20tC2g81dfuqUDi42Mc9QwJAgMBAAEC",
        "ggEAEthBKhA5a8jOK_VLo_oDzV_FXYjVh9X471ssgBuKZ2oDqXA-YETnZVkVbetqTZbI_N1QV_-NwIOk0z9Wga2LXie-xpgB8ss5",
        "IChdcxM9TAe7ME5A7OCIqvUiZA9DeRTsytijs1ZoUef8UbCKUYmWAm3W1okI4QleW27X0IYTJ1fn7Qsios6a3WOchaMZMWsyXGB0",
        "gOQcIoB0ryayqyS4sdrFciEnjZnxYwmuEo4DVxBa-Swdl_AECpdOku2XGGHvDFMrZ6_JDVCdEYFdfzIQaMnetvk7Oh-nXp3NlZE1",
        "gIW8h88v-uYNZmjzaJvg8o6LSYDy38MAAcGtZeoPQ5tZ5QKBgQD5CkgK9WFCLH4ZGoij1R6uQk8fy3FyXNP5yWz-Hwy98iiuRne8",
        "MuH_yUVCoT2LZ2-hVR6c4fI_A96n-qBZIBWsdqG73ZgvVKypB8X47Jzf0j_QkW2MsXYuJy_z2EjdDk_xZs0Wi0yq3P7j6_z5ii9S",
        "IxyK5fHlmr4L3Rd17NuMtQKBgQDGoz1Ge1vORZ0DUR24L2x_mSszCrJo1ECGzvLmSZRHqf22CzcnYkhgDM-Ghf67czkjUNGfw4tu",
        "JHOD-klyitBX6sqpqR461URcJ2tk2d-k5V4l_jPcIlRUTi1iW5sL_XuOab3x89dK47E9tGDVt4CPmKOEOBp123ycFwMGU1pqhQKB",
        "gEeNyrFLW4x12C1CUGwyOcR7zNwnygq_3S_xzd0d8r1IrKOWH6T1QbYKkFnaliJNr-c827TbvoyYggrlmdjBvTh2RXYC70z6GTnf",
        "v-QLp-8vK6KzhjRccMZGACMhy52oFRQZI2gM0hRtttap4V-Zcos5B2RpOR1tXpluBuWdDl_ZAoGATkklrDKQAyKyeA0vHlkqdLuE",
        "KBCuMdx9NeQ4HQSguQHJKUcQTKhSh_BklcsXkv8dZMrEYyfpOtaI5FnvOoJ1DEFP8D_j1yIYWA19KPkpSE7RpT2jaL3q6HMLNfmO",
        "iNI1MPKB1urYTf6g6wW9KF2zAGUTBNgrrYl8efQj0Aln2BUCgYBMu6D8uiXAqdJa05m1GQ0r3Q3bxSzWxTqoMk_sgjVk27THlXW2",
        "AFC3q1vHMhhR437rziLNy_5MdO-nhD-iMVtUk_3HtiGH3iDW48I1UJKRYfClIlXNMzRjPgmqBNJBh7YzIZHmfEZrNsL5rmGYB-MM",
        "KENhK7ibmF27434ZpXHZKw",
    );
    let ring = DecryptionRing::new(
        vec![
            kept(KeyManagement::EcdhEs, bob.as_bytes()),
            kept(KeyManagement::RsaOaep256, &from_base64url(rsa).unwrap()),
        ],
        days(90),
    );
    for (algorithm, encryption, token) in [
        (
            "ECDH-ES",
            "A256GCM",
            concat!(
                "eyJhbGciOiJFQ0RILUVTIiwiZW5jIjoiQTI1NkdDTSIsImN0eSI6IkpXVCIsImFwdSI6IlFXeHBZMlUiLCJhcHYiOiJRbTlpIiwi",
                "ZXBrIjp7ImNydiI6IlAtMjU2IiwieCI6IkIxNDd5d3JjX25RbTFBUExMZi1QRXo0Y2NJclJrX1VlZUNuSHNrX3ZQd1kiLCJ5Ijoi",
                "aFFNQlkxZWNDOTU1a1h3U3hwNHoyOUlDMjRjVDlLVzRsbXpVNTd2OGFIZyIsImt0eSI6IkVDIn19..ThcOjoFXJRDSDVfL.i4Dft",
                "Co.tAmUbWRyAZZUndpZFV1mUw",
            ),
        ),
        (
            "ECDH-ES+A128KW",
            "A256CBC-HS512",
            concat!(
                "eyJhbGciOiJFQ0RILUVTK0ExMjhLVyIsImVuYyI6IkEyNTZDQkMtSFM1MTIiLCJjdHkiOiJKV1QiLCJlcGsiOnsiY3J2IjoiUC0y",
                "NTYiLCJ4IjoiQld5Y0pNeHNSRGFNSFhZcV9xNEg2OWh6ZUhZNTUyRG1ZQ2JpYUVyeEdSSSIsInkiOiJ2eFc3ejNlRWNzVnpZTm1q",
                "cHZ0SEs5SEdJTUk5Y2dJVjlqM2Exc3NuREdrIiwia3R5IjoiRUMifX0.V0mXLEypeX0JS4x7ApMyErnuZdQ4625IdBJd9jFTauXH",
                "h1mH3fe54cqPClsCIovy6ciu7Va3ZsxYjLalCaDziX0XAfMUxzv9.REkHcoUrpsGbvztZCU5rew.0FEWv-PfZLnRQG3au_54UQ.q",
                "QJdr8MAd4raYAHLKgfWsZIjY6gW1LHEzHUpajtWz-Q",
            ),
        ),
        (
            "ECDH-ES",
            "A256CBC-HS512",
            concat!(
                "eyJhbGciOiJFQ0RILUVTIiwiZW5jIjoiQTI1NkNCQy1IUzUxMiIsImN0eSI6IkpXVCIsImVwayI6eyJjcnYiOiJQLTI1NiIsIngi",
                "OiJCTV9CYm9rSndLelhtZXpWMldHM3piZWZncGgyRTdyZm9UX05KU05NdnhvIiwieSI6IkdhMzdHc0J6RjIxSE9jUnpKWUI0ZXBq",
                "MXh6Z0o4OHVhUk5Wd0p5aUlnRE0iLCJrdHkiOiJFQyJ9fQ.._IHFYR6Y12-6X1VBydE2YQ.f_aTo5C-eHYQOdYjIj2iLA.O5oaWZ",
                "y2y61rcAaE0oP-aWLO533fp-63Qse36Pfuxgg",
            ),
        ),
        (
            "RSA-OAEP-256",
            "A128CBC-HS256",
            concat!(
                "eyJhbGciOiJSU0EtT0FFUC0yNTYiLCJlbmMiOiJBMTI4Q0JDLUhTMjU2In0.WjKnWjywGg-DXDFyUM2JG4YrycGduqwBEQTBzgwA",
                "1lat5q1TmpvDy2-QZI6CcNqZf8TTt4KU8wIpGU89KausHFvI0HNrK_XtbQ48gP3pPXwoyJnIkCfOkjSPRl8Vjv_1fIDUoEAmkJH5",
                "_tnRAXQC7DGe3ZtsgNpS-Q0WO-QaHxiSsqEZy8F-06Vfco8Y54-Geq1xLwotPNPVEhLH7LZNHO7zi3Torm5mOhSwgyqYz-Yeir8a",
                "dOJcbDHVq57YUkEwZvLX3QtUOxCd-6weKtaEXjA-DwXTzS5VHem3wxJUUQl88v2U0rbGqmFNERGXvk6s8frv3DFtKsTkgLAbIHEu",
                "kg.HITjdAoubXOgKkWGY0pFQg.By9aHMRKJf0VCHJCXyS9Rg.zV11vHkV5jezuvr-ayP1sA",
            ),
        ),
    ] {
        let opened = open(token, &ring).unwrap();
        assert_eq!(opened.token, "a.b.c");
        assert_eq!((opened.algorithm.name(), opened.encryption.name()), (algorithm, encryption));
    }
}

#[test]
fn old_algorithms_and_extensions_are_refused_at_once_a082() {
    let (ring, random) = (ring(), Random::system());
    let key = key_for(&ring, KeyManagement::RsaOaep256);
    let recipient =
        Recipient { key: &key, algorithm: KeyManagement::RsaOaep256, encryption: ContentEncryption::A128CbcHs256 };
    let token = recipient.encrypt_token("a.b.c", &random).unwrap();
    let good = header_of(&token);
    let with = |members: Value| {
        let mut header: Map<String, Value> = good.as_object().unwrap().clone();
        header.extend(members.as_object().unwrap().clone());
        Encrypted::read(&under(&Value::Object(header), &token), LONGEST_ENCRYPTED).unwrap_err()
    };
    for alg in ["RSA1_5", "RSA-OAEP", "RSA-OAEP-384", "dir", "A128KW", "A128GCMKW", "none", "", "rsa-oaep-256", "RS256"]
    {
        assert_eq!(with(json!({ "alg": alg })), JweError::Algorithm, "{alg}");
    }
    // Refused by its name: not one of the billion rounds is done.
    let slow = json!({"alg": "PBES2-HS512+A256KW", "p2c": 1_000_000_000, "p2s": "AAAAAAAAAAA"});
    assert_eq!(with(slow), JweError::Algorithm);
    for enc in [json!("A128CBC"), json!("A192GCM"), json!(""), json!(null), json!(["A128GCM"])] {
        assert_eq!(with(json!({ "enc": enc })), JweError::Algorithm, "{enc}");
    }
    for members in [
        json!({"zip": "DEF"}),
        json!({"zip": null}),
        json!({"crit": ["exp"]}),
        json!({"crit": []}),
        json!({"b64": true}),
        json!({"cty": "text/plain"}),
        json!({"cty": 1}),
        json!({"kid": 1}),
        json!({"kid": "k".repeat(10 * 1024)}),
        json!({"apu": "="}),
        json!({"apv": 1}),
        json!({"alg": "ECDH-ES"}),
        json!({"alg": "ECDH-ES", "epk": "AA"}),
        json!({"alg": "ECDH-ES", "epk": {"kty": "EC", "crv": "P-256", "x": base64url([1; 32]), "y": base64url([1; 32])}}),
        json!({"alg": "ECDH-ES", "epk": {"kty": "OKP", "crv": "X25519", "x": base64url([1; 32])}}),
        json!({"alg": "ECDH-ES", "epk": {"kty": "OKP", "crv": "Ed25519", "x": base64url([1; 32])}}),
        json!({"alg": "ECDH-ES", "epk": {"kty": "oct", "k": "AA"}}),
    ] {
        assert_eq!(with(members.clone()), JweError::Header, "{members}");
    }
    assert_eq!(with(json!({"kid": "k".repeat(100 * 1024)})), JweError::TooLarge);
    let other = json!({"alg": "RSA-OAEP-256", "enc": "A128CBC-HS256", "kid": "another"});
    assert_eq!(open(&under(&other, &token), &ring), Err(JweError::Key));
    for malformed in [
        "",
        "....",
        "a.b.c",
        "a.b.c.d.e.f",
        &format!("{token}="),
        &format!("{token}."),
        &format!(" {token}"),
        &token.replacen('.', "=.", 1),
        &format!("{}.{}", base64url(r#"{"alg":"RSA-OAEP-256","alg":"RSA-OAEP-256","enc":"A128GCM"}"#), "A.A.A.A"),
    ] {
        assert_eq!(Encrypted::read(malformed, LONGEST_ENCRYPTED).unwrap_err(), JweError::Malformed, "{malformed}");
    }
}

#[test]
fn whatever_is_wrong_inside_is_one_error() {
    let (ring, random) = (ring(), Random::system());
    for algorithm in KeyManagement::ALL {
        let key = key_for(&ring, algorithm);
        for encryption in [ContentEncryption::A128CbcHs256, ContentEncryption::A256Gcm] {
            let token = Recipient { key: &key, algorithm, encryption }.encrypt_token("a.b.c", &random).unwrap();
            let parts: Vec<Vec<u8>> = token.split('.').map(|part| from_base64url(part).unwrap()).collect();
            let put = |parts: &[Vec<u8>]| parts.iter().map(base64url).collect::<Vec<_>>().join(".");
            assert_eq!(put(&parts), token);
            for index in 1..5 {
                for change in 0..4 {
                    let mut changed = parts.clone();
                    match change {
                        0 if changed[index].is_empty() => changed[index] = vec![1; 8],
                        0 => changed[index][0] ^= 1,
                        1 => changed[index].push(0),
                        2 => changed[index] = vec![7; 256],
                        _ if changed[index].is_empty() => continue,
                        _ => changed[index].clear(),
                    }
                    let error = open(&put(&changed), &ring).unwrap_err();
                    assert_eq!(error, JweError::Unopened, "{algorithm:?} {encryption:?} part {index} change {change}");
                }
            }
            // The header is authenticated too.
            let mut header = header_of(&token);
            header["extra"] = 1.into();
            assert_eq!(open(&under(&header, &token), &ring), Err(JweError::Unopened));
        }
    }
}

#[test]
fn a_token_without_kid_is_tried_with_the_keys_that_fit() {
    let random = Random::system();
    let algorithm = KeyManagement::EcdhEs;
    let make = |age: u64| {
        let mut kept = kept(algorithm, &DecryptionKey::generate(algorithm, &random).unwrap());
        kept.made_at = NOW.plus(days(age));
        kept
    };
    let (old, new) = (make(0), make(90));
    let jwk = |kept: &KeptDecryptionKey| {
        let mut jwk = serde_json::to_value(kept.key.public()).unwrap();
        jwk.as_object_mut().unwrap().remove("kid");
        jwk
    };
    let nameless = json!({"keys": [jwk(&old)]});
    let ring = DecryptionRing::new(vec![old, new], days(90));
    let keys = ClientKeys::from_value(&nameless).unwrap();
    let key = keys.encrypting(algorithm).unwrap();
    let token = Recipient { key, algorithm, encryption: ContentEncryption::A128Gcm };
    let token = token.encrypt_token("a.b.c", &random).unwrap();
    assert!(header_of(&token).get("kid").is_none());
    let token = Encrypted::read(&token, LONGEST_ENCRYPTED).unwrap();
    assert_eq!(token.open(&ring, &random, NOW.plus(days(179))).unwrap().token, "a.b.c");
    assert_eq!(token.open(&ring, &random, NOW.plus(days(180))), Err(JweError::Unopened));
}
