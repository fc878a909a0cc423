//! What each module of the OpenID Connect Core plans expects, for every response type and mode. `conformance:` in the
//! tests that run them names the modules.

use hosho::base::time::seconds;
use hosho::jose::Algorithm;
use http::Request;
use serde_json::{Value, json};

use super::{EMAIL, Plan};
use crate::oidc::second_reader::read;
use crate::support::{CHALLENGE, ISSUER, VERIFIER, claims, text};

const PROFILE: [&str; 14] = [
    "name",
    "family_name",
    "given_name",
    "middle_name",
    "nickname",
    "preferred_username",
    "profile",
    "picture",
    "website",
    "gender",
    "birthdate",
    "zoneinfo",
    "locale",
    "updated_at",
];
/// Claims that an ID token may have without being asked for them.
const OF_ID_TOKENS: [&str; 13] =
    ["iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "at_hash", "c_hash", "s_hash", "sid"];

/// The claims of a scope.
fn of_scope(scope: &str) -> Vec<&'static str> {
    match scope {
        "profile" => PROFILE.to_vec(),
        "email" => vec!["email", "email_verified"],
        "address" => vec!["address"],
        "phone" => vec!["phone_number", "phone_number_verified"],
        _ => Vec::new(),
    }
}

/// Everything that the response type promises comes, and nothing else; every token is signed and says what it must.
pub async fn server(plan: &mut Plan) {
    let kind = plan.kind;
    let outcome = plan.flow(&[]).await;
    assert!(outcome.saw_sign_in);
    for (name, part) in [("code", "code"), ("id_token", "id_token"), ("access_token", " token")] {
        let expected = format!(" {kind}").contains(part);
        assert_eq!(outcome.fields.contains_key(name), expected, "{kind}: {name}");
    }
    let known = ["code", "access_token", "token_type", "expires_in", "scope", "id_token", "state", "iss"];
    assert!(outcome.fields.keys().all(|name| known.contains(&name.as_str())), "{kind}: {:?}", outcome.fields);
    assert_eq!(outcome.fields["iss"], ISSUER);
    if let Some(code) = outcome.fields.get("code") {
        assert!(code.len() >= 22, "at least 128 bits: {code}");
        assert!(outcome.tokens["expires_in"].as_u64().unwrap() > 0);
    }
    let mut subjects: Vec<String> = Vec::new();
    for id_token in &outcome.id_tokens {
        let (typ, alg, claims) = read(&plan.server, id_token, &plan.client.id).await;
        assert_eq!((typ.as_str(), alg.as_str()), ("JWT", "RS256"), "{kind}");
        assert_eq!(text(&claims, "nonce"), "a nonce", "{kind}");
        let now = plan.server.clock.now().seconds();
        assert_eq!(claims["iat"].as_i64(), Some(now), "{kind}");
        assert!(claims["exp"].as_i64().unwrap() > now, "{kind}");
        assert!(claims.as_object().unwrap().keys().all(|name| OF_ID_TOKENS.contains(&name.as_str())), "{claims}");
        subjects.push(text(&claims, "sub").to_owned());
    }
    subjects.dedup();
    assert_eq!(subjects.len(), 1, "{kind}: both channels speak of one person");
    if plan.has_front_id_token() {
        let id_token = outcome.id_token();
        let hash = |name: &str| outcome.fields.get(name).map(|value| Algorithm::Rs256.half_hash(value));
        assert_eq!(id_token["c_hash"].as_str(), hash("code").as_deref(), "{kind}");
        assert_eq!(id_token["at_hash"].as_str(), hash("access_token").as_deref(), "{kind}");
    }
}

/// The error comes back all the same, with the state; the query is where an answer goes whose type is not known.
pub async fn response_type_missing(plan: &mut Plan) {
    let visit = plan.visit(&plan.asks(&[("response_type", "")])).await;
    let fields = visit.answer.delivered();
    assert_eq!((fields["error"].as_str(), fields["state"].as_str()), ("invalid_request", "a state"));
    let in_query =
        visit.answer.location().is_some_and(|location| location.starts_with("https://shop.example/cb?error"));
    assert_eq!(in_query, plan.mode != "form_post");
    assert!(!visit.saw_sign_in);
}

/// Signed with RS256 where nothing else was registered, by a published key that the header names.
pub async fn id_token_signature(plan: &mut Plan) {
    let outcome = plan.flow(&[]).await;
    assert!(!outcome.id_tokens.is_empty());
    for id_token in &outcome.id_tokens {
        assert_eq!(read(&plan.server, id_token, &plan.client.id).await.1, "RS256");
    }
}

/// Unsigned tokens are not to be had, and the metadata says so.
pub async fn id_token_unsigned(plan: &mut Plan) {
    let document = plan.browser.fetch("/.well-known/openid-configuration").await.json();
    for name in ["id_token_signing_alg_values_supported", "userinfo_signing_alg_values_supported"] {
        assert!(!document[name].as_array().unwrap().contains(&json!("none")), "{name}");
    }
}

/// Every way of sending the token, with every token that there is.
pub async fn userinfo(plan: &mut Plan) {
    let outcome = plan.flow(&[]).await;
    assert_eq!(outcome.access_tokens.is_empty(), !plan.has_userinfo(), "{}", plan.kind);
    for token in &outcome.access_tokens {
        let form = "application/x-www-form-urlencoded";
        let header = || Request::post("/userinfo").header("authorization", format!("bearer {token}"));
        let in_body = Request::post("/userinfo").header("content-type", form);
        let answers = [
            plan.client.userinfo(token).await,
            plan.server.browser().send(header().body("".into()).unwrap()).await,
            plan.server.browser().send(in_body.body(format!("access_token={token}").into()).unwrap()).await,
        ];
        for answer in answers {
            assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, Some("application/json")));
            assert_eq!(answer.json()["sub"], outcome.id_token()["sub"], "{}", plan.kind);
        }
    }
}

/// An ID token of the front channel needs its nonce; a code does not, and then the ID token has none.
pub async fn request_without_nonce(plan: &mut Plan) {
    let visit = plan.ask(&[("nonce", "")]).await;
    if plan.has_front_id_token() {
        assert_eq!(visit.answer.error().as_deref(), Some("invalid_request"));
        assert!(!visit.saw_sign_in);
    } else {
        let answer = plan.exchange(&visit.answer.code()).await;
        assert!(claims(text(&answer.json(), "id_token")).get("nonce").is_none());
    }
}

/// Every claim of the scope is told in the one place where it belongs.
async fn scope(plan: &mut Plan, scopes: &[&str], given: &[(&str, &str)]) {
    let asked = format!("openid {}", scopes.join(" "));
    let mut given = given.to_vec();
    if !given.iter().any(|(name, _)| *name == "scope") {
        given.push(("scope", &asked));
    }
    let outcome = plan.flow(&given).await;
    let expected: Vec<&str> = scopes.iter().flat_map(|scope| of_scope(scope)).collect();
    for id_token in outcome.id_tokens.iter().map(|token| claims(token)) {
        for claim in PROFILE.iter().chain(&["email", "address", "phone_number"]) {
            let told = !plan.has_userinfo() && expected.contains(claim);
            assert_eq!(id_token.get(*claim).is_some(), told, "{}: {claim} in {id_token}", plan.kind);
        }
        if !plan.has_userinfo() {
            right_types(&id_token, &expected);
        }
    }
    for token in &outcome.access_tokens {
        let told = plan.client.userinfo(token).await.json();
        right_types(&told, &expected);
        let names = told.as_object().unwrap().keys().map(|name| name.split('#').next().unwrap());
        assert!(names.clone().all(|name| name == "sub" || expected.contains(&name)), "{}: {told}", plan.kind);
    }
}

fn right_types(told: &Value, expected: &[&str]) {
    for claim in expected {
        let value = told.get(*claim).unwrap_or_else(|| panic!("{claim} is missing in {told}"));
        let right = match *claim {
            "email_verified" | "phone_number_verified" => value.is_boolean(),
            "updated_at" => value.is_number(),
            "address" => value["postal_code"].is_string() && value["formatted"].is_string(),
            _ => value.as_str().is_some_and(|text| !text.is_empty()),
        };
        assert!(right, "{claim} is {value}");
    }
}

pub async fn scope_profile(plan: &mut Plan) {
    scope(plan, &["profile"], &[]).await;
}

pub async fn scope_email(plan: &mut Plan) {
    scope(plan, &["email"], &[]).await;
}

pub async fn scope_address(plan: &mut Plan) {
    scope(plan, &["address"], &[]).await;
}

pub async fn scope_phone(plan: &mut Plan) {
    scope(plan, &["phone"], &[]).await;
}

pub async fn scope_all(plan: &mut Plan) {
    scope(plan, &["profile", "email", "address", "phone"], &[]).await;
}

/// The order of scopes and of parameters means nothing.
pub async fn alternate_happy_flow(plan: &mut Plan) {
    let address = plan.asks(&[("scope", "email openid")]);
    let (path, query) = address.split_once('?').unwrap();
    let reversed: Vec<&str> = query.split('&').rev().collect();
    let visit = plan.visit(&format!("{path}?{}", reversed.join("&"))).await;
    plan.is_in_its_place(&visit.answer);
    assert_eq!(visit.answer.error(), None);
    scope(plan, &["email"], &[("scope", "email openid")]).await;
}

/// Wishes that need not be honoured do no harm, whatever they say.
pub async fn wishes(plan: &mut Plan) {
    for (name, value) in [
        ("display", "page"),
        ("display", "popup"),
        ("display", "hologram"),
        ("ui_locales", "se"),
        ("ui_locales", "se en-GB"),
        ("claims_locales", "se ja-Kana-JP"),
        ("login_hint", EMAIL),
        ("extra", "foobar"),
    ] {
        let outcome = plan.flow(&[(name, value)]).await;
        assert_eq!(text(&outcome.id_token(), "nonce"), "a nonce", "{name}={value}");
        plan.browser = plan.server.browser();
    }
}

/// `prompt=login` asks again, and the new moment is told.
pub async fn prompt_login(plan: &mut Plan) {
    again(plan, ("prompt", "login"), true).await;
}

/// Too long ago for `max_age=1`: asked again.
pub async fn max_age_1(plan: &mut Plan) {
    again(plan, ("max_age", "1"), true).await;
}

/// Recent enough: nobody is asked, and the moment is told.
pub async fn max_age_10000(plan: &mut Plan) {
    again(plan, ("max_age", "10000"), false).await;
}

/// `prompt=none` for somebody who is signed in and allowed it before.
pub async fn prompt_none_logged_in(plan: &mut Plan) {
    again(plan, ("prompt", "none"), false).await;
}

async fn again(plan: &mut Plan, wish: (&str, &str), asks: bool) {
    let first = plan.flow(&[]).await;
    plan.server.clock.advance(seconds(2));
    let second = plan.flow(&[wish]).await;
    assert_eq!(second.saw_sign_in, asks, "{} {wish:?}", plan.kind);
    let (first, second) = (first.id_token(), second.id_token());
    assert_eq!(first["sub"], second["sub"]);
    let moment = |claims: &Value| claims["auth_time"].as_i64().expect("auth_time is told");
    assert_eq!(moment(&second) - moment(&first), if asks { 2 } else { 0 }, "{} {wish:?}", plan.kind);
    if asks {
        assert_eq!(moment(&second), plan.server.clock.now().seconds());
    }
}

/// `prompt=none` for a stranger: no page, the error, and a long state intact.
pub async fn prompt_none_not_logged_in(plan: &mut Plan) {
    let state = "s".repeat(128);
    let visit = plan.ask(&[("prompt", "none"), ("state", &state)]).await;
    let fields = visit.answer.delivered();
    assert_eq!((fields["error"].as_str(), &fields["state"]), ("login_required", &state));
    assert!(fields.keys().all(|name| ["error", "error_description", "state", "iss"].contains(&name.as_str())));
    let description = &fields["error_description"];
    assert!(description.bytes().all(|b| matches!(b, b' '..=b'~') && !matches!(b, b'"' | b'\\')), "{description}");
}

/// The ID token of the first sign-in as a hint: the same person, without a page.
pub async fn id_token_hint(plan: &mut Plan) {
    let first = plan.flow(&[]).await;
    plan.server.clock.advance(seconds(2));
    let second = plan.flow(&[("prompt", "none"), ("id_token_hint", &first.id_tokens[0])]).await;
    assert_eq!(first.id_token()["sub"], second.id_token()["sub"]);
    assert_eq!(first.id_token()["auth_time"], second.id_token()["auth_time"]);
}

/// Whoever asks for the levels of the metadata is told one of them.
pub async fn acr_values(plan: &mut Plan) {
    let document = plan.browser.fetch("/.well-known/openid-configuration").await.json();
    let levels: Vec<&str> =
        document["acr_values_supported"].as_array().unwrap().iter().map(|level| level.as_str().unwrap()).collect();
    let outcome = plan.flow(&[("acr_values", &levels.join(" "))]).await;
    for id_token in &outcome.id_tokens {
        assert!(levels.contains(&text(&claims(id_token), "acr")), "{}", plan.kind);
    }
}

/// A code counts once; the second time everything that it led to ends.
pub async fn code_reuse(plan: &mut Plan) {
    reuse(plan, 0).await;
}

pub async fn code_reuse_after_30_seconds(plan: &mut Plan) {
    reuse(plan, 30).await;
}

async fn reuse(plan: &mut Plan, wait: u64) {
    let outcome = plan.flow(&[]).await;
    for token in &outcome.access_tokens {
        assert_eq!(plan.client.userinfo(token).await.status, 200);
    }
    plan.server.clock.advance(seconds(wait));
    let answer = plan.exchange(&outcome.fields["code"]).await;
    assert_eq!(answer.refusal(), (400, "invalid_grant".to_owned()));
    for token in &outcome.access_tokens {
        assert_eq!(plan.client.userinfo(token).await.status, 401, "{}", plan.kind);
    }
}

/// A page with the error, and never a redirect.
pub async fn registered_redirect_uri(plan: &mut Plan) {
    for uri in ["https://shop.example/cb/other", "https://shop.example/cb?a=b", ""] {
        let visit = plan.visit(&plan.asks(&[("redirect_uri", uri)])).await;
        assert_eq!((visit.answer.status.as_u16(), visit.answer.location()), (400, None), "{uri}");
        assert_eq!(visit.answer.find("#error-code").as_deref(), Some("invalid_request"));
        assert!(visit.answer.find("#form-post").is_none());
    }
}

/// The same request as a form: answered alike, and quickly.
pub async fn post_request(plan: &mut Plan) {
    let address = plan.asks(&[]);
    let (path, form) = address.split_once('?').unwrap();
    let request = Request::post(path).header("content-type", "application/x-www-form-urlencoded");
    let answer = plan.browser.send(request.body(form.to_owned().into()).unwrap()).await;
    let answer = plan.browser.follow(answer).await;
    let visit = plan.go_on(answer).await;
    assert!(visit.saw_sign_in && visit.saw_consent);
    plan.is_in_its_place(&visit.answer);
    assert_eq!(plan.exchange(&visit.answer.code()).await.status, 200);
}

/// A second client that sends its secret in the form.
pub async fn client_secret_post(plan: &mut Plan) {
    let mut other = plan.other_client(json!({"token_endpoint_auth_method": "client_secret_post"})).await;
    let code = other.ask(&[]).await.answer.code();
    let mut fields = vec![
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", other.client.callback.as_str()),
        ("client_id", other.client.id.as_str()),
    ];
    fields.push(("client_secret", other.client.secret.as_deref().unwrap()));
    let answer = other.client.send("/token", &fields, &[]).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
}

/// Unsigned requests are refused, by value and by reference, and so is what they say about where to answer.
pub async fn unsigned_request_object(plan: &mut Plan) {
    let encode = |value: Value| hosho::base::digest::base64url(value.to_string());
    let object =
        encode(json!({"client_id": plan.client.id, "redirect_uri": "https://shop.example/cb", "state": "inside"}));
    let request = format!("{}.{object}.", encode(json!({"alg": "none"})));
    let refused = [
        "request_not_supported",
        "request_uri_not_supported",
        "invalid_request_object",
        "invalid_request_uri",
        "invalid_request",
    ];
    for given in [("request", request.as_str()), ("request_uri", "https://shop.example/request.jwt")] {
        let visit = plan.visit(&plan.asks(&[given])).await;
        let fields = visit.answer.delivered();
        let is_refused = match fields.get("error") {
            Some(error) => refused.contains(&error.as_str()),
            None => visit.answer.status == 400 && visit.answer.find("#error-code").is_some(),
        };
        assert!(is_refused && !visit.saw_sign_in, "{} {given:?}: {fields:?} {}", plan.kind, visit.answer.status);
        assert!(!fields.contains_key("code") && !fields.contains_key("id_token"), "{fields:?}");
    }
}

/// A claim by its name, in the place where it was asked for and in no other.
pub async fn claims_essential(plan: &mut Plan) {
    let place = if plan.has_userinfo() { "userinfo" } else { "id_token" };
    let outcome = plan.flow(&[("claims", &json!({place: {"name": {"essential": true}}}).to_string())]).await;
    for id_token in &outcome.id_tokens {
        let name = claims(id_token).get("name").cloned();
        assert_eq!(name, (!plan.has_userinfo()).then(|| json!("Hanako Yamada")), "{}", plan.kind);
    }
    for token in &outcome.access_tokens {
        assert_eq!(plan.client.userinfo(token).await.json()["name"], "Hanako Yamada");
    }
}

/// Refresh tokens of two clients: each refreshes its own, with a scope, and neither the other's.
pub async fn refresh_token(plan: &mut Plan) {
    let mut other = plan.other_client(json!({})).await;
    let mut tokens = Vec::new();
    for plan in [&mut *plan, &mut other] {
        let offline = [("scope", "openid offline_access"), ("prompt", "consent")];
        let outcome = plan.flow(&offline).await;
        let refresh_token = text(&outcome.tokens, "refresh_token").to_owned();
        assert!(refresh_token.bytes().all(|b| matches!(b, b' '..=b'~')), "{refresh_token}");
        plan.server.clock.advance(seconds(2));
        let fields = [
            ("grant_type", "refresh_token"),
            ("refresh_token", refresh_token.as_str()),
            ("scope", "openid offline_access"),
        ];
        let answer = plan.client.post("/token", &fields).await;
        assert_eq!((answer.status.as_u16(), answer.header("cache-control")), (200, Some("no-store")));
        let refreshed = answer.json();
        assert_ne!(refreshed["access_token"], outcome.tokens["access_token"]);
        let (first, second) = (claims(text(&outcome.tokens, "id_token")), claims(text(&refreshed, "id_token")));
        for name in ["iss", "sub", "aud", "auth_time", "azp"] {
            assert_eq!(first.get(name), second.get(name), "{name}");
        }
        assert_eq!(second["iat"].as_i64().unwrap() - first["iat"].as_i64().unwrap(), 2);
        assert_eq!(plan.client.userinfo(text(&refreshed, "access_token")).await.status, 200);
        tokens.push(text(&refreshed, "refresh_token").to_owned());
    }
    assert_eq!(plan.client.refresh(&tokens[1]).await.refusal(), (400, "invalid_grant".to_owned()));
    assert_eq!(other.client.refresh(&tokens[1]).await.status, 200);
}

/// A challenge and its verifier.
pub async fn pkce(plan: &mut Plan) {
    plan.verify_with(VERIFIER);
    let outcome = plan.flow(&[("code_challenge", CHALLENGE), ("code_challenge_method", "S256")]).await;
    assert!(outcome.tokens["access_token"].is_string());
}
