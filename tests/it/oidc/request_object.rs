//! Request objects by value, at the authorization endpoint and pushed. RFC 9101, OpenID Connect Core §6.1;
//! A073 to A082 and A087.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use hosho::base::random::Random;
use hosho::base::time::{minutes, seconds};
use hosho::jose::jwe::Recipient;
use hosho::jose::{ClientKeys, ContentEncryption, KeyManagement};
use serde_json::{Value, json};

use crate::support::{Answer, Browser, Server, Shop, TestKey, claims, rounds, text};

/// A shop that has this key.
async fn signing(server: &Server, key: &TestKey, differences: &Value) -> Shop {
    let mut members = json!({"jwks": key.jwks()});
    members.as_object_mut().unwrap().extend(differences.as_object().unwrap().clone());
    server.shop_with(members).await
}

/// The address of a request with an object and nothing around it but `client_id` and what is given.
fn with_object(shop: &Shop, object: &str, around: &[(&str, &str)]) -> String {
    let mut all = vec![("client_id", shop.id.as_str()), ("request", object)];
    all.extend(around);
    format!("/authorize?{}", form_urlencoded::Serializer::new(String::new()).extend_pairs(all).finish())
}

/// The object is refused with this code wherever it comes: pushed, and in the browser with and without a registered
/// address around it.
async fn assert_refused(shop: &Shop, browser: &mut Browser, object: &str, code: &str, what: &str) {
    let pushed = shop.post("/par", &[("request", object)]).await;
    assert_eq!(pushed.refusal(), (400, code.to_owned()), "{what}: pushed");
    if object.len() > 8000 {
        return;
    }
    let around = [("redirect_uri", shop.callback.as_str()), ("state", "around")];
    let answer = browser.fetch(&with_object(shop, object, &around)).await;
    assert_eq!(answer.error().as_deref(), Some(code), "{what}: {}", answer.text);
    assert_eq!(answer.location_parameter("state").as_deref(), Some("around"), "{what}");
    assert!(answer.location().unwrap().starts_with(&shop.callback), "{what}");
    for around in [&[][..], &[("redirect_uri", "https://evil.tld/cb")]] {
        let answer = browser.fetch(&with_object(shop, object, around)).await;
        assert_eq!((answer.status.as_u16(), answer.location()), (400, None), "{what}: no address");
        assert_eq!(answer.find("#error-code").as_deref(), Some(code), "{what}: no address");
    }
}

fn encode(text: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(text)
}

#[tokio::test]
async fn a_signed_request_leads_to_a_code_with_every_algorithm() {
    let server = Server::start().await;
    let mut hanako = server.person("hanako@example.jp").await;
    let metadata = server.browser().fetch("/.well-known/openid-configuration").await.json();
    let supported = metadata["request_object_signing_alg_values_supported"].as_array().unwrap();
    assert_eq!(metadata["request_parameter_supported"], true);
    for key in [TestKey::rs256(), TestKey::ps256(), TestKey::es256(), TestKey::eddsa()] {
        assert!(supported.contains(&json!(key.alg)), "{}", key.alg);
        for pinned in [json!({}), json!({"request_object_signing_alg": key.alg})] {
            let shop = signing(&server, &key, &pinned).await;
            for typ in [json!(null), json!("JWT"), json!("oauth-authz-req+jwt")] {
                let object = key.sign(&shop.object(server.app.clock.now(), &json!({})), &json!({"typ": typ}));
                let answer = hanako.browser.fetch(&with_object(&shop, &object, &[])).await;
                assert_eq!(answer.location_parameter("state").as_deref(), Some("a state"), "{}", answer.text);
                let tokens = shop.exchange(&answer.code()).await.json();
                assert_eq!(claims(text(&tokens, "id_token"))["nonce"], "a nonce");

                let pushed = shop.post("/par", &[("request", &object)]).await;
                assert_eq!(pushed.status, 201, "{}", pushed.text);
                let address = shop.asks_by(text(&pushed.json(), "request_uri"));
                assert!(!hanako.browser.fetch(&address).await.code().is_empty());
            }
            assert_refused(&shop, &mut hanako.browser, &key.sign(&json!({}), &json!({"typ": "at+jwt"})), OBJECT, "typ")
                .await;
        }
    }
    assert!(!supported.contains(&json!("none")) && !supported.contains(&json!("HS256")), "{supported:?}");
}

const OBJECT: &str = "invalid_request_object";

/// (A087)
///
/// conformance: fapi2-security-profile-final-ensure-different-nonce-inside-and-outside-request-object,
/// fapi2-security-profile-final-ensure-different-state-inside-and-outside-request-object,
/// fapi2-security-profile-final-state-only-outside-request-object-not-used,
/// fapi2-security-profile-final-ensure-request-object-without-redirect-uri-fails,
/// oidcc-ensure-request-object-with-redirect-uri
#[tokio::test]
async fn only_what_is_inside_counts_a087() {
    let server = Server::start().await;
    let key = TestKey::es256();
    let second = "https://shop.example/second";
    let shop = signing(&server, &key, &json!({"redirect_uris": ["https://shop.example/cb", second]})).await;
    let mut hanako = server.person("hanako@example.jp").await;
    let object = |differences: Value| key.sign(&shop.object(server.app.clock.now(), &differences), &json!({}));
    let around = [
        ("state", "around"),
        ("nonce", "around"),
        ("redirect_uri", second),
        ("scope", "openid email profile"),
        ("prompt", "none consent"),
        ("max_age", "soon"),
        ("code_challenge", "around"),
    ];
    let answer = hanako.browser.fetch(&with_object(&shop, &object(json!({})), &around)).await;
    assert!(answer.location().unwrap().starts_with("https://shop.example/cb?code="), "{:?}", answer.location());
    assert_eq!(answer.location_parameter("state").as_deref(), Some("a state"));
    let tokens = shop.exchange(&answer.code()).await.json();
    assert_eq!(claims(text(&tokens, "id_token"))["nonce"], "a nonce");
    assert_eq!(claims(text(&tokens, "access_token"))["scope"], "openid");

    // The address that counts is the one inside.
    let inside = object(json!({ "redirect_uri": second }));
    let answer = hanako.browser.fetch(&with_object(&shop, &inside, &[("redirect_uri", &shop.callback)])).await;
    assert!(answer.location().unwrap().starts_with("https://shop.example/second?code="));

    let nameless = object(json!({"state": null, "nonce": null}));
    let answer = hanako.browser.fetch(&with_object(&shop, &nameless, &around)).await;
    assert_eq!(answer.location_parameter("state"), None);
    let tokens = shop.exchange(&answer.code()).await.json();
    assert_eq!(claims(text(&tokens, "id_token")).get("nonce"), None);

    // What is missing inside is missing, and what is wrong inside goes to the address inside.
    for (differences, expected) in [
        (json!({"response_type": null}), "invalid_request"),
        (json!({"scope": null}), "invalid_scope"),
        (json!({"code_challenge_method": "plain"}), "invalid_request"),
    ] {
        let object = object(differences);
        let answer = hanako.browser.fetch(&with_object(&shop, &object, &around)).await;
        assert_eq!(answer.error().as_deref(), Some(expected));
        assert!(answer.location().unwrap().starts_with("https://shop.example/cb?"));
        assert_eq!(answer.location_parameter("state").as_deref(), Some("a state"));
        assert_eq!(shop.post("/par", &[("request", &object)]).await.refusal(), (400, expected.to_owned()));
    }
    for wrong in [json!(null), json!("https://evil.tld/cb"), json!("https://shop.example/cb/")] {
        let object = object(json!({ "redirect_uri": wrong }));
        let answer = hanako.browser.fetch(&with_object(&shop, &object, &around)).await;
        assert_eq!((answer.status.as_u16(), answer.location()), (400, None), "{wrong}");
        let pushed = shop.post("/par", &[("request", &object), ("redirect_uri", &shop.callback)]).await;
        assert_eq!(pushed.refusal(), (400, "invalid_request".to_owned()), "{wrong}");
    }
}

/// (A087)
#[tokio::test]
async fn what_is_around_an_object_must_not_contradict_it_a087() {
    let server = Server::start().await;
    let key = TestKey::es256();
    let (shop, other) = (signing(&server, &key, &json!({})).await, signing(&server, &key, &json!({})).await);
    let mut hanako = server.person("hanako@example.jp").await;
    let object = || key.sign(&shop.object(server.app.clock.now(), &json!({})), &json!({}));
    let to = ("redirect_uri", shop.callback.as_str());
    for (around, expected) in [
        (("response_type", "id_token"), "invalid_request"),
        (("response_type", "saml"), "invalid_request"),
        (("request_uri", "urn:ietf:params:oauth:request_uri:x"), "invalid_request"),
        (("request_uri", "https://shop.example/object"), "invalid_request"),
    ] {
        let answer = hanako.browser.fetch(&with_object(&shop, &object(), &[around, to])).await;
        assert_eq!(answer.error().as_deref(), Some(expected), "{around:?}");
        let pushed = shop.post("/par", &[("request", &object()), around]).await;
        assert_eq!(pushed.refusal(), (400, expected.to_owned()), "{around:?}");
    }
    let same = [("response_type", "code"), ("scope", "openid"), to];
    assert!(!hanako.browser.fetch(&with_object(&shop, &object(), &same)).await.code().is_empty());
    // Both clients have the same key, and still an object is good for one of them only.
    assert_refused(&other, &mut hanako.browser, &object(), OBJECT, "another client's").await;
    // An object comes once.
    let twice = format!("{}&request=a.b.c", with_object(&shop, &object(), &[to]));
    assert_eq!(hanako.browser.fetch(&twice).await.error().as_deref(), Some("invalid_request"));
}

/// Everything that is wrong with the token itself. The object would be good if it were signed as it should.
///
/// (A073), (A074), (A075), (A076), (A077), (A079), (A080), (A082)
///
/// conformance: oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported
#[tokio::test]
async fn a_token_that_is_not_the_client_s_says_nothing_a073() {
    let server = Server::start().await;
    let (key, stranger, rsa) = (TestKey::es256(), TestKey::es256(), TestKey::ps256());
    let jwks = json!({"keys": [key.jwk(), rsa.jwk()]});
    let shop = signing(&server, &key, &json!({"jwks": jwks})).await;
    let mut hanako = server.person("hanako@example.jp").await;
    let good = shop.object(server.app.clock.now(), &json!({}));
    let body = encode(good.to_string());
    let signed = key.sign(&good, &json!({}));
    let (head, signature) = (signed.split('.').next().unwrap(), signed.rsplit('.').next().unwrap());
    let jwk = key.jwk();
    let mut refused: Vec<(String, String)> = Vec::new();
    for alg in ["none", "None", "nOnE", "NONE", ""] {
        let head = encode(json!({ "alg": alg }).to_string());
        refused.push((format!("alg {alg:?}"), format!("{head}.{body}.")));
        refused.push((format!("alg {alg:?}, signed"), format!("{head}.{body}.{signature}")));
    }
    for header in [json!({}), json!({"alg": null}), json!({"alg": ["ES256"]}), json!({"alg": "ES384"})] {
        let head = encode(header.to_string());
        refused.push((format!("{header}"), format!("{head}.{body}.{signature}")));
    }
    // Our own and the client's public keys as secrets.
    let ours = server.browser().fetch("/jwks").await.text;
    for secret in [jwk.to_string(), text(&jwk, "x").to_owned(), ours, shop.secret.clone().unwrap()] {
        refused.push(("HS256".to_owned(), TestKey::hs256(secret).sign(&good, &json!({}))));
    }
    // Keys that come along or are pointed at.
    for header in [
        json!({"jwk": stranger.jwk()}),
        json!({"jku": "https://evil.tld/jwks"}),
        json!({"x5u": "https://evil.tld/x509"}),
        json!({"x5c": [STANDARD.encode("certificate")]}),
        json!({"jwk": stranger.jwk(), "kid": null}),
    ] {
        refused.push((format!("{header}"), stranger.sign(&good, &header)));
    }
    for kid in [json!("../../etc/passwd"), json!("' OR 1=1"), json!("k".repeat(4000)), json!("\u{0}"), json!(1)] {
        refused.push((format!("kid {kid}"), key.sign(&good, &json!({ "kid": kid }))));
    }
    for header in [json!({"crit": ["x"], "x": 1}), json!({"b64": false, "crit": ["b64"]}), json!({"crit": []})] {
        refused.push((format!("{header}"), key.sign(&good, &header)));
    }
    // A signature of another kind or of somebody else.
    refused.push(("a stranger's key".to_owned(), stranger.sign(&good, &json!({"kid": key.kid}))));
    refused.push(("another algorithm of the key".to_owned(), rsa.sign(&good, &json!({"alg": "RS256"}))));
    refused.push(("another type of key".to_owned(), key.sign(&good, &json!({"kid": rsa.kid}))));
    refused.push(("zeros".to_owned(), format!("{head}.{body}.{}", encode([0; 64]))));
    refused.push(("nothing".to_owned(), format!("{head}.{body}.")));
    // Other forms of the same token.
    refused.push(("another body".to_owned(), format!("{head}.{}.{signature}", encode(json!({"a": 1}).to_string()))));
    refused.push(("padding".to_owned(), format!("{head}.{body}.{signature}==")));
    refused.push(("a blank".to_owned(), format!("{head}.{body}. {signature}")));
    refused.push(("four parts".to_owned(), format!("{head}.{body}.{signature}.{signature}")));
    refused.push(("no parts".to_owned(), "object".to_owned()));
    refused.push(("two parts".to_owned(), format!("{head}.{body}")));
    refused.push(("an empty one".to_owned(), "..".to_owned()));
    refused.push(("no object".to_owned(), format!("{head}.{}.{signature}", encode("[]"))));
    // Encryption that must not be tried.
    for header in [
        json!({"alg": "PBES2-HS256+A128KW", "enc": "A128GCM", "p2s": "AAAA", "p2c": 1_000_000_000}),
        json!({"alg": "RSA1_5", "enc": "A128GCM"}),
        json!({"alg": "dir", "enc": "A128GCM"}),
        json!({"alg": "RSA-OAEP-256", "enc": "A128GCM", "zip": "DEF"}),
    ] {
        let token = format!("{}.AAAA.AAAA.AAAA.AAAA", encode(header.to_string()));
        refused.push((format!("{header}"), token));
    }
    for (what, object) in &refused {
        assert_refused(&shop, &mut hanako.browser, object, OBJECT, what).await;
    }
    assert_eq!(server.web.asked(), [], "nothing was fetched");
    assert!(!hanako.browser.fetch(&with_object(&shop, &signed, &[])).await.code().is_empty(), "and the good one works");
    let keyless = server.shop().await;
    let own = key.sign(&keyless.object(server.app.clock.now(), &json!({})), &json!({}));
    assert_refused(&keyless, &mut hanako.browser, &own, OBJECT, "a client without keys").await;
}

/// (A078), (A080), (A081), (A087)
#[tokio::test]
async fn claims_of_the_wrong_type_or_time_are_refused_a078() {
    let server = Server::start().await;
    let key = TestKey::es256();
    let shop = signing(&server, &key, &json!({})).await;
    let mut hanako = server.person("hanako@example.jp").await;
    let now = server.app.clock.now().seconds();
    for (name, values) in [
        ("exp", vec![json!("9999999999"), json!(-1), json!([]), json!(true), json!(now), json!(now - 1), json!(null)]),
        ("nbf", vec![json!("1"), json!(-1), json!([]), json!(now + 61)]),
        ("iat", vec![json!("1"), json!(-1), json!({}), json!(now + 61)]),
        ("aud", vec![json!(1), json!([]), json!([["http://localhost:8080"]]), json!("https://other.example")]),
        ("iss", vec![json!(1), json!("another"), json!("")]),
        ("client_id", vec![json!(1), json!("another"), json!([])]),
        ("sub", vec![json!(1), json!(shop.id)]),
        ("jti", vec![json!(1), json!([])]),
        ("scope", vec![json!(["openid"]), json!(1)]),
        ("state", vec![json!(1), json!({}), json!("a\u{0}")]),
        ("request", vec![json!("a.b.c")]),
        ("request_uri", vec![json!("https://shop.example/object"), json!("")]),
    ] {
        for value in values {
            // `null` means absent to the helper: it is written by hand.
            let claims = match value.is_null() {
                true => shop.object(server.app.clock.now(), &json!({})).to_string().replacen(
                    "\"exp\":",
                    "\"exp\":null,\"x\":",
                    1,
                ),
                false => shop.object(server.app.clock.now(), &json!({ name: value })).to_string(),
            };
            let object = key.sign_text(&claims, &json!({}));
            assert_refused(&shop, &mut hanako.browser, &object, OBJECT, &format!("{name} {value}")).await;
        }
    }
    let good = shop.object(server.app.clock.now(), &json!({})).to_string();
    for (what, claims) in [
        ("a member twice", good.replacen('{', "{\"state\":\"first\",", 1)),
        ("no number", good.replacen("\"exp\":", "\"exp\":1e400,\"x\":", 1)),
        ("a byte order mark", format!("\u{feff}{good}")),
        ("more behind it", format!("{good}{good}")),
        ("depth", good.replacen('{', &format!("{{\"x\":{}{},", "[".repeat(3000), "]".repeat(3000)), 1)),
        ("size", good.replacen('{', &format!("{{\"x\":\"{}\",", "x".repeat(60_000)), 1)),
    ] {
        if what != "size" {
            assert_refused(&shop, &mut hanako.browser, &key.sign_text(&claims, &json!({})), OBJECT, what).await;
        } else {
            let answer = shop.post("/par", &[("request", &key.sign_text(&claims, &json!({})))]).await;
            assert!([400, 413].contains(&answer.status.as_u16()), "{what}: {}", answer.status);
        }
    }
    for taken in [json!({"nbf": now + 8}), json!({"iat": now + 8}), json!({"aud": ["x", "http://localhost:8080"]})] {
        let object = key.sign(&shop.object(server.app.clock.now(), &taken), &json!({}));
        assert!(!hanako.browser.fetch(&with_object(&shop, &object, &[])).await.code().is_empty(), "{taken}");
    }
}

/// (A087)
#[tokio::test]
async fn an_object_with_a_name_counts_once_on_every_instance_a087() {
    let server = Server::start().await;
    let key = TestKey::es256();
    let shop = signing(&server, &key, &json!({})).await;
    let other = signing(&server, &key, &json!({})).await;
    let elsewhere = shop.at(server.another_instance().await.1);
    let mut hanako = server.person("hanako@example.jp").await;
    let named = |shop: &Shop, jti: &str| {
        key.sign(&shop.object(server.app.clock.now(), &json!({"jti": jti, "prompt": "none"})), &json!({}))
    };

    let object = named(&shop, "first");
    let answer = hanako.browser.fetch(&with_object(&shop, &object, &[])).await;
    assert!(!answer.code().is_empty());
    assert_refused(&shop, &mut hanako.browser, &object, OBJECT, "again").await;
    assert_eq!(elsewhere.post("/par", &[("request", &object)]).await.refusal(), (400, OBJECT.to_owned()));
    server.clock.advance(seconds(299));
    assert_refused(&shop, &mut hanako.browser, &object, OBJECT, "again, shortly before its end").await;
    assert_eq!(other.post("/par", &[("request", &named(&other, "first"))]).await.status, 201, "another's name");
    // Without a name it may come again while it lives.
    let nameless = key.sign(&shop.object(server.app.clock.now(), &json!({})), &json!({}));
    for _ in 0..2 {
        assert_eq!(shop.post("/par", &[("request", &nameless)]).await.status, 201);
    }

    for round in 0..rounds(24) {
        let object = named(&shop, &format!("race {round}"));
        let tries = (0..8).map(|index| {
            let (shop, object) = ([&shop, &elsewhere][index % 2].clone(), object.clone());
            tokio::spawn(async move { shop.post("/par", &[("request", &object)]).await })
        });
        let mut taken = 0;
        for one in tries.collect::<Vec<_>>() {
            let answer = one.await.unwrap();
            match answer.status.as_u16() {
                201 => taken += 1,
                _ => assert_eq!(answer.refusal(), (400, OBJECT.to_owned())),
            }
        }
        assert_eq!(taken, 1);
    }
}

/// (A073), (A082)
#[tokio::test]
async fn an_encrypted_object_counts_only_with_a_signed_one_inside_a082() {
    let server = Server::start().await;
    let key = TestKey::es256();
    let registered = json!({
        "request_object_encryption_alg": "ECDH-ES", "request_object_encryption_enc": "A256GCM",
        "require_signed_request_object": true,
    });
    let shop = signing(&server, &key, &registered).await;
    let mut hanako = server.person("hanako@example.jp").await;
    let metadata = server.browser().fetch("/.well-known/openid-configuration").await.json();
    let published = ClientKeys::from_slice(server.browser().fetch("/jwks").await.text.as_bytes()).unwrap();
    let good = shop.object(server.app.clock.now(), &json!({}));
    let signed = key.sign(&good, &json!({}));
    let unsigned = format!("{}.{}.", encode(r#"{"alg":"none"}"#), encode(good.to_string()));
    for algorithm in KeyManagement::ALL {
        // The published key says ECDH-ES; a client that wraps under it ignores that.
        let shown = if algorithm == KeyManagement::EcdhEsA128Kw { KeyManagement::EcdhEs } else { algorithm };
        let ours = published.encrypting(shown).unwrap();
        for encryption in ContentEncryption::ALL {
            for (kind, name) in [("alg", algorithm.name()), ("enc", encryption.name())] {
                let list = &metadata[format!("request_object_encryption_{kind}_values_supported")];
                assert!(list.as_array().unwrap().contains(&json!(name)), "{name}");
            }
            let recipient = Recipient { key: ours, algorithm, encryption };
            let encrypt = |token: &str| recipient.encrypt_token(token, &Random::system()).unwrap();
            let object = encrypt(&signed);
            assert!(!hanako.browser.fetch(&with_object(&shop, &object, &[])).await.code().is_empty());
            assert_eq!(shop.post("/par", &[("request", &object)]).await.status, 201);
            let stranger = TestKey::es256().called(&key.kid).sign(&good, &json!({}));
            let claims = recipient.encrypt_claims(good.to_string().as_bytes(), &Random::system()).unwrap();
            let cut = format!("{}AAAA", &object[..object.len() - 4]);
            for refused in [encrypt(&unsigned), encrypt(&stranger), claims, encrypt(&object), encrypt(""), cut] {
                let what = format!("{} {}", algorithm.name(), encryption.name());
                assert_refused(&shop, &mut hanako.browser, &refused, OBJECT, &what).await;
            }
        }
    }
}

/// (A087), (A092)
#[tokio::test]
async fn who_must_sign_cannot_do_without_a087() {
    let server = Server::start().await;
    let key = TestKey::eddsa();
    let shop = signing(&server, &key, &json!({"require_signed_request_object": true})).await;
    let mut hanako = server.person("hanako@example.jp").await;
    let answer = hanako.browser.fetch(&shop.asks(&[])).await;
    assert_eq!(answer.error().as_deref(), Some("invalid_request"));
    assert_eq!(shop.push(&[]).await.refusal(), (400, "invalid_request".to_owned()));
    let object = key.sign(&shop.object(server.app.clock.now(), &json!({})), &json!({}));
    assert!(!hanako.browser.fetch(&with_object(&shop, &object, &[])).await.code().is_empty());
    let pushed = shop.post("/par", &[("request", &object)]).await;
    let address = shop.asks_by(text(&pushed.json(), "request_uri"));
    assert!(!hanako.browser.fetch(&address).await.code().is_empty());
}

#[tokio::test]
async fn values_inside_may_be_json() {
    let server = Server::start().await;
    let key = TestKey::es256();
    let shop = signing(&server, &key, &json!({})).await;
    let mut hanako = server.person("hanako@example.jp").await;
    let userinfo = json!({"userinfo": {"nickname": null, "family_name": {"essential": true}}});
    let differences = json!({
        "claims": userinfo, "max_age": 10_000, "resource": ["http://localhost:8080"], "acr_values": "aal1",
        "unknown": {"x": [1, 2]},
    });
    let object = key.sign(&shop.object(server.app.clock.now(), &differences), &json!({}));
    let code = hanako.browser.fetch(&with_object(&shop, &object, &[])).await.code();
    let tokens = shop.exchange(&code).await.json();
    assert!(claims(text(&tokens, "id_token"))["auth_time"].is_i64(), "max_age was understood");
    let userinfo = shop.userinfo(text(&tokens, "access_token")).await.json();
    assert_eq!(userinfo["family_name"], "山田");
}

/// The request waits for a page with the parameters that were settled: the object is not looked at again.
#[tokio::test]
async fn an_object_is_read_once_however_long_the_pages_take() {
    let server = Server::start().await;
    let key = TestKey::es256();
    let shop = signing(&server, &key, &json!({"hosho_first_party": false})).await;
    let mut hanako = server.person("hanako@example.jp").await;
    let object = key.sign(&shop.object(server.app.clock.now(), &json!({"jti": "once"})), &json!({}));
    let page = hanako.browser.get(&with_object(&shop, &object, &[])).await;
    assert!(page.find("#consent-allow").is_some());
    assert!(!server.dump().await.contains(&object));
    server.clock.advance(minutes(20));
    let answer: Answer = hanako.browser.submit_once(&page, "consent-allow", &[]).await;
    assert_eq!(answer.location_parameter("state").as_deref(), Some("a state"));
    assert!(!answer.code().is_empty());
}
