//! Attacks on the reader of what others signed: A073–A081, A095 of the attack list.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::*;
use crate::base::digest::{base64url, hmac_sha256};
use crate::base::random::Random;
use crate::jose::{Jwk, SigningKey};

const SECRET: &[u8] = b"a secret of the client, 64 bytes of it, so that HS512 takes it..";

fn make(algorithm: Algorithm) -> SigningKey {
    SigningKey::from_pkcs8(algorithm, &SigningKey::generate(algorithm, &Random::system()).unwrap()).unwrap()
}

fn jwk(key: &Jwk) -> Value {
    let members = key.key.required_members().into_iter();
    let mut jwk: Map<String, Value> = members.map(|(name, value)| (name.to_owned(), value.into())).collect();
    jwk.insert("kid".to_owned(), key.kid.clone().into());
    Value::Object(jwk)
}

/// The keys of a client as it published them.
struct Client {
    rsa: SigningKey,
    ec: SigningKey,
    ed: SigningKey,
    keys: ClientKeys,
}

fn client() -> Client {
    let [rsa, ec, ed] = [Algorithm::Rs256, Algorithm::Es256, Algorithm::EdDsa].map(make);
    let keys = set(&[&rsa, &ec, &ed].map(|key| jwk(key.public())));
    Client { rsa, ec, ed, keys }
}

fn set(keys: &[Value]) -> ClientKeys {
    ClientKeys::from_value(&json!({ "keys": keys })).unwrap()
}

fn expecting(trust: Trust<'_>) -> Expected<'_> {
    Expected { trust, typ: &["JWT"], typ_may_be_absent: true, longest: LONGEST_ASSERTION }
}

fn read(token: &str, keys: &ClientKeys) -> Result<Foreign, JwtError> {
    expecting(Trust::Keys(keys, &Algorithm::ALL)).read(token)
}

fn message(header: &str, payload: &str) -> String {
    format!("{}.{}", base64url(header), base64url(payload))
}

fn signed(header: &str, payload: &str, key: &SigningKey) -> String {
    let message = message(header, payload);
    let signature = base64url(key.signature(message.as_bytes()).unwrap());
    format!("{message}.{signature}")
}

fn header(alg: &str, key: &SigningKey, more: &str) -> String {
    format!(r#"{{"alg":"{alg}","kid":"{}"{more}}}"#, key.kid())
}

#[test]
fn a_good_token_gives_its_claims_and_its_key() {
    let client = client();
    for (alg, key) in [("RS256", &client.rsa), ("ES256", &client.ec), ("EdDSA", &client.ed), ("Ed25519", &client.ed)] {
        let more =
            r#","typ":"JWT","jku":"https://evil.example/jwks","x5u":"https://evil.example","x5c":["AA"],"x5t":1"#;
        let token = read(&signed(&header(alg, key, more), r#"{"sub":"rp"}"#, key), &client.keys).unwrap();
        assert_eq!(token.claims.text("sub"), Ok("rp"));
        assert_eq!(token.kid.as_deref(), Some(key.kid()));
        assert_eq!(token.key.as_ref(), Some(&key.public().key));
        assert_eq!(token.algorithm, SignedWith::Signature(key.algorithm()));
    }
    let pss = make(Algorithm::Ps256);
    let token = signed(&header("PS256", &pss, ""), "{}", &pss);
    assert_eq!(read(&token, &set(&[jwk(pss.public())])).unwrap().algorithm.name(), "PS256");
}

#[test]
fn no_algorithm_is_never_accepted_a073() {
    let client = client();
    for alg in [r#""alg":"none""#, r#""alg":"None""#, r#""alg":"nOnE""#, r#""alg":"""#, r#""alg":null"#, r#""x":1"#] {
        for trust in [
            Trust::Keys(&client.keys, &Algorithm::ALL),
            Trust::Secret(SECRET, &MacAlgorithm::ALL),
            Trust::Header(&Algorithm::ALL),
        ] {
            for signature in ["", "AA"] {
                let token = format!("{}.{signature}", message(&format!("{{{alg}}}"), "{}"));
                assert_eq!(expecting(trust).read(&token).unwrap_err(), JwtError::Algorithm, "{alg}");
            }
        }
    }
    let unsigned = format!("{}.", message(&header("ES256", &client.ec, ""), "{}"));
    assert_eq!(read(&unsigned, &client.keys).unwrap_err(), JwtError::Signature);
}

/// One value of DER.
fn der(tag: u8, content: &[&[u8]]) -> Vec<u8> {
    let content = content.concat();
    let length = u16::try_from(content.len()).unwrap().to_be_bytes();
    let length = if content.len() < 128 { vec![length[1]] } else { [&[0x82][..], &length].concat() };
    [&[tag][..], &length, &content].concat()
}

/// A public key as `SubjectPublicKeyInfo` (RFC 5280 §4.1.2.7), which is what a PEM file has inside.
fn spki(key: &PublicKey) -> Vec<u8> {
    let (algorithm, bits) = match key {
        PublicKey::Rsa { n, e } => {
            let integers = [der(2, &[&[0], n]), der(2, &[e])].concat();
            (vec![0x06, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1, 5, 0], der(0x30, &[&integers]))
        }
        PublicKey::P256(point) => {
            let curve = [0x06, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7];
            ([&[0x06, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1][..], &curve].concat(), point.to_vec())
        }
        PublicKey::Ed25519(key) => (vec![0x06, 3, 0x2b, 0x65, 0x70], key.to_vec()),
    };
    der(0x30, &[&der(0x30, &[&algorithm]), &der(3, &[&[0], &bits])])
}

/// The forms in which a public key is written, each of which somebody has taken for a secret.
fn forms(key: &Jwk) -> Vec<Vec<u8>> {
    let spki = spki(&key.key);
    let lines: Vec<String> =
        STANDARD.encode(&spki).as_bytes().chunks(64).map(|line| String::from_utf8_lossy(line).into_owned()).collect();
    let pem = format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----", lines.join("\n"));
    let bare = key.key.required_members().iter().map(|(_, value)| value.clone().into_bytes()).collect::<Vec<_>>();
    let written = [format!("{pem}\n"), pem, jwk(key).to_string(), serde_json::to_string(key).unwrap()];
    written.into_iter().map(String::into_bytes).chain(bare).chain([spki]).collect()
}

#[test]
fn a_public_key_is_no_secret_a074() {
    let client = client();
    for key in [&client.rsa, &client.ec, &client.ed] {
        for form in forms(key.public()) {
            let message = message(&header("HS256", key, ""), "{}");
            let token = format!("{message}.{}", base64url(hmac_sha256(&form, &message)));
            assert_eq!(read(&token, &client.keys).unwrap_err(), JwtError::Algorithm);
            let error = expecting(Trust::Secret(SECRET, &MacAlgorithm::ALL)).read(&token).unwrap_err();
            assert_eq!(error, JwtError::Signature);
        }
    }
    // Nor does a signature count where a secret was agreed on.
    let token = signed(&header("ES256", &client.ec, ""), "{}", &client.ec);
    let error = expecting(Trust::Secret(SECRET, &MacAlgorithm::ALL)).read(&token).unwrap_err();
    assert_eq!(error, JwtError::Algorithm);
}

#[test]
fn a_secret_counts_for_the_pinned_algorithms_and_when_it_is_long_enough() {
    let mac = |alg: &str, secret: &[u8]| {
        let hash = match alg {
            "HS256" => ring::hmac::HMAC_SHA256,
            "HS384" => ring::hmac::HMAC_SHA384,
            _ => ring::hmac::HMAC_SHA512,
        };
        let message = message(&format!(r#"{{"alg":"{alg}","kid":"ignored"}}"#), r#"{"sub":"rp"}"#);
        format!("{message}.{}", base64url(ring::hmac::sign(&ring::hmac::Key::new(hash, secret), message.as_bytes())))
    };
    for algorithm in MacAlgorithm::ALL {
        let token = mac(algorithm.name(), SECRET);
        let read = expecting(Trust::Secret(SECRET, &[algorithm])).read(&token).unwrap();
        assert_eq!((read.algorithm, read.kid, read.key), (SignedWith::Mac(algorithm), None, None));
        for other in MacAlgorithm::ALL.into_iter().filter(|other| *other != algorithm) {
            let error = expecting(Trust::Secret(SECRET, &[other])).read(&token).unwrap_err();
            assert_eq!(error, JwtError::Algorithm);
        }
        let other = [b"another", SECRET].concat();
        let error = expecting(Trust::Secret(&other, &[algorithm])).read(&token).unwrap_err();
        assert_eq!(error, JwtError::Signature);
        let short = &SECRET[..algorithm.shortest_secret() - 1];
        let token = mac(algorithm.name(), short);
        let error = expecting(Trust::Secret(short, &[algorithm])).read(&token).unwrap_err();
        assert_eq!(error, JwtError::Secret);
    }
    let empty = mac("HS256", b"");
    assert_eq!(expecting(Trust::Secret(b"", &MacAlgorithm::ALL)).read(&empty).unwrap_err(), JwtError::Secret);
}

#[test]
fn a_key_that_comes_along_counts_only_as_proof_of_possession_a075() {
    let (client, evil) = (client(), make(Algorithm::Es256));
    let own = format!(r#","jwk":{}"#, jwk(evil.public()));
    for kid in [evil.kid(), client.ec.kid()] {
        let token = signed(&format!(r#"{{"alg":"ES256","kid":"{kid}"{own}}}"#), "{}", &evil);
        assert_eq!(read(&token, &client.keys).unwrap_err(), JwtError::Header);
        let error = expecting(Trust::Secret(SECRET, &MacAlgorithm::ALL)).read(&token).unwrap_err();
        assert_eq!(error, JwtError::Algorithm);
    }
    // A link to a key is never followed: the key of the set decides.
    for link in ["jku", "x5u"] {
        let token = signed(&header("ES256", &client.ec, &format!(r#","{link}":"https://evil.example""#)), "{}", &evil);
        assert_eq!(read(&token, &client.keys).unwrap_err(), JwtError::Signature, "{link}");
    }
}

#[test]
fn a_proof_brings_its_public_key_along_a095() {
    let keys = [Algorithm::Ps256, Algorithm::Es256, Algorithm::EdDsa].map(make);
    let proving = |allowed: &'static [Algorithm]| Expected {
        trust: Trust::Header(allowed),
        typ: &["dpop+jwt"],
        typ_may_be_absent: false,
        longest: LONGEST_ASSERTION,
    };
    let all = proving(&[Algorithm::Ps256, Algorithm::Es256, Algorithm::EdDsa]);
    let head = |alg: &str, jwk: &Value| json!({"typ": "dpop+jwt", "alg": alg, "jwk": jwk}).to_string();
    for key in &keys {
        let good = jwk(key.public());
        let token = signed(&head(key.algorithm().name(), &good), r#"{"htm":"GET"}"#, key);
        let read = all.read(&token).unwrap();
        assert_eq!(read.key.as_ref(), Some(&key.public().key));
        assert_eq!(super::super::thumbprint::thumbprint(&read.key.unwrap()), key.kid());
    }
    let [_, ec, ed] = &keys;
    let good = jwk(ec.public());
    let with = |name: &str, value: Value| {
        let mut jwk = good.clone();
        jwk[name] = value;
        jwk
    };
    for (jwk, expected) in [
        (with("d", json!("AA")), JwtError::Header),
        (with("d", Value::Null), JwtError::Header),
        (json!({"kty": "oct", "k": base64url(SECRET)}), JwtError::Header),
        (json!("key"), JwtError::Header),
        (json!([good]), JwtError::Header),
        (Value::Null, JwtError::Header),
        (with("crv", json!("P-384")), JwtError::Header),
        (with("use", json!("enc")), JwtError::Algorithm),
        (with("alg", json!("ES384")), JwtError::Algorithm),
        (jwk(ed.public()), JwtError::Algorithm),
        (with("x", json!(base64url([1; 32]))), JwtError::Header),
    ] {
        assert_eq!(all.read(&signed(&head("ES256", &jwk), "{}", ec)).unwrap_err(), expected, "{jwk}");
    }
    let absent = r#"{"typ":"dpop+jwt","alg":"ES256"}"#;
    assert_eq!(all.read(&signed(absent, "{}", ec)).unwrap_err(), JwtError::Header);
    let token = signed(&head("ES256", &good), "{}", ec);
    assert_eq!(proving(&[Algorithm::EdDsa]).read(&token).unwrap_err(), JwtError::Algorithm);
    assert_eq!(
        all.read(&signed(&head("ES256", &good), "{}", &make(Algorithm::Es256))).unwrap_err(),
        JwtError::Signature
    );
    let mac = message(&head("HS256", &good), "{}");
    let mac = format!("{mac}.{}", base64url(hmac_sha256(SECRET, &mac)));
    assert_eq!(all.read(&mac).unwrap_err(), JwtError::Algorithm);
}

#[test]
fn a_key_is_found_by_its_exact_name_only_a076() {
    let client = client();
    let long = format!("\"{}\"", "a".repeat(10 * 1024));
    for (kid, expected) in [
        (r#""../../etc/passwd""#, JwtError::Key),
        (r#""' OR 1=1""#, JwtError::Key),
        (r#""""#, JwtError::Key),
        (r#""\u0000""#, JwtError::Header),
        ("1", JwtError::Header),
        ("null", JwtError::Header),
        ("[]", JwtError::Header),
        (&long, JwtError::Header),
    ] {
        let token = signed(&format!(r#"{{"alg":"ES256","kid":{kid}}}"#), "{}", &client.ec);
        assert_eq!(read(&token, &client.keys).unwrap_err(), expected, "{kid}");
    }
    let token = signed(r#"{"alg":"ES256"}"#, "{}", &client.ec);
    assert!(read(&token, &client.keys).is_ok());
    let two = set(&[jwk(client.ec.public()), jwk(make(Algorithm::Es256).public())]);
    assert_eq!(read(&token, &two).unwrap_err(), JwtError::Ambiguous);
    assert_eq!(read(&token, &set(&[])).unwrap_err(), JwtError::Key);
}

#[test]
fn extensions_are_refused_a077() {
    let client = client();
    for more in
        [r#","crit":["exp"]"#, r#","crit":[]"#, r#","crit":null"#, r#","b64":false,"crit":["b64"]"#, r#","b64":true"#]
    {
        let token = signed(&header("ES256", &client.ec, more), "{}", &client.ec);
        assert_eq!(read(&token, &client.keys).unwrap_err(), JwtError::Header, "{more}");
    }
}

#[test]
fn the_kind_is_compared_as_a_media_type() {
    let client = client();
    let expecting = |typ_may_be_absent| Expected {
        trust: Trust::Keys(&client.keys, &Algorithm::ALL),
        typ: &["oauth-authz-req+jwt", "JWT"],
        typ_may_be_absent,
        longest: LONGEST_REQUEST_OBJECT,
    };
    for (typ, is_accepted) in [
        (r#""oauth-authz-req+jwt""#, true),
        (r#""OAuth-Authz-Req+JWT""#, true),
        (r#""application/oauth-authz-req+jwt""#, true),
        (r#""Application/JWT""#, true),
        (r#""jwt""#, true),
        (r#""""#, false),
        (r#""application/""#, false),
        (r#""application/application/jwt""#, false),
        (r#""text/jwt""#, false),
        (r#""jwt ""#, false),
        (r#""at+jwt""#, false),
        (r#""logout+jwt""#, false),
        ("null", false),
        (r#"["JWT"]"#, false),
    ] {
        let token = signed(&header("ES256", &client.ec, &format!(r#","typ":{typ}"#)), "{}", &client.ec);
        let error = expecting(true).read(&token).err();
        assert_eq!(error, (!is_accepted).then_some(JwtError::Typ), "{typ}");
    }
    let token = signed(&header("ES256", &client.ec, ""), "{}", &client.ec);
    assert!(expecting(true).read(&token).is_ok());
    assert_eq!(expecting(false).read(&token).unwrap_err(), JwtError::Typ);
}

#[test]
fn odd_signatures_and_keys_are_refused_a079() {
    let client = client();
    let message = message(&header("ES256", &client.ec, ""), "{}");
    let good = client.ec.signature(message.as_bytes()).unwrap();
    let half = |range: std::ops::Range<usize>| {
        let mut odd = good.clone();
        odd[range].fill(0);
        odd
    };
    let in_der = der(0x30, &[&der(2, &[&[0], &good[..32]]), &der(2, &[&[0], &good[32..]])]);
    for odd in [half(0..32), half(32..64), half(0..64), in_der, good[..63].to_vec(), [&good[..], &[0]].concat()] {
        let token = format!("{message}.{}", base64url(odd));
        assert_eq!(read(&token, &client.keys).unwrap_err(), JwtError::Signature);
    }
    // A key of the wrong type, curve or size is in the set under the name that the token gives.
    let named = |mut jwk: Value, kid: &str| {
        jwk["kid"] = kid.into();
        set(&[jwk])
    };
    let token = format!("{message}.{}", base64url(&good));
    for wrong in [
        json!({"kty": "EC", "crv": "P-384", "x": base64url([1; 48]), "y": base64url([1; 48])}),
        json!({"kty": "EC", "crv": "secp256k1", "x": base64url([1; 32]), "y": base64url([1; 32])}),
        json!({"kty": "EC", "crv": "P-256", "x": base64url([1; 32]), "y": base64url([1; 32])}),
        jwk(client.rsa.public()),
        jwk(client.ed.public()),
    ] {
        assert_eq!(read(&token, &named(wrong, client.ec.kid())).unwrap_err(), JwtError::Algorithm);
    }
    let token = signed(&header("RS256", &client.rsa, ""), "{}", &client.rsa);
    let PublicKey::Rsa { n, .. } = &client.rsa.public().key else { panic!("an RSA key") };
    for (n, e) in [(&n[..128], &[1, 0, 1][..]), (n, &[1])] {
        let weak = json!({"kty": "RSA", "n": base64url(n), "e": base64url(e)});
        assert_eq!(read(&token, &named(weak, client.rsa.kid())).unwrap_err(), JwtError::Algorithm);
    }
}

#[test]
fn one_key_does_not_take_the_signatures_of_another_algorithm_a079() {
    let client = client();
    let pss = make(Algorithm::Ps256);
    let keys = set(&[jwk(client.rsa.public()), jwk(pss.public()), jwk(client.ec.public())]);
    for (alg, key) in [("PS256", &client.rsa), ("RS256", &pss)] {
        // The key says nothing about its algorithm, so only the signature tells.
        assert_eq!(read(&signed(&header(alg, key, ""), "{}", key), &keys).unwrap_err(), JwtError::Signature);
        let mut pinned = jwk(key.public());
        pinned["alg"] = key.algorithm().name().into();
        assert_eq!(read(&signed(&header(alg, key, ""), "{}", key), &set(&[pinned])).unwrap_err(), JwtError::Algorithm);
    }
    let token = signed(&header("ES256", &client.rsa, ""), "{}", &client.rsa);
    assert_eq!(read(&token, &keys).unwrap_err(), JwtError::Algorithm);
    let token = signed(&header("ES256", &client.ec, ""), "{}", &client.ec);
    let error = expecting(Trust::Keys(&keys, &[Algorithm::Rs256, Algorithm::Ps256])).read(&token).unwrap_err();
    assert_eq!(error, JwtError::Algorithm, "the caller pinned others");
}

#[test]
fn only_the_canonical_form_is_read_a080() {
    let client = client();
    let token = signed(&header("ES256", &client.ec, ""), r#"{"sub":"rp"}"#, &client.ec);
    let parts: Vec<&str> = token.split('.').collect();
    let (head, payload, signature) = (parts[0], parts[1], parts[2]);
    for changed in [
        format!("{token}="),
        format!("{token} "),
        format!(" {token}"),
        format!("{token}\n"),
        format!("{token}."),
        format!("{token}.e30"),
        format!("{token}.e30.e30"),
        format!(".{token}"),
        format!("{head}.{payload}"),
        format!("{head}..{signature}"),
        head.to_owned(),
        String::new(),
        "..".to_owned(),
    ] {
        assert!(read(&changed, &client.keys).is_err(), "{changed}");
    }
    // The last character of 64 bytes carries four unused bits.
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let last = alphabet.find(signature.chars().last().unwrap()).unwrap();
    let twin = alphabet.chars().nth(last + 1).unwrap();
    let changed = format!("{}{twin}", &token[..token.len() - 1]);
    assert_eq!(read(&changed, &client.keys).unwrap_err(), JwtError::Malformed);
    for (more, payload) in [
        ("", r#"{"sub":"a","sub":"b"}"#),
        ("", r#"{"a":{"b":1,"\u0062":2}}"#),
        ("", "\u{feff}{}"),
        ("", "[]"),
        ("", ""),
        ("", r#"{"exp":1e400}"#),
        (r#","alg":"ES256""#, "{}"),
        (r#","x":{"y":1,"y":1}"#, "{}"),
    ] {
        let token = signed(&header("ES256", &client.ec, more), payload, &client.ec);
        assert_eq!(read(&token, &client.keys).unwrap_err(), JwtError::Malformed, "{more} {payload}");
    }
    let bom = signed(&format!("\u{feff}{}", header("ES256", &client.ec, "")), "{}", &client.ec);
    assert_eq!(read(&bom, &client.keys).unwrap_err(), JwtError::Malformed);
}

#[test]
fn size_and_depth_are_bounded_a081() {
    let client = client();
    let head = header("ES256", &client.ec, "");
    let large = signed(&head, &format!(r#"{{"a":"{}"}}"#, "x".repeat(20 * 1024)), &client.ec);
    assert_eq!(read(&large, &client.keys).unwrap_err(), JwtError::TooLarge);
    let trust = Trust::Keys(&client.keys, &Algorithm::ALL);
    assert!(Expected { longest: LONGEST_REQUEST_OBJECT, ..expecting(trust) }.read(&large).is_ok());
    let deep = format!(r#"{{"a":{}{}}}"#, "[".repeat(5000), "]".repeat(5000));
    assert_eq!(read(&signed(&head, &deep, &client.ec), &client.keys).unwrap_err(), JwtError::Malformed);
    let deep = signed(
        &header("ES256", &client.ec, &format!(r#","x":{}{}"#, "[".repeat(5000), "]".repeat(5000))),
        "{}",
        &client.ec,
    );
    assert_eq!(read(&deep, &client.keys).unwrap_err(), JwtError::Malformed);
    let many: Vec<String> = (0..10_000).map(|n| format!(r#""{n}":0"#)).collect();
    let many = signed(&head, &format!("{{{}}}", many.join(",")), &client.ec);
    assert_eq!(read(&many, &client.keys).unwrap_err(), JwtError::TooLarge);
}

#[test]
fn what_was_not_checked_names_only_whom_to_ask() {
    let token = format!("{}.AA", message(r#"{"alg":"HS256"}"#, r#"{"iss":"rp","sub":"","jti":1}"#));
    let unverified = Unverified::read(&token, LONGEST_ASSERTION).unwrap();
    assert_eq!((unverified.algorithm(), unverified.text("iss")), (Some("HS256"), Some("rp")));
    assert_eq!((unverified.text("sub"), unverified.text("jti"), unverified.text("aud")), (None, None, None));
    assert_eq!(Unverified::read(&token, 10).unwrap_err(), JwtError::TooLarge);
    assert_eq!(Unverified::read("a.b.c", 10).unwrap_err(), JwtError::Malformed);
}
