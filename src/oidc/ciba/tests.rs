//! What a client may ask for, parameter by parameter.

use super::*;
use crate::oidc::client::tests::with;
use crate::oidc::server::tests::server;

const POLL: &str = r#""backchannel_token_delivery_mode": "poll""#;
const PING: &str = r#""backchannel_token_delivery_mode": "ping",
    "backchannel_client_notification_endpoint": "https://rp.example/ping""#;

fn client(more: &str) -> Client {
    with(&format!(
        r#"{{"redirect_uris": [], "grant_types": ["urn:openid:params:grant-type:ciba"], "scope": "openid email products",
            {more}}}"#
    ))
}

fn read(form: &str, mode: &str) -> Result<BackchannelAuthenticationRequest, &'static str> {
    let params = Params::parse_strict(&[form.as_bytes()]).unwrap();
    BackchannelAuthenticationRequest::read(&params, &client(mode), &Resources::own("https://id.example"))
        .map_err(|error| error.code.as_str())
}

#[test]
fn a_request_names_one_person_by_one_hint() {
    let hint = |hints: &str| read(&format!("scope=openid&{hints}"), POLL).map(|request| request.hint);
    assert_eq!(hint("login_hint=hanako").unwrap(), Hint::Login("hanako".to_owned()));
    assert_eq!(hint("id_token_hint=x").unwrap(), Hint::IdToken("x".to_owned()));
    for bad in
        ["", "login_hint=", "login_hint=a&id_token_hint=b", "login_hint_token=c", "login_hint=a&login_hint_token=c"]
    {
        assert_eq!(hint(bad), Err("invalid_request"), "{bad}");
    }
}

#[test]
fn scope_has_openid_and_nothing_that_was_not_registered_a049() {
    let scope = |scope: &str| read(&format!("login_hint=a{scope}"), POLL).map(|request| request.scope.to_string());
    assert_eq!(scope("&scope=email+openid").unwrap(), "email openid");
    for (asked, code) in [
        ("", "invalid_request"),
        ("&scope=email", "invalid_scope"),
        ("&scope=openid+phone", "invalid_scope"),
        ("&scope=openid+management", "invalid_scope"),
        ("&scope=openid+bogus", "invalid_scope"),
        ("&scope=openid&resource=https://other.example", "invalid_target"),
        ("&scope=openid&authorization_details=%5B%5D", "invalid_authorization_details"),
    ] {
        assert_eq!(scope(asked), Err(code), "{asked}");
    }
}

#[test]
fn the_life_of_a_request_is_wished_in_seconds() {
    let life = |text: &str| {
        read(&format!("scope=openid&login_hint=a&requested_expiry={text}"), POLL)
            .map(|request| request.requested_expiry)
    };
    for (text, seconds_) in [("30", 30), ("1", 10), ("600", 600), ("999999999", 900)] {
        assert_eq!(life(text), Ok(Some(seconds(seconds_))), "{text}");
    }
    for bad in ["0", "-1", "%2B30", "1.5", "x", "9999999999999999999999", "30+"] {
        assert_eq!(life(bad), Err("invalid_request"), "{bad}");
    }
}

#[test]
fn who_wants_to_be_notified_brings_a_bearer_token() {
    let token = |text: &str, mode| {
        let request = read(&format!("scope=openid&login_hint=a&client_notification_token={text}"), mode)?;
        Ok::<_, &str>(request.notification_token.map(|token| token.expose().to_owned()))
    };
    assert_eq!(token("aB3-._~%2B/==", PING).unwrap().as_deref(), Some("aB3-._~+/=="));
    assert_eq!(token("anything", POLL).unwrap(), None);
    for bad in ["", "a+b", "%3D%3D", "a%22b", "a%0D%0Ab", &"x".repeat(1025)] {
        assert_eq!(token(bad, PING), Err("invalid_request"), "{bad}");
    }
}

#[test]
fn a_wished_level_asks_for_one_more_sign_in_and_no_more() {
    let reaching = |acr: &[Acr]| Server { acr: acr.to_vec(), ..server() };
    let (two, one) = (reaching(&[Acr::Aal1, Acr::Aal2]), reaching(&[Acr::Aal1]));
    let at = Timestamp::from_seconds;
    // Wished, reachable, reached, when, and whether to sign in again for a request of the hundredth second.
    for (wished, server, reached, auth_time, expected) in [
        (&[][..], &two, Acr::Aal1, 50, false),
        (&[Acr::Aal2], &two, Acr::Aal1, 50, true),
        (&[Acr::Aal2], &two, Acr::Aal2, 50, false),
        (&[Acr::Aal2], &two, Acr::Aal1, 150, false),
        (&[Acr::Aal2, Acr::Aal1], &two, Acr::Aal1, 50, false),
        (&[Acr::Aal2], &one, Acr::Aal1, 50, false),
        (&[Acr::Phr], &two, Acr::Aal1, 50, false),
        (&[Acr::Phr, Acr::Aal2], &two, Acr::Aal1, 50, true),
    ] {
        assert_eq!(wants_step_up(wished, server, reached, at(auth_time), at(100)), expected, "{wished:?} {reached:?}");
    }
}

#[test]
fn what_is_signed_stands_inside_and_what_is_not_registered_is_not_signed() {
    let jwks = r#""jwks": {"keys": [{"kty": "EC", "crv": "P-256", "kid": "a",
        "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}"#;
    let signing = format!(r#"{POLL}, {jwks}, "backchannel_authentication_request_signing_alg": "ES256""#);
    let of = |form: &str, more: &str| {
        let params = Params::parse_strict(&[form.as_bytes()]).unwrap();
        request_object::of(&params, &client(more)).map(|object| object.map(str::to_owned)).map_err(|e| e.code.as_str())
    };
    assert_eq!(of("request=x&client_id=rp", &signing).unwrap().as_deref(), Some("x"));
    assert_eq!(of("scope=openid", POLL).unwrap(), None);
    assert_eq!(of("scope=openid", &signing), Err("invalid_request"));
    assert_eq!(of("request=x", POLL), Err("invalid_request"));
    for outside in PARAMETERS {
        assert_eq!(of(&format!("request=x&{outside}=y"), &signing), Err("invalid_request"), "{outside}");
    }
}
