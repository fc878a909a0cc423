//! The plans of FAPI 2.0, Security Profile and Message Signing: the modules about authentication, proofs, codes and
//! tokens, for every way to authenticate and to bind a token. Those about requests are in `fapi_requests.rs`.

use hosho::base::digest::fingerprint;
use hosho::base::time::seconds;
use hosho::jose::Algorithm;
use serde_json::{Map, Value, json};

use super::fapi_requests::told;
use super::mtls::{header, server};
use super::plan::seed;
use super::second_reader::read;
use crate::support::{
    Answer, Authority, Browser, ISSUER, Issued, Server, Shop, TestKey, VERIFIER, asserting, claims, differing, text,
};

/// What the client calls each of its calls.
const INTERACTION: &str = "c770aef3-6784-41f7-8e0e-ff5f97bddb3a";

/// How a client proves itself, or what its tokens are bound to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    Key,
    Certificate,
}

/// The profile, how its clients prove themselves, and what their tokens are bound to.
type Kind = (&'static str, By, By);

const KINDS: [Kind; 5] = [
    ("fapi2", By::Key, By::Key),
    ("fapi2", By::Key, By::Certificate),
    ("fapi2", By::Certificate, By::Key),
    ("fapi2", By::Certificate, By::Certificate),
    ("fapi2-message-signing", By::Key, By::Key),
];

/// One kind of client at a server, and a person who is signed in.
struct Plan {
    server: Server,
    browser: Browser,
    kind: Kind,
    first: Client,
    second: Client,
}

struct Client {
    shop: Shop,
    kind: Kind,
    key: TestKey,
    proof: TestKey,
    certificate: Issued,
}

/// What a request brings besides its fields, where its kind of client brings it at all; JSON says what differs.
struct Shows {
    assertion: Option<Value>,
    proof: Option<Value>,
    certificate: bool,
}

impl Shows {
    fn all() -> Self {
        Self { assertion: Some(json!({})), proof: Some(json!({})), certificate: true }
    }

    fn assertion(differences: Value) -> Self {
        Self { assertion: Some(differences), ..Self::all() }
    }

    fn proof(differences: Value) -> Self {
        Self { proof: Some(differences), ..Self::all() }
    }
}

/// Run a module for each kind of client for which it is meant.
async fn each(applies: impl Fn(Kind) -> bool, module: impl AsyncFn(&mut Plan)) {
    let authority = Authority::new("Client CA");
    for kind in KINDS.into_iter().filter(|kind| applies(*kind)) {
        let server = server(&authority).await;
        let sub = seed(&server).await;
        let mut browser = server.browser();
        server.sign_in(&mut browser, &sub).await;
        let first = Client::register(&server, &authority, kind, "first").await;
        let second = Client::register(&server, &authority, kind, "second").await;
        module(&mut Plan { server, browser, kind, first, second }).await;
    }
}

fn always(_: Kind) -> bool {
    true
}

fn with_keys((_, by, _): Kind) -> bool {
    by == By::Key
}

fn with_proofs((_, _, bound): Kind) -> bool {
    bound == By::Key
}

impl Client {
    async fn register(server: &Server, authority: &Authority, kind: Kind, name: &str) -> Self {
        let (profile, by, bound) = kind;
        let key = TestKey::ps256().called(name);
        let usual = json!({
            "hosho_profile": profile, "jwks": key.jwks(), "id_token_signed_response_alg": "PS256",
            "scope": "openid profile email address phone offline_access",
            "grant_types": ["authorization_code", "refresh_token"],
        });
        let how = match by {
            By::Key => json!({"token_endpoint_auth_method": "private_key_jwt"}),
            By::Certificate => {
                json!({"token_endpoint_auth_method": "tls_client_auth", "tls_client_auth_san_dns": name})
            }
        };
        let to_what = match bound {
            By::Key => json!({"dpop_bound_access_tokens": true}),
            By::Certificate => json!({"tls_client_certificate_bound_access_tokens": true}),
        };
        Self {
            shop: server.shop_with(differing(differing(usual, &how), &to_what)).await,
            kind,
            key,
            proof: TestKey::es256(),
            certificate: authority.issue(name, 2020, 2120),
        }
    }

    /// Send a form as this kind of client does.
    async fn post(&self, server: &Server, path: &str, fields: &[(&str, &str)], shows: &Shows) -> Answer {
        let now = server.clock.now();
        let assertion = shows.assertion.as_ref().map(|other| self.key.assertion(&self.shop.id, now, other));
        let mut fields = fields.to_vec();
        match assertion.as_deref().map(asserting) {
            Some(pair) if self.kind.1 == By::Key => fields.extend(pair),
            _ => fields.push(("client_id", &self.shop.id)),
        }
        let headers = self.headers(server, "POST", path, None, shows);
        let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.shop.send(path, &fields, &headers).await
    }

    /// The headers that prove what the client holds. The endpoint for requests needs no proof of a key.
    fn headers(
        &self,
        server: &Server,
        method: &str,
        path: &str,
        token: Option<&str>,
        shows: &Shows,
    ) -> Vec<(&'static str, String)> {
        let (_, by, bound) = self.kind;
        let proof = shows.proof.as_ref().filter(|_| bound == By::Key && path != "/par").map(|other| {
            let usual = token.map_or(json!({}), |token| json!({"ath": fingerprint(token)}));
            self.proof.proof_with(method, path, server.clock.now(), &differing(usual, other), &json!({}))
        });
        let has_certificate = shows.certificate && (by == By::Certificate || bound == By::Certificate);
        let certificate = has_certificate.then(|| header(&self.certificate));
        proof.map(|proof| ("dpop", proof)).into_iter().chain(certificate.map(|shown| ("client-cert", shown))).collect()
    }

    /// Ask for userinfo with a token, in this scheme where one is given.
    async fn userinfo(&self, server: &Server, token: &str, scheme: Option<&str>, shows: &Shows) -> Answer {
        let usual = if self.kind.2 == By::Key { "DPoP" } else { "Bearer" };
        let authorization = format!("{} {token}", scheme.unwrap_or(usual));
        let headers = self.headers(server, "GET", "/userinfo", Some(token), shows);
        let headers = headers.iter().map(|(name, value)| (*name, value.as_str()));
        let more = [("authorization", authorization.as_str()), ("x-fapi-interaction-id", INTERACTION)];
        let headers: Vec<(&str, &str)> = headers.chain(more).collect();
        self.shop.fetch("/userinfo", &headers).await
    }

    /// Push a request; its parameters differ as JSON says.
    async fn push(&self, server: &Server, differences: &Value) -> Answer {
        let object = self.shop.object(server.clock.now(), differences);
        if self.kind.0 == "fapi2-message-signing" {
            let signed = self.key.sign(&object, &json!({}));
            return self.post(server, "/par", &[("request", &signed)], &Shows::all()).await;
        }
        let members = object.as_object().unwrap().iter().filter(|(name, _)| *name != "client_id");
        let fields: Vec<_> = members.filter_map(|(name, value)| Some((name.as_str(), value.as_str()?))).collect();
        self.post(server, "/par", &fields, &Shows::all()).await
    }

    /// Exchange a code.
    async fn exchange(&self, server: &Server, code: &str, shows: &Shows) -> Answer {
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &self.shop.callback),
            ("code_verifier", VERIFIER),
        ];
        self.post(server, "/token", &fields, shows).await
    }

    async fn refresh(&self, server: &Server, token: &str, shows: &Shows) -> Answer {
        self.post(server, "/token", &[("grant_type", "refresh_token"), ("refresh_token", token)], shows).await
    }
}

impl Plan {
    /// A code of the first or second client, for a request that differs as JSON says.
    async fn code(&mut self, of_second: bool, differences: &Value) -> String {
        let client = if of_second { &self.second } else { &self.first };
        let pushed = client.push(&self.server, differences).await;
        assert_eq!(pushed.status, 201, "{:?} {differences}: {}", self.kind, pushed.text);
        let address = client.shop.asks_by(text(&pushed.json(), "request_uri"));
        let mut answer = self.browser.get(&address).await;
        if answer.find("#consent-allow").is_some() {
            answer = self.browser.submit(&answer, "consent-allow", &[]).await;
        }
        assert_eq!(told(&answer, "iss").as_deref(), Some(ISSUER));
        told(&answer, "code").unwrap_or_else(|| panic!("{:?} {differences}: {}", self.kind, answer.text))
    }

    async fn tokens(&mut self, of_second: bool, differences: &Value) -> Value {
        let code = self.code(of_second, differences).await;
        let client = if of_second { &self.second } else { &self.first };
        let answer = client.exchange(&self.server, &code, &Shows::all()).await;
        assert_eq!(
            (answer.status.as_u16(), answer.header("cache-control")),
            (200, Some("no-store")),
            "{}",
            answer.text
        );
        answer.json()
    }

    /// Whether the first client may use a token as it says.
    async fn opens(&self, token: &str, scheme: Option<&str>, shows: &Shows) -> u16 {
        self.first.userinfo(&self.server, token, scheme, shows).await.status.as_u16()
    }
}

fn assert_unknown(answer: &Answer, what: &Value) {
    assert_eq!(answer.refusal(), (401, "invalid_client".to_owned()), "{what}: {}", answer.text);
}

/// conformance: fapi2-security-profile-final-discovery-end-point-verification
#[tokio::test]
async fn the_metadata_promises_what_the_profile_asks_for() {
    let server = server(&Authority::new("Client CA")).await;
    let mut browser = server.browser();
    let document = browser.fetch("/.well-known/openid-configuration").await.json();
    let has = |list: &str, word: &str| document[list].as_array().unwrap().contains(&json!(word));
    for list in [
        "id_token_signing_alg_values_supported",
        "token_endpoint_auth_signing_alg_values_supported",
        "dpop_signing_alg_values_supported",
        "userinfo_signing_alg_values_supported",
        "request_object_signing_alg_values_supported",
        "authorization_signing_alg_values_supported",
    ] {
        assert!(has(list, "PS256") && has(list, "ES256"), "{list}");
    }
    for method in ["private_key_jwt", "tls_client_auth", "self_signed_tls_client_auth"] {
        assert!(has("token_endpoint_auth_methods_supported", method), "{method}");
    }
    assert!(has("code_challenge_methods_supported", "S256") && has("response_modes_supported", "jwt"));
    for name in ["authorization_response_iss_parameter_supported", "tls_client_certificate_bound_access_tokens"] {
        assert_eq!(document[name], true, "{name}");
    }
    assert!(document["require_pushed_authorization_requests"].is_boolean() && document["jwks_uri"].is_string());
    for name in ["token_endpoint", "pushed_authorization_request_endpoint", "userinfo_endpoint"] {
        assert!(document["mtls_endpoint_aliases"][name].is_string() && document[name].is_string(), "{name}");
    }
    let keys = browser.fetch("/jwks").await.json();
    for key in keys["keys"].as_array().unwrap() {
        assert!(["kid", "use", "alg"].iter().all(|name| key[name].is_string()), "{key}");
    }
}

/// conformance: fapi2-security-profile-final-happy-flow
#[tokio::test]
async fn each_kind_of_client_gets_tokens_that_count_with_its_own_proof_alone() {
    each(always, async |plan| {
        let kind = plan.kind;
        let tokens = plan.tokens(false, &json!({"state": "s".repeat(128)})).await;
        let token = text(&tokens, "access_token").to_owned();
        let expected = if kind.2 == By::Key { "DPoP" } else { "Bearer" };
        assert_eq!(text(&tokens, "token_type"), expected, "{kind:?}");
        assert!(tokens["expires_in"].as_u64().unwrap() > 0);
        let (_, algorithm, claims) = read(&plan.server, text(&tokens, "id_token"), &plan.first.shop.id).await;
        assert_eq!((algorithm.as_str(), text(&claims, "nonce")), ("PS256", "a nonce"));
        assert_eq!(text(&claims, "at_hash"), Algorithm::Ps256.half_hash(&token));
        let opened = plan.first.userinfo(&plan.server, &token, None, &Shows::all()).await;
        assert_eq!(opened.status, 200, "{kind:?}");
        assert_eq!(opened.header("x-fapi-interaction-id"), Some(INTERACTION), "the name of the call is repeated");

        // In the address it opens nothing, and neither without a proof, nor with another's.
        let headers = plan.first.headers(&plan.server, "GET", "/userinfo", Some(&token), &Shows::all());
        let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let in_address = plan.first.shop.fetch(&format!("/userinfo?access_token={token}"), &headers).await;
        assert!(matches!(in_address.status.as_u16(), 400 | 401), "{kind:?}");
        let bare = Shows { assertion: None, proof: None, certificate: false };
        assert_eq!(plan.opens(&token, None, &bare).await, 401, "{kind:?}");
        let of_second = plan.tokens(true, &json!({})).await;
        assert_eq!(plan.opens(text(&of_second, "access_token"), None, &Shows::all()).await, 401, "{kind:?}");
    })
    .await;
}

/// conformance: fapi2-security-profile-final-test-claims-parameter-identity-claims
#[tokio::test]
async fn every_claim_of_the_metadata_comes_where_it_is_asked_for_and_unknown_ones_do_no_harm() {
    each(
        |kind| kind == KINDS[0],
        async |plan| {
            let document = plan.server.browser().fetch("/.well-known/openid-configuration").await.json();
            let account: Map<String, Value> =
                serde_json::from_str(include_str!("../../../conformance/account.json")).unwrap();
            let supported: Vec<&str> =
                document["claims_supported"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
            let more = ["email", "email_verified", "updated_at"];
            let standard: Vec<&str> = account.keys().map(String::as_str).chain(more).collect();
            for name in &standard {
                assert!(supported.contains(name), "{name} is a standard claim");
            }
            let ways = [json!(null), json!({"essential": true}), json!({"essential": false})];
            let wished = standard.iter().chain(&["unknown", "sub"]).enumerate();
            let wished: Map<String, Value> =
                wished.map(|(at, name)| ((*name).to_owned(), ways[at % 3].clone())).collect();
            let request = json!({"id_token": wished, "userinfo": wished, "elsewhere": wished});
            let tokens = plan.tokens(false, &json!({"claims": request.to_string(), "scope": "openid"})).await;
            let told =
                plan.first.userinfo(&plan.server, text(&tokens, "access_token"), None, &Shows::all()).await.json();
            let id_token = claims(text(&tokens, "id_token"));
            for name in &standard {
                assert!(!told[name].is_null() && told[name] == id_token[name], "{name}: {told} {id_token}");
            }
            assert!(told["updated_at"].is_i64() && told["address"].is_object() && told["email_verified"].is_boolean());
            assert!(told.get("unknown").is_none() && id_token.get("unknown").is_none());
            let known = |name: &String| name == "sub" || standard.contains(&name.as_str());
            assert!(told.as_object().unwrap().keys().all(known), "{told}");
        },
    )
    .await;
}

/// conformance: fapi2-security-profile-final-access-token-type-header-case-sensitivity
#[tokio::test]
async fn the_name_of_the_scheme_does_not_care_about_case() {
    each(always, async |plan| {
        let token = text(&plan.tokens(false, &json!({})).await, "access_token").to_owned();
        let schemes = if plan.kind.2 == By::Key { ["dpop", "DPOP", "DpOp"] } else { ["bearer", "BEARER", "BeArEr"] };
        for scheme in schemes {
            assert_eq!(plan.opens(&token, Some(scheme), &Shows::all()).await, 200, "{:?} {scheme}", plan.kind);
        }
    })
    .await;
}

/// conformance: fapi2-security-profile-final-check-dpop-proof-nbf-exp,
/// fapi2-security-profile-final-ensure-dpopproof-with-iat-10seconds-before-succeeds,
/// fapi2-security-profile-final-ensure-dpopproof-with-iat-10seconds-after-succeeds
#[tokio::test]
async fn proofs_may_say_more_about_their_time_and_differ_by_some_seconds() {
    each(with_proofs, async |plan| {
        let now = plan.server.clock.now().seconds();
        for differences in [json!({"nbf": now, "exp": now + 300}), json!({"iat": now - 10}), json!({"iat": now + 10})] {
            let code = plan.code(false, &json!({})).await;
            let tokens = plan.first.exchange(&plan.server, &code, &Shows::proof(differences.clone())).await;
            assert_eq!(tokens.status, 200, "{differences}: {}", tokens.text);
            let token = text(&tokens.json(), "access_token").to_owned();
            assert_eq!(plan.opens(&token, None, &Shows::proof(differences.clone())).await, 200, "{differences}");
        }
    })
    .await;
}

/// conformance: fapi2-security-profile-final-ensure-mismatched-dpop-jkt-fails,
/// fapi2-security-profile-final-ensure-token-endpoint-fails-with-mismatched-dpop-proof-jkt,
/// fapi2-security-profile-final-ensure-token-endpoint-fails-with-mismatched-dpop-jkt,
/// fapi2-security-profile-final-ensure-dpopproof-at-par-endpoint-binding-success,
/// fapi2-security-profile-final-ensure-dpop-auth-code-binding-success
#[tokio::test]
async fn a_code_may_be_bound_to_a_key_before_it_is_exchanged() {
    each(
        |kind| kind == KINDS[0],
        async |plan| {
            let (own, other) = (plan.first.proof.jkt(), TestKey::es256());
            // By its fingerprint among the parameters.
            let code = plan.code(false, &json!({ "dpop_jkt": own })).await;
            assert_eq!(plan.first.exchange(&plan.server, &code, &Shows::all()).await.status, 200);
            let code = plan.code(false, &json!({"dpop_jkt": other.jkt()})).await;
            let refused = plan.first.exchange(&plan.server, &code, &Shows::all()).await;
            assert_eq!(refused.refusal(), (400, "invalid_grant".to_owned()));

            // By a proof that is pushed along, with the fingerprint or without.
            for (proof, jkt, taken) in [
                (&plan.first.proof, None, Some(true)),
                (&plan.first.proof, Some(own.clone()), Some(true)),
                (&other, None, Some(false)),
                (&plan.first.proof, Some(other.jkt()), None),
                (&other, Some(own.clone()), None),
            ] {
                let now = plan.server.clock.now();
                let object = plan.first.shop.object(now, &json!({"dpop_jkt": jkt, "client_id": null}));
                let members = object.as_object().unwrap().iter();
                let fields: Vec<_> =
                    members.filter_map(|(name, value)| Some((name.as_str(), value.as_str()?))).collect();
                let assertion = plan.first.key.assertion(&plan.first.shop.id, now, &json!({}));
                let fields = [&fields[..], &asserting(&assertion)].concat();
                let pushed =
                    plan.first.shop.send("/par", &fields, &[("dpop", &proof.proof("POST", "/par", now))]).await;
                let Some(taken) = taken else {
                    let (status, code) = pushed.refusal();
                    assert!(status == 400 && ["invalid_request", "invalid_dpop_proof"].contains(&&*code), "{code}");
                    continue;
                };
                let address = plan.first.shop.asks_by(text(&pushed.json(), "request_uri"));
                let code = told(&plan.browser.get(&address).await, "code").unwrap();
                let answer = plan.first.exchange(&plan.server, &code, &Shows::all()).await;
                let expected = if taken { (200, String::new()) } else { (400, "invalid_grant".to_owned()) };
                assert_eq!(answer.refusal(), expected, "{}", answer.text);
            }
        },
    )
    .await;
}

/// conformance: fapi2-security-profile-final-ensure-client-id-in-token-endpoint,
/// fapi2-security-profile-final-ensure-authorization-code-is-bound-to-client
#[tokio::test]
async fn a_code_is_worth_nothing_to_another_client_or_under_its_name() {
    each(always, async |plan| {
        let code = plan.code(false, &json!({})).await;
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code.as_str()),
            ("redirect_uri", &plan.first.shop.callback),
            ("code_verifier", VERIFIER),
            ("client_id", &plan.second.shop.id),
        ];
        // The name of the second client, and what the first one proves itself with.
        let headers = plan.first.headers(&plan.server, "POST", "/token", None, &Shows::all());
        let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let assertion = plan.first.key.assertion(&plan.second.shop.id, plan.server.clock.now(), &json!({}));
        let mut all = fields.to_vec();
        if plan.kind.1 == By::Key {
            all.extend(asserting(&assertion));
        }
        let answer = plan.first.shop.send("/token", &all, &headers).await;
        assert_unknown(&answer, &json!(format!("{:?}", plan.kind)));

        let answer = plan.second.exchange(&plan.server, &code, &Shows::all()).await;
        assert_eq!(answer.refusal(), (400, "invalid_grant".to_owned()), "{:?}", plan.kind);
        let code = plan.code(false, &json!({})).await;
        assert_eq!(plan.first.exchange(&plan.server, &code, &Shows::all()).await.status, 200);
    })
    .await;
}

/// conformance: fapi2-security-profile-final-attempt-reuse-authorization-code-after-one-second,
/// fapi2-security-profile-final-ensure-token-endpoint-fails-with-expired-auth-code
#[tokio::test]
async fn a_code_counts_once_and_for_a_minute() {
    each(always, async |plan| {
        let code = plan.code(false, &json!({})).await;
        let tokens = plan.first.exchange(&plan.server, &code, &Shows::all()).await.json();
        let token = text(&tokens, "access_token");
        assert_eq!(plan.opens(token, None, &Shows::all()).await, 200);
        plan.server.clock.advance(seconds(1));
        let again = plan.first.exchange(&plan.server, &code, &Shows::all()).await;
        assert_eq!(again.refusal(), (400, "invalid_grant".to_owned()), "{:?}", plan.kind);
        assert_eq!(plan.opens(token, None, &Shows::all()).await, 401, "what it led to ended with it");

        let code = plan.code(false, &json!({})).await;
        plan.server.clock.advance(seconds(62));
        let late = plan.first.exchange(&plan.server, &code, &Shows::all()).await;
        assert_eq!(late.refusal(), (400, "invalid_grant".to_owned()), "{:?}", plan.kind);
    })
    .await;
}

/// conformance: fapi2-security-profile-final-ensure-signed-client-assertion-with-RS256-fails,
/// fapi2-security-profile-final-ensure-client-assertion-in-token-endpoint,
/// fapi2-security-profile-final-ensure-client-assertion-with-exp-is-5-minutes-in-past-fails,
/// fapi2-security-profile-final-ensure-client-assertion-with-wrong-aud-fails,
/// fapi2-security-profile-final-ensure-client-assertion-with-no-sub-fails
#[tokio::test]
async fn a_code_is_exchanged_with_a_good_assertion_alone() {
    each(with_keys, async |plan| {
        let code = plan.code(false, &json!({})).await;
        let now = plan.server.clock.now().seconds();
        for differences in [
            json!({"exp": now - 300, "iat": now - 360, "nbf": now - 360}),
            json!({"aud": "https://other.example"}),
            json!({"aud": format!("{ISSUER}/token")}),
            json!({"sub": null}),
        ] {
            let answer = plan.first.exchange(&plan.server, &code, &Shows::assertion(differences.clone())).await;
            assert_unknown(&answer, &differences);
        }
        let none = Shows { assertion: None, ..Shows::all() };
        assert_unknown(&plan.first.exchange(&plan.server, &code, &none).await, &json!("no assertion"));
        let strong = std::mem::replace(&mut plan.first.key, TestKey::rs256().called("first"));
        let answer = plan.first.exchange(&plan.server, &code, &Shows::all()).await;
        assert_unknown(&answer, &json!("RS256"));
        // None of these used the code up.
        plan.first.key = strong;
        assert_eq!(plan.first.exchange(&plan.server, &code, &Shows::all()).await.status, 200);
    })
    .await;
}

/// conformance: fapi2-security-profile-final-ensure-holder-of-key-required,
/// fapi2-security-profile-final-refresh-token
#[tokio::test]
async fn tokens_are_exchanged_and_refreshed_with_a_proof_by_their_own_client() {
    each(always, async |plan| {
        let kind = plan.kind;
        let holds_nothing = Shows { proof: None, certificate: false, ..Shows::all() };
        let code = plan.code(false, &json!({})).await;
        let (status, word) = plan.first.exchange(&plan.server, &code, &holds_nothing).await.refusal();
        let by_certificate = kind.1 == By::Certificate;
        let expected = if by_certificate { (401, "invalid_client") } else { (400, "invalid_request") };
        assert_eq!((status, word.as_str()), expected, "{kind:?}");

        let tokens = plan.tokens(false, &json!({"scope": "openid profile email"})).await;
        let of_second = plan.tokens(true, &json!({"scope": "openid profile email"})).await;
        let refresh_token = text(&tokens, "refresh_token");
        assert!(refresh_token.bytes().all(|byte| matches!(byte, b' '..=b'~')), "{refresh_token}");
        plan.server.clock.advance(seconds(2));
        for _ in 0..2 {
            let answer = plan.first.refresh(&plan.server, refresh_token, &Shows::all()).await;
            assert_eq!(answer.status, 200, "{kind:?}: {}", answer.text);
            let refreshed = answer.json();
            let (before, after) = (claims(text(&tokens, "id_token")), claims(text(&refreshed, "id_token")));
            for name in ["iss", "sub", "aud", "auth_time"] {
                assert_eq!(before[name], after[name], "{name}");
            }
            assert_eq!(plan.opens(text(&refreshed, "access_token"), None, &Shows::all()).await, 200);
        }
        let (status, word) = plan.first.refresh(&plan.server, refresh_token, &holds_nothing).await.refusal();
        assert_eq!((status, word.as_str()), expected, "{kind:?}");
        let foreign = plan.first.refresh(&plan.server, text(&of_second, "refresh_token"), &Shows::all()).await;
        assert_eq!(foreign.refusal(), (400, "invalid_grant".to_owned()), "{kind:?}");
    })
    .await;
}
