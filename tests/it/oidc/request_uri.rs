//! Request objects by reference, and keys by reference. OpenID Connect Core §6.2, RFC 9101 §5.2; A075, A087, A089.

use hosho::base::digest::fingerprint;
use hosho::base::time::minutes;
use hosho::gateway::fetch::scripted::Reply;
use hosho::gateway::fetch::{FetchError, Purpose};
use serde_json::{Value, json};

use crate::support::{Server, Shop, TestKey};

const AT: &str = "https://shop.example/object";

/// A shop with this key and registered addresses of objects.
async fn shop(server: &Server, key: &TestKey, uris: &[&str]) -> Shop {
    server.shop_with(json!({"jwks": key.jwks(), "request_uris": uris})).await
}

/// What the address of the object answers from now on.
fn publish(server: &Server, shop: &Shop, key: &TestKey, differences: &Value) {
    let object = key.sign(&shop.object(server.app.clock.now(), differences), &json!({}));
    server.web.answer(AT, Reply::text("application/oauth-authz-req+jwt", &object));
}

/// conformance: oidcc-request-uri-signed-rs256
#[tokio::test]
async fn a_registered_document_is_the_request() {
    let server = Server::start().await;
    let key = TestKey::rs256();
    let metadata = server.browser().fetch("/.well-known/openid-configuration").await.json();
    assert_eq!(metadata["request_uri_parameter_supported"], true);
    assert_eq!(metadata["require_request_uri_registration"], true);
    let with_fragment = format!("{AT}#as-the-suite-has-it");
    let addresses = [(with_fragment.as_str(), with_fragment.as_str()), (&with_fragment, AT), (AT, AT)];
    for (number, (registered, requested)) in addresses.into_iter().enumerate() {
        let shop = shop(&server, &key, &[registered]).await;
        // Every client has its own object at the same address here: what was there before is forgotten by now.
        server.clock.advance(minutes(120));
        publish(&server, &shop, &key, &json!({}));
        let mut hanako = server.person(&format!("hanako{number}@example.jp")).await;
        let answer = hanako.browser.fetch(&shop.asks_by(requested)).await;
        assert!(!answer.code().is_empty(), "{registered} {requested}");
        assert_eq!(answer.location_parameter("state").as_deref(), Some("a state"));
        let asked = server.web.take_asked();
        assert!(asked.iter().all(|asked| (asked.purpose, asked.url.as_str()) == (Purpose::RequestUri, AT)));
    }
}

#[tokio::test]
async fn nothing_is_fetched_that_was_not_registered() {
    let server = Server::start().await;
    let key = TestKey::es256();
    let (shop, without) = (shop(&server, &key, &[AT]).await, server.shop().await);
    publish(&server, &shop, &key, &json!({}));
    let mut browser = server.browser();
    for uri in [
        "https://shop.example/object2",
        "https://shop.example/object/",
        "https://shop.example/object?x=1",
        "https://SHOP.example/object",
        "https://evil.tld/object",
        "https://shop.example@evil.tld/object",
        "http://shop.example/object",
        "http://169.254.169.254/latest/meta-data",
        "file:///etc/passwd",
        "urn:example:object",
        "object",
    ] {
        for shop in [&shop, &without] {
            let answer = browser.fetch(&shop.asks(&[("request_uri", uri)])).await;
            assert_eq!(answer.error().as_deref(), Some("invalid_request_uri"), "{uri}");
            assert_eq!(answer.location_parameter("state").as_deref(), Some("a state"), "{uri}");
            let answer = browser.fetch(&shop.asks_by(uri)).await;
            assert_eq!((answer.status.as_u16(), answer.location()), (400, None), "{uri}");
            assert_eq!(answer.find("#error-code").as_deref(), Some("invalid_request_uri"), "{uri}");
        }
    }
    assert_eq!(without.push(&[("request_uri", AT)]).await.refusal(), (400, "invalid_request".to_owned()));
    assert_eq!(server.web.asked(), []);
}

/// conformance: oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported, oidcc-request-uri-unsigned
#[tokio::test]
async fn what_is_no_object_of_the_client_is_refused() {
    let server = Server::start().await;
    let (key, stranger) = (TestKey::es256(), TestKey::es256());
    let names: Vec<String> = (0..20).map(|number| format!("https://shop.example/{number}")).collect();
    let shop = shop(&server, &key, &names.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let mut browser = server.browser();
    let good = shop.object(server.app.clock.now(), &json!({}));
    let unsigned = {
        let signed = key.sign(&good, &json!({"alg": "none"}));
        format!("{}.", signed.rsplit_once('.').unwrap().0)
    };
    let cases = [
        (Some(Reply::text("application/jwt", &unsigned)), "invalid_request_object"),
        (
            Some(Reply::text("application/jwt", &stranger.sign(&good, &json!({"kid": key.kid})))),
            "invalid_request_object",
        ),
        (Some(Reply::text("text/html", "<html>")), "invalid_request_object"),
        (Some(Reply::text("text/plain", "")), "invalid_request_object"),
        (Some(Reply { body: vec![0xff; 40], ..Reply::text("text/plain", "") }), "invalid_request_object"),
        (Some(Reply::json(&good)), "invalid_request_object"),
        (Some(Reply::text("application/jwt", &"x".repeat(70_000))), "invalid_request_uri"),
        (Some(Reply::status(404)), "invalid_request_uri"),
        (Some(Reply::status(302)), "invalid_request_uri"),
        (Some(Reply::status(500)), "invalid_request_uri"),
        (None, "invalid_request_uri"),
    ];
    for (name, (reply, expected)) in names.iter().zip(cases) {
        match reply {
            Some(reply) => server.web.answer(name, reply),
            None => server.web.fail(name, FetchError::TimedOut),
        }
        let answer = browser.fetch(&shop.asks(&[("request_uri", name)])).await;
        assert_eq!(answer.error().as_deref(), Some(expected), "{name}");
        let answer = browser.fetch(&shop.asks_by(name)).await;
        assert_eq!((answer.status.as_u16(), answer.location()), (400, None), "{name}");
    }
}

#[tokio::test]
async fn a_document_is_fetched_once_for_all_pages_and_anew_when_it_is_no_longer_good() {
    let server = Server::start().await;
    let key = TestKey::es256();
    let shop = server.shop_with(json!({"jwks": key.jwks(), "request_uris": [AT], "hosho_first_party": false})).await;
    let mut hanako = server.person("hanako@example.jp").await;
    publish(&server, &shop, &key, &json!({"jti": "1", "state": "first"}));
    let page = hanako.browser.get(&shop.asks_by(AT)).await;
    let answer = hanako.browser.submit_once(&page, "consent-allow", &[]).await;
    assert_eq!(answer.location_parameter("state").as_deref(), Some("first"));
    assert_eq!(server.web.take_asked().len(), 1);

    // The object was used; its successor is at the same address, and is looked for before the request is refused.
    publish(&server, &shop, &key, &json!({"jti": "2", "state": "second"}));
    let answer = hanako.browser.fetch(&shop.asks_by(AT)).await;
    assert_eq!(answer.location_parameter("state").as_deref(), Some("second"));
    assert_eq!(server.web.take_asked().len(), 1);
    // At most once in a minute, and the request is refused then.
    for _ in 0..3 {
        let answer = hanako.browser.fetch(&shop.asks_by(AT)).await;
        assert_eq!(answer.find("#error-code").as_deref(), Some("invalid_request_object"));
    }
    assert_eq!(server.web.take_asked().len(), 0);
}

/// The hash in the fragment says which document is meant. Inventing hashes makes nobody fetch it again and again.
#[tokio::test]
async fn a_fragment_is_the_hash_of_the_document() {
    let server = Server::start().await;
    let key = TestKey::es256();
    let shop = shop(&server, &key, &[AT]).await;
    let mut hanako = server.person("hanako@example.jp").await;
    let mut ask = async |fragment: &str, state: &str| {
        let answer = hanako.browser.fetch(&shop.asks_by(&format!("{AT}#{fragment}"))).await;
        if state.is_empty() {
            assert_eq!(answer.find("#error-code").as_deref(), Some("invalid_request_uri"), "{fragment}");
        }
        assert_eq!(answer.location_parameter("state").unwrap_or_default(), state);
        server.web.take_asked().len()
    };
    let publish = |state: &str| {
        let object = key.sign(&shop.object(server.app.clock.now(), &json!({ "state": state })), &json!({}));
        server.web.answer(AT, Reply::text("application/jwt", &object));
        fingerprint(object)
    };
    let first = publish("first");
    assert_eq!(ask(&first, "first").await, 1);
    assert_eq!(ask(&first, "first").await, 0);
    let second = publish("second");
    assert_eq!(ask(&second, "second").await, 1);
    let mut fetched = 0;
    for number in 0..20 {
        fetched += ask(&fingerprint(number.to_string()), "").await;
    }
    assert_eq!(fetched, 0, "it was looked for less than a minute ago");
    server.clock.advance(minutes(1));
    for number in 0..20 {
        fetched += ask(&fingerprint(number.to_string()), "").await;
    }
    assert_eq!(fetched, 1);
}

/// The keys are at an address of the client, too: a new one is found, and inventing names makes nobody look for them
/// again and again.
#[tokio::test]
async fn published_keys_may_be_replaced_and_a_storm_of_unknown_ones_is_one_request_a089() {
    const KEYS: &str = "https://shop.example/jwks";
    let server = Server::start().await;
    let (old, new) = (TestKey::es256(), TestKey::es256());
    let shop = server.shop_with(json!({"jwks_uri": KEYS})).await;
    server.web.answer(KEYS, Reply::json(&old.jwks()));
    let push = async |key: &TestKey| {
        let object = key.sign(&shop.object(server.clock.now(), &json!({})), &json!({}));
        let status = shop.post("/par", &[("request", &object)]).await.status;
        (status.as_u16(), server.web.take_asked().len())
    };
    assert_eq!(push(&old).await, (201, 1));
    assert_eq!(push(&old).await, (201, 0));
    server.web.answer(KEYS, Reply::json(&json!({"keys": [old.jwk(), new.jwk()]})));
    assert_eq!(push(&new).await, (201, 1));
    for _ in 0..20 {
        assert_eq!(push(&TestKey::es256()).await, (400, 0), "it was looked for less than a minute ago");
    }
    server.clock.advance(minutes(1));
    let mut fetched = 0;
    for _ in 0..20 {
        let (status, asked) = push(&TestKey::es256()).await;
        assert_eq!(status, 400);
        fetched += asked;
    }
    assert_eq!(fetched, 1);
    // Keys that must not be there make the whole set count for nothing.
    server.clock.advance(minutes(120));
    server.web.answer(KEYS, Reply::json(&json!({"keys": [new.jwk(), new.jwk()]})));
    assert_eq!(push(&new).await.0, 400);
}

#[tokio::test]
async fn only_https_addresses_can_be_registered() {
    let server = Server::start().await;
    let register = async |uris: Value| {
        let mut work = server.work();
        let metadata = json!({"redirect_uris": ["https://rp.example/cb"], "request_uris": uris});
        let registered = hosho::service::oidc::client::create(&mut work, &metadata.to_string()).await;
        work.roll_back().await;
        registered.map(|client| client.kept.client.metadata.to_json())
    };
    let uris = json!(["https://rp.example/object#x", "https://rp.example/other"]);
    assert_eq!(register(uris.clone()).await.unwrap()["request_uris"], uris);
    for bad in [
        json!(["http://rp.example/object"]),
        json!(["javascript:alert(1)"]),
        json!(["https://a@rp.example/object"]),
        json!(["https://rp.example/object", "x"]),
        json!("https://rp.example/object"),
        json!([1]),
    ] {
        assert!(register(bad.clone()).await.is_err(), "{bad}");
    }
}
