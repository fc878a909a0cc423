//! Attacks on the reader of signed tokens: A073–A081 of the attack list.

use super::*;
use crate::base::Timestamp;
use crate::base::digest::{base64url, hmac_sha256};
use crate::base::random::Random;
use crate::jose::{Jwk, PublicKey, SigningKey, sign};

struct Set {
    rsa: SigningKey,
    pss: SigningKey,
    ec: SigningKey,
    keys: KeySet,
}

fn set() -> Set {
    let random = Random::system();
    let make = |algorithm| {
        let pkcs8 = SigningKey::generate(algorithm, &random).unwrap();
        SigningKey::from_pkcs8(algorithm, &pkcs8).unwrap()
    };
    let (rsa, pss, ec) = (make(Algorithm::Rs256), make(Algorithm::Ps256), make(Algorithm::Es256));
    let keys = KeySet::new([&rsa, &pss, &ec].map(|key| key.public().clone()));
    Set { rsa, pss, ec, keys }
}

fn read(token: &str, keys: &KeySet) -> Result<Claims, JwtError> {
    Claims::verified(token, Typ::AccessToken, &[Algorithm::Es256], keys)
}

/// A token with any header and payload, properly signed.
fn signed(header: &str, payload: &str, key: &SigningKey) -> String {
    let message = format!("{}.{}", base64url(header), base64url(payload));
    let signature = base64url(key.signature(message.as_bytes()).unwrap());
    format!("{message}.{signature}")
}

fn header(key: &SigningKey, more: &str) -> String {
    format!(r#"{{"typ":"at+jwt","alg":"{}","kid":"{}"{more}}}"#, key.algorithm().name(), key.kid())
}

#[test]
fn a_good_token_is_read() {
    let set = set();
    let token = sign(&set.ec, Typ::AccessToken, &serde_json::json!({"sub": "hanako"})).unwrap();
    assert_eq!(read(&token, &set.keys).unwrap().text("sub"), Ok("hanako"));
}

/// (A073)
#[test]
fn no_algorithm_is_never_accepted_a073() {
    let set = set();
    let payload = base64url(r#"{"sub":"hanako"}"#);
    for alg in [r#""alg":"none","#, r#""alg":"None","#, r#""alg":"nOnE","#, r#""alg":"","#, r#""alg":null,"#, ""] {
        let head = base64url(format!(r#"{{{alg}"typ":"at+jwt","kid":"{}"}}"#, set.ec.kid()));
        for signature in ["", "AA"] {
            let token = format!("{head}.{payload}.{signature}");
            assert_eq!(read(&token, &set.keys).unwrap_err(), JwtError::Algorithm, "{alg}");
        }
    }
    let unsigned = format!("{}.{payload}.", base64url(header(&set.ec, "")));
    assert_eq!(read(&unsigned, &set.keys).unwrap_err(), JwtError::Signature);
}

/// (A074)
#[test]
fn our_public_key_is_no_hmac_secret_a074() {
    let set = set();
    let mut secrets: Vec<Vec<u8>> = Vec::new();
    for key in set.keys.keys() {
        secrets.push(serde_json::to_vec(key).unwrap());
        match &key.key {
            PublicKey::P256(point) => secrets.push(point.to_vec()),
            PublicKey::Rsa { n, .. } => secrets.push(n.clone()),
            PublicKey::Ed25519(bytes) => secrets.push(bytes.to_vec()),
        }
    }
    for secret in secrets {
        for kid in [set.ec.kid(), set.rsa.kid()] {
            let head = format!(r#"{{"typ":"at+jwt","alg":"HS256","kid":"{kid}"}}"#);
            let message = format!("{}.{}", base64url(head), base64url("{}"));
            let token = format!("{message}.{}", base64url(hmac_sha256(&secret, &message)));
            assert_eq!(read(&token, &set.keys).unwrap_err(), JwtError::Algorithm);
        }
    }
}

/// (A075), (A077)
#[test]
fn keys_in_the_header_and_extensions_are_refused_a075_a077() {
    let set = set();
    for more in [
        r#","jwk":{"kty":"EC"}"#,
        r#","jku":"https://evil.example/jwks""#,
        r#","x5u":"https://evil.example/x""#,
        r#","x5c":["AA"]"#,
        r#","crit":["exp"]"#,
        r#","crit":[]"#,
        r#","b64":false,"crit":["b64"]"#,
        r#","zip":"DEF""#,
        r#","cty":"JWT""#,
    ] {
        let token = signed(&header(&set.ec, more), "{}", &set.ec);
        assert_eq!(read(&token, &set.keys).unwrap_err(), JwtError::Header, "{more}");
    }
}

/// (A076)
#[test]
fn a_key_is_found_by_its_exact_name_only_a076() {
    let set = set();
    let long = format!("\"{}\"", "a".repeat(10 * 1024));
    for kid in [r#""../../etc/passwd""#, r#""' OR 1=1""#, r#""\u0000""#, r#""""#, "1", "null", "[]", &long] {
        let head = format!(r#"{{"typ":"at+jwt","alg":"ES256","kid":{kid}}}"#);
        let error = read(&signed(&head, "{}", &set.ec), &set.keys).unwrap_err();
        assert!(matches!(error, JwtError::Key | JwtError::TooLarge), "{kid}: {error}");
    }
    let token = signed(r#"{"typ":"at+jwt","alg":"ES256"}"#, "{}", &set.ec);
    assert_eq!(read(&token, &set.keys).unwrap_err(), JwtError::Key);
}

/// (A064)
#[test]
fn another_kind_of_token_is_refused_a064() {
    let set = set();
    for typ in [r#""JWT""#, r#""AT+JWT""#, r#""application/at+jwt""#, r#""logout+jwt""#, r#""""#, "null"] {
        let head = format!(r#"{{"typ":{typ},"alg":"ES256","kid":"{}"}}"#, set.ec.kid());
        assert_eq!(read(&signed(&head, "{}", &set.ec), &set.keys).unwrap_err(), JwtError::Typ, "{typ}");
    }
    let id_token = sign(&set.ec, Typ::Jwt, &serde_json::json!({})).unwrap();
    assert_eq!(read(&id_token, &set.keys).unwrap_err(), JwtError::Typ);
}

/// (A078)
#[test]
fn claims_have_their_types_a078() {
    let set = set();
    let claims = |payload: &str| read(&signed(&header(&set.ec, ""), payload, &set.ec), &set.keys);
    for value in ["\"9999999999\"", "-1", "null", "[]", "true", "{}", "1e30", "99999999999999"] {
        let claims = claims(&format!(r#"{{"exp":{value}}}"#)).unwrap();
        assert_eq!(claims.moment("exp"), Err(JwtError::Claim("exp")), "{value}");
        assert_eq!(claims.optional_moment("exp"), Err(JwtError::Claim("exp")), "{value}");
    }
    assert_eq!(claims(r#"{"exp":1e400}"#).unwrap_err(), JwtError::Malformed);
    for value in ["1", "null", "[]", "[[\"a\"]]", "[{\"a\":1}]", "[\"a\",1]", "{}", "\"\"", "[\"\"]"] {
        let claims = claims(&format!(r#"{{"aud":{value}}}"#)).unwrap();
        assert_eq!(claims.audience(), Err(JwtError::Claim("aud")), "{value}");
    }
    for value in ["1", "null", "[]", "{}", "true", "\"\""] {
        let claims = claims(&format!(r#"{{"sub":{value}}}"#)).unwrap();
        assert_eq!(claims.text("sub"), Err(JwtError::Claim("sub")), "{value}");
    }
    let none = claims("{}").unwrap();
    assert!(none.moment("exp").is_err() && none.audience().is_err() && none.text("sub").is_err());
    assert_eq!(claims(r#"{"aud":["a","b"]}"#).unwrap().audience(), Ok(vec!["a", "b"]));
    let last = claims(r#"{"exp":100}"#).unwrap();
    assert_eq!(last.unexpired(Timestamp::from_seconds(99)), Ok(Timestamp::from_seconds(100)));
    assert_eq!(last.unexpired(Timestamp::from_seconds(100)), Err(JwtError::Expired));
}

#[test]
fn odd_signatures_and_keys_are_refused_a079() {
    let set = set();
    let message = format!("{}.{}", base64url(header(&set.ec, "")), base64url("{}"));
    let good = set.ec.signature(message.as_bytes()).unwrap();
    let mut zero_r = good.clone();
    zero_r[..32].fill(0);
    let mut zero_s = good.clone();
    zero_s[32..].fill(0);
    // SEQUENCE of two INTEGERs: the DER form of the same signature (positive by a leading zero).
    let mut der = vec![0x30, 70, 0x02, 33, 0];
    der.extend(&good[..32]);
    der.extend([0x02, 33, 0]);
    der.extend(&good[32..]);
    for odd in [zero_r, zero_s, vec![0; 64], der, good[..63].to_vec(), [good.clone(), vec![0]].concat()] {
        let token = format!("{message}.{}", base64url(odd));
        assert_eq!(read(&token, &set.keys).unwrap_err(), JwtError::Signature);
    }

    // A key is used with its own algorithm only.
    let all = Algorithm::ALL;
    for (alg, key) in [("PS256", &set.rsa), ("RS256", &set.pss), ("ES256", &set.rsa), ("RS256", &set.ec)] {
        let head = format!(r#"{{"typ":"at+jwt","alg":"{alg}","kid":"{}"}}"#, key.kid());
        let token = signed(&head, "{}", key);
        let error = Claims::verified(&token, Typ::AccessToken, &all, &set.keys).unwrap_err();
        assert_eq!(error, JwtError::Algorithm, "{alg}");
    }
    // An algorithm that other tokens may have is not accepted for this kind.
    let token = sign(&set.rsa, Typ::AccessToken, &serde_json::json!({})).unwrap();
    assert_eq!(read(&token, &set.keys).unwrap_err(), JwtError::Algorithm);

    for weak in
        [PublicKey::Rsa { n: vec![0xff; 128], e: vec![1, 0, 1] }, PublicKey::Rsa { n: vec![0xff; 256], e: vec![1] }]
    {
        let keys = KeySet::new([Jwk { kid: set.rsa.kid().to_owned(), algorithm: Algorithm::Rs256, key: weak }]);
        let error = Claims::verified(&token, Typ::AccessToken, &all, &keys).unwrap_err();
        assert_eq!(error, JwtError::Signature);
    }
}

#[test]
fn only_the_canonical_form_is_read_a080() {
    let set = set();
    let token = sign(&set.ec, Typ::AccessToken, &serde_json::json!({"sub": "hanako"})).unwrap();
    let parts: Vec<&str> = token.split('.').collect();
    let (head, payload, signature) = (parts[0], parts[1], parts[2]);
    for changed in [
        format!("{token}="),
        format!("{token} "),
        format!(" {token}"),
        format!("{token}\n"),
        format!("{token}."),
        format!("{token}.e30"),
        format!(".{token}"),
        format!("{head}..{signature}"),
        format!("{head}.{payload}"),
        head.to_owned(),
        String::new(),
        "..".to_owned(),
        "...".to_owned(),
        format!("{head}.{payload}.{}", signature[1..].to_owned() + "+"),
    ] {
        assert!(read(&changed, &set.keys).is_err(), "{changed}");
    }
    // The last character of 64 bytes carries four unused bits.
    let last = signature.chars().last().unwrap();
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let twin = alphabet.chars().nth(alphabet.find(last).unwrap() + 1).unwrap();
    let changed = format!("{}{twin}", &token[..token.len() - 1]);
    assert_eq!(read(&changed, &set.keys).unwrap_err(), JwtError::Malformed);

    let twice = signed(&header(&set.ec, ""), r#"{"sub":"a","sub":"b"}"#, &set.ec);
    assert_eq!(read(&twice, &set.keys).unwrap_err(), JwtError::Malformed);
    let twice = signed(&header(&set.ec, r#","alg":"ES256""#), "{}", &set.ec);
    assert_eq!(read(&twice, &set.keys).unwrap_err(), JwtError::Malformed);
    let bom = signed(&header(&set.ec, ""), "\u{feff}{}", &set.ec);
    assert_eq!(read(&bom, &set.keys).unwrap_err(), JwtError::Malformed);
}

#[test]
fn every_flipped_character_is_noticed_a039() {
    let set = set();
    let token = sign(&set.ec, Typ::AccessToken, &serde_json::json!({"sub": "hanako"})).unwrap();
    for index in 0..token.len() {
        let mut bytes = token.clone().into_bytes();
        bytes[index] = if bytes[index] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(bytes).unwrap();
        assert!(read(&changed, &set.keys).is_err(), "{changed}");
        assert!(read(&token[..index], &set.keys).is_err(), "cut at {index}");
    }
}

#[test]
fn size_and_depth_are_bounded_a081() {
    let set = set();
    let payload = format!(r#"{{"a":"{}"}}"#, "x".repeat(1024 * 1024));
    assert_eq!(read(&signed(&header(&set.ec, ""), &payload, &set.ec), &set.keys).unwrap_err(), JwtError::TooLarge);
    let deep = format!(r#"{{"a":{}{}}}"#, "[".repeat(5000), "]".repeat(5000));
    assert_eq!(read(&signed(&header(&set.ec, ""), &deep, &set.ec), &set.keys).unwrap_err(), JwtError::Malformed);
}
