//! Authorization requests under FAPI rules: pushed with an assertion, signed where messages are. FAPI 2.0 Security
//! Profile §5.3.2.2, FAPI 2.0 Message Signing §5.3; A013, A083, A087, A090 to A092.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hosho::base::time::seconds;
use serde_json::{Value, json};

use crate::support::{Answer, ISSUER, Server, Shop, TestKey, asserting, claims, text};

const PROFILES: [&str; 2] = ["fapi2", "fapi2-message-signing"];

/// A client with its key.
struct Strict {
    shop: Shop,
    key: TestKey,
    profile: &'static str,
}

impl Strict {
    async fn of(server: &Server, profile: &'static str, key: TestKey) -> Self {
        let metadata = json!({
            "hosho_profile": profile, "token_endpoint_auth_method": "private_key_jwt", "jwks": key.jwks(),
            "grant_types": ["authorization_code", "refresh_token"], "dpop_bound_access_tokens": true,
        });
        Self { shop: server.shop_with(metadata).await, key, profile }
    }

    /// Push these fields with an assertion that differs from the usual one as it says.
    async fn push_as(&self, server: &Server, fields: &[(&str, &str)], assertion: &Value) -> Answer {
        let assertion = self.key.assertion(&self.shop.id, server.clock.now(), assertion);
        self.shop.send("/par", &[fields, &asserting(&assertion)].concat(), &[]).await
    }

    /// Push an object that this key signed.
    async fn push_signed(&self, server: &Server, key: &TestKey, object: &Value, header: &Value) -> Answer {
        self.push_as(server, &[("request", &key.sign(object, header))], &json!({})).await
    }

    /// Push the usual request with other parameters where they are given, signed where the profile asks for it.
    async fn push(&self, server: &Server, differences: &Value) -> Answer {
        let object = self.shop.object(server.clock.now(), differences);
        if self.profile == "fapi2-message-signing" {
            return self.push_signed(server, &self.key, &object, &json!({})).await;
        }
        let members = object.as_object().unwrap().iter();
        let fields: Vec<_> = members.filter_map(|(name, value)| Some((name.as_str(), value.as_str()?))).collect();
        self.push_as(server, &fields, &json!({})).await
    }

    /// The address of a request that was pushed so.
    async fn pushed(&self, server: &Server, differences: &Value) -> String {
        let answer = self.push(server, differences).await;
        assert_eq!(answer.status, 201, "{}: {}", self.profile, answer.text);
        self.shop.asks_by(text(&answer.json(), "request_uri"))
    }
}

/// Every kind of strict client.
async fn strict_clients(server: &Server) -> [Strict; 2] {
    let [plain, signing] = PROFILES;
    [Strict::of(server, plain, TestKey::es256()).await, Strict::of(server, signing, TestKey::ps256()).await]
}

/// What an answer says to the client: the parameters of its address, or the claims of the signed response.
pub(super) fn told(answer: &Answer, name: &str) -> Option<String> {
    let signed = answer.location_parameter("response").map(|response| claims(&response));
    signed.map_or_else(|| answer.location_parameter(name), |signed| Some(signed[name].as_str()?.to_owned()))
}

fn assert_page(answer: &Answer, code: &str) {
    assert_eq!((answer.status.as_u16(), answer.location()), (400, None), "{}", answer.text);
    assert_eq!(answer.find("#error-code").as_deref(), Some(code));
}

/// conformance: fapi2-security-profile-final-par-without-duplicate-parameters,
/// fapi2-security-profile-final-par-attempt-reuse-request_uri,
/// fapi2-security-profile-final-par-attempt-to-use-expired-request_uri,
/// fapi2-security-profile-final-par-attempt-to-use-request_uri-for-different-client,
/// fapi2-security-profile-final-par-ensure-reused-request-uri-prior-to-auth-completion-succeeds
#[tokio::test]
async fn a_pushed_request_is_good_once_in_time_and_for_its_client_a090_a091() {
    let server = Server::start().await;
    let clients = strict_clients(&server).await;
    let mut hanako = server.person("hanako@example.jp").await;
    for (client, other) in [(&clients[0], &clients[1]), (&clients[1], &clients[0])] {
        let address = client.pushed(&server, &json!({})).await;
        // The sign-in page is opened twice, and the request goes on after it.
        for _ in 0..2 {
            let page = server.browser().get(&address).await;
            assert!(page.find("#login-submit").is_some(), "{}", page.text);
        }
        let answer = hanako.browser.fetch(&address).await;
        assert!(told(&answer, "code").is_some_and(|code| code.len() >= 43), "{}", client.profile);
        assert_eq!(told(&answer, "state").as_deref(), Some("a state"));
        assert_eq!(told(&answer, "iss").as_deref(), Some(ISSUER));
        assert_page(&hanako.browser.fetch(&address).await, "invalid_request_uri");

        let address = client.pushed(&server, &json!({})).await;
        let foreign = address.replace(&client.shop.id, &other.shop.id);
        assert_page(&hanako.browser.fetch(&foreign).await, "invalid_request_uri");
        server.clock.advance(seconds(60));
        assert_page(&hanako.browser.fetch(&address).await, "invalid_request_uri");
    }
}

/// conformance: fapi2-security-profile-final-ensure-unsigned-authorization-request-without-using-par-fails,
/// fapi2-security-profile-final-ensure-unsigned-request-at-par-endpoint-fails
#[tokio::test]
async fn a_request_that_was_not_pushed_or_not_signed_is_refused_a092() {
    let server = Server::start().await;
    let mut hanako = server.person("hanako@example.jp").await;
    for client in strict_clients(&server).await {
        let shop = &client.shop;
        let object = client.key.sign(&shop.object(server.clock.now(), &json!({})), &json!({}));
        for given in [&[][..], &[("request", object.as_str())], &[("request_uri", "https://shop.example/object")]] {
            let answer = hanako.browser.fetch(&shop.asks(given)).await;
            assert_eq!(told(&answer, "error").as_deref(), Some("invalid_request"), "{given:?}");
            assert_eq!(told(&answer, "code"), None, "{given:?}");
        }
        // Without credentials nothing can be pushed, whatever is signed in it.
        let answer = shop.post("/par", &[("request", &object)]).await;
        assert_eq!(answer.refusal(), (401, "invalid_client".to_owned()));
    }
    let signing = Strict::of(&server, "fapi2-message-signing", TestKey::es256()).await;
    let asked = signing.shop.asks(&[("client_id", "")]);
    let fields: Vec<_> = form_urlencoded::parse(asked.split_once('?').unwrap().1.as_bytes()).collect();
    let fields: Vec<_> = fields.iter().map(|(name, value)| (&**name, &**value)).collect();
    let answer = signing.push_as(&server, &fields, &json!({})).await;
    assert_eq!(answer.refusal(), (400, "invalid_request".to_owned()));
}

/// conformance: fapi2-security-profile-final-ensure-response-type-code-idtoken-fails,
/// fapi2-security-profile-final-ensure-response-type-token-fails,
/// fapi2-security-profile-final-par-ensure-pkce-required,
/// fapi2-security-profile-final-par-plain-pkce-rejected,
/// fapi2-security-profile-final-ensure-redirect-uri-in-authorization-request,
/// fapi2-security-profile-final-ensure-request-object-without-redirect-uri-fails,
/// fapi2-security-profile-final-plain-fapi-tolerate-unregistered-redirect-uri,
/// fapi2-security-profile-final-par-authorization-request-containing-request_uri-form-param,
/// fapi2-security-profile-final-par-authorization-request-containing-request_uri
#[tokio::test]
async fn what_the_profile_refuses_is_refused_when_it_is_pushed() {
    let server = Server::start().await;
    let name = "urn:ietf:params:oauth:request_uri:x";
    for client in strict_clients(&server).await {
        for (differences, expected) in [
            (json!({"response_type": "code id_token"}), "unsupported_response_type"),
            (json!({"response_type": "token"}), "unsupported_response_type"),
            (json!({"response_type": null}), "invalid_request"),
            (json!({"code_challenge": null, "code_challenge_method": null}), "invalid_request"),
            (json!({"code_challenge_method": "plain"}), "invalid_request"),
            (json!({"redirect_uri": null}), "invalid_request"),
            (json!({"redirect_uri": "https://shop.example/other"}), "invalid_request"),
            (json!({"redirect_uri": "https://evil.tld/cb"}), "invalid_request"),
        ] {
            let answer = client.push(&server, &differences).await;
            assert_eq!(answer.refusal(), (400, expected.to_owned()), "{}: {differences}", client.profile);
        }
        let answer = client.push(&server, &json!({ "request_uri": name })).await;
        // In an object it is the object that is wrong.
        let inside = client.profile == "fapi2-message-signing";
        let expected = if inside { "invalid_request_object" } else { "invalid_request" };
        assert_eq!(answer.refusal(), (400, expected.to_owned()), "{}", client.profile);
        let object = client.key.sign(&client.shop.object(server.clock.now(), &json!({})), &json!({}));
        let both = [("request", object.as_str()), ("request_uri", name)];
        let answer = client.push_as(&server, &both, &json!({})).await;
        assert_eq!(answer.refusal(), (400, "invalid_request".to_owned()), "{}", client.profile);
        let asked = [("request_uri", name), ("response_type", "code")];
        let answer = client.push_as(&server, &asked, &json!({})).await;
        assert_eq!(answer.refusal(), (400, "invalid_request".to_owned()), "{}", client.profile);
    }
}

/// conformance: fapi2-security-profile-final-ensure-request-object-with-multiple-aud-succeeds,
/// fapi2-security-profile-final-ensure-request-object-with-nbf-8-seconds-in-the-future-is-accepted,
/// fapi2-security-profile-final-ensure-request-object-without-exp-fails,
/// fapi2-security-profile-final-ensure-request-object-without-nbf-fails,
/// fapi2-security-profile-final-ensure-expired-request-object-fails,
/// fapi2-security-profile-final-ensure-request-object-with-bad-aud-fails,
/// fapi2-security-profile-final-ensure-request-object-with-exp-over-60-fails,
/// fapi2-security-profile-final-ensure-request-object-with-nbf-over-60-fails
#[tokio::test]
async fn a_signed_request_is_fresh_short_lived_and_for_this_server_a087() {
    let server = Server::start().await;
    let client = Strict::of(&server, "fapi2-message-signing", TestKey::es256()).await;
    let now = server.clock.now().seconds();
    for (differences, taken) in [
        (json!({"aud": ["https://other.example", ISSUER]}), true),
        (json!({"nbf": now + 8}), true),
        (json!({"nbf": now - 3590, "exp": now + 10}), true),
        (json!({"exp": now + 3600}), true),
        (json!({"client_id": null}), true),
        (json!({"exp": null}), false),
        (json!({"nbf": null}), false),
        (json!({"exp": now}), false),
        (json!({"exp": now - 300}), false),
        (json!({"nbf": now + 61}), false),
        (json!({"exp": now + 4200}), false),
        (json!({"nbf": now - 4200, "exp": now + 60}), false),
        (json!({"nbf": now - 4200, "exp": now - 700}), false),
        (json!({"aud": null}), false),
        (json!({"aud": "https://other.example"}), false),
        (json!({"aud": format!("{ISSUER}/par")}), false),
        (json!({"iss": null}), false),
        (json!({"iss": "another"}), false),
        (json!({"client_id": "another"}), false),
    ] {
        let answer = client.push(&server, &differences).await;
        if taken {
            assert_eq!(answer.status, 201, "{differences}: {}", answer.text);
        } else {
            assert_eq!(answer.refusal(), (400, "invalid_request_object".to_owned()), "{differences}");
        }
    }
}

/// conformance: fapi2-security-profile-final-ensure-signed-request-object-with-RS256-fails,
/// fapi2-security-profile-final-ensure-request-object-signature-algorithm-is-not-none,
/// fapi2-security-profile-final-ensure-request-object-with-invalid-signature-fails,
/// fapi2-security-profile-final-ensure-matching-key-in-authorization-request
#[tokio::test]
async fn only_the_client_s_key_and_a_strong_algorithm_sign_a_request_a087() {
    let server = Server::start().await;
    let clients = [
        Strict::of(&server, "fapi2-message-signing", TestKey::ps256()).await,
        Strict::of(&server, "fapi2-message-signing", TestKey::es256()).await,
        Strict::of(&server, "fapi2-message-signing", TestKey::eddsa()).await,
    ];
    for (index, client) in clients.iter().enumerate() {
        let object = client.shop.object(server.clock.now(), &json!({}));
        assert_eq!(client.push_signed(&server, &client.key, &object, &json!({})).await.status, 201);
        let other = &clients[(index + 1) % clients.len()].key;
        let good = client.key.sign(&object, &json!({}));
        let (signed, signature) = good.rsplit_once('.').unwrap();
        let unsigned = client.key.sign(&object, &json!({"alg": "none"}));
        let flipped = if signature.starts_with('A') { "B" } else { "A" };
        let weak = TestKey::rs256().called(&client.key.kid);
        for (what, token) in [
            ("RS256", weak.sign(&object, &json!({}))),
            ("RS256 without a name", weak.sign(&object, &json!({"kid": null}))),
            ("none", format!("{}.", unsigned.rsplit_once('.').unwrap().0)),
            ("none with a signature", unsigned.clone()),
            ("another client's key", other.sign(&object, &json!({}))),
            ("another client's key by this one's name", other.sign(&object, &json!({"kid": client.key.kid}))),
            ("another signature", format!("{signed}.{flipped}{}", &signature[1..])),
            ("a client assertion", client.key.assertion(&client.shop.id, server.clock.now(), &json!({}))),
            ("no token", URL_SAFE_NO_PAD.encode(object.to_string())),
        ] {
            let answer = client.push_as(&server, &[("request", &token)], &json!({})).await;
            assert_eq!(answer.refusal(), (400, "invalid_request_object".to_owned()), "{what}");
        }
    }
}

/// conformance: fapi2-security-profile-final-ensure-different-nonce-inside-and-outside-request-object,
/// fapi2-security-profile-final-ensure-different-state-inside-and-outside-request-object,
/// fapi2-security-profile-final-state-only-outside-request-object-not-used
#[tokio::test]
async fn what_is_around_a_pushed_object_or_its_name_is_not_used_a087() {
    let server = Server::start().await;
    let client = Strict::of(&server, "fapi2-message-signing", TestKey::es256()).await;
    let mut hanako = server.person("hanako@example.jp").await;
    for (state, expected) in [(json!("a state"), Some("a state")), (json!(null), None)] {
        let object = client.shop.object(server.clock.now(), &json!({ "state": state }));
        let signed = client.key.sign(&object, &json!({}));
        let around = [("request", signed.as_str()), ("state", "around"), ("nonce", "around"), ("scope", "email")];
        let answer = client.push_as(&server, &around, &json!({})).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        let address = client.shop.asks_by(text(&answer.json(), "request_uri"));
        let answer = hanako.browser.fetch(&format!("{address}&state=around&nonce=around&redirect_uri=x")).await;
        assert!(answer.location().unwrap().starts_with("https://shop.example/cb?"));
        assert!(told(&answer, "code").is_some());
        assert_eq!(told(&answer, "state").as_deref(), expected);
    }
}

/// conformance: fapi2-security-profile-final-ensure-authorization-request-without-state-success,
/// fapi2-security-profile-final-ensure-authorization-request-without-nonce-success,
/// fapi2-security-profile-final-ensure-authorization-request-with-64-char-nonce-success,
/// fapi2-security-profile-final-ensure-authorization-request-with-long-nonce,
/// fapi2-security-profile-final-ensure-authorization-request-with-long-state,
/// fapi2-security-profile-final-ensure-other-scope-order-succeeds,
/// fapi2-security-profile-final-user-rejects-authentication
#[tokio::test]
async fn unusual_requests_are_taken_and_a_no_is_told() {
    let server = Server::start().await;
    let mut hanako = server.person("hanako@example.jp").await;
    for client in strict_clients(&server).await {
        for differences in [
            json!({"state": null}),
            json!({"nonce": null}),
            json!({"nonce": "n".repeat(64)}),
            json!({"nonce": "n".repeat(384)}),
            json!({"state": "s".repeat(1000)}),
            json!({"scope": "email profile openid"}),
            json!({"acr_values": "aal1", "claims": r#"{"id_token":{"acr":{"essential":true}}}"#}),
        ] {
            let address = client.pushed(&server, &differences).await;
            let answer = hanako.browser.fetch(&address).await;
            assert!(told(&answer, "code").is_some(), "{}: {differences} {}", client.profile, answer.text);
            let state = differences.get("state").map_or(Some("a state"), Value::as_str);
            assert_eq!(told(&answer, "state").as_deref(), state, "{differences}");
        }
        let address = client.pushed(&server, &json!({"prompt": "consent"})).await;
        let page = hanako.browser.get(&address).await;
        let answer = hanako.browser.submit_once(&page, "consent-deny", &[]).await;
        assert_eq!(told(&answer, "error").as_deref(), Some("access_denied"), "{}", client.profile);
        assert_eq!(told(&answer, "state").as_deref(), Some("a state"));
        assert_page(&hanako.browser.fetch(&address).await, "invalid_request_uri");
    }
}

/// conformance: fapi2-security-profile-final-par-test-array-as-audience-fails,
/// fapi2-security-profile-final-par-test-par-endpoint-url-as-audience-fails,
/// fapi2-security-profile-final-par-test-token-endpoint-url-as-audience-fails,
/// fapi2-security-profile-final-par-ensure-jwt-client-assertions-nbf-8-seconds-in-the-future-is-accepted,
/// fapi2-security-profile-final-par-ensure-jwt-client-assertions-nbf-over-60-seconds-fails
#[tokio::test]
async fn assertions_are_for_the_issuer_alone_and_not_from_the_future_a083() {
    let server = Server::start().await;
    let now = server.clock.now().seconds();
    for client in strict_clients(&server).await {
        let object = client.key.sign(&client.shop.object(server.clock.now(), &json!({})), &json!({}));
        for (assertion, taken) in [
            (json!({}), true),
            (json!({"nbf": now + 8, "iat": now + 8}), true),
            (json!({"aud": [ISSUER]}), false),
            (json!({"aud": [ISSUER, format!("{ISSUER}/par")]}), false),
            (json!({"aud": format!("{ISSUER}/par")}), false),
            (json!({"aud": format!("{ISSUER}/token")}), false),
            (json!({"nbf": now + 61}), false),
            (json!({"sub": null}), false),
            (json!({"exp": now - 300}), false),
        ] {
            let answer = client.push_as(&server, &[("request", &object)], &assertion).await;
            if taken {
                assert_eq!(answer.status, 201, "{assertion}: {}", answer.text);
            } else {
                assert_eq!(answer.refusal(), (401, "invalid_client".to_owned()), "{assertion}");
            }
        }
    }
}
