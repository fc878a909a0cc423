//! Requests that are answered with a page, with an error to the client, or understood.

use super::*;
use crate::oidc::audience::Resources;
use crate::oidc::client::tests::{client, with};
use crate::oidc::server::tests::server;

const CHALLENGE: &str = "code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256";
const TO: &str = "client_id=rp&redirect_uri=https%3A%2F%2Frp.example%2Fcb";

fn params(query: &str) -> Params {
    Params::parse(&[query.as_bytes()]).unwrap()
}

fn trusted(params: &Params, client: Client) -> Result<Identified, Untrusted> {
    identify(params, Some(Arc::new(client)))
}

/// Read a request of the test client with these parameters besides its address and PKCE.
pub(crate) fn request(rest: &str) -> AuthorizationRequest {
    read(&format!("{TO}&{CHALLENGE}&response_type=code&{rest}")).unwrap()
}

fn read(query: &str) -> Result<AuthorizationRequest, crate::oidc::OAuthError> {
    let params = params(query);
    checks::read(&params, &trusted(&params, client()).unwrap(), &server(), &own())
}

fn own() -> Resources {
    Resources::own("https://id.example")
}

fn code(query: &str) -> &'static str {
    read(query).unwrap_err().code.as_str()
}

/// Near misses of `https://rp.example/cb`, as an attacker would try them.
#[rustfmt::skip]
const NEAR_MISSES: &[&str] = &[
    // another host that looks alike
    "https://rp.example.evil.tld/cb", "https://evilrp.example/cb", "https://rpaexample/cb", "https://evil.tld/cb",
    "https://evil.tld/rp.example/cb", "https://evil.tld?https://rp.example/cb", "https://rp.example:evil.tld/cb",
    "https://evil.tld#rp.example/cb", "https://sub.rp.example/cb", "https://rp.example./cb", "https://rp.exampl\u{0435}/cb",
    "https://xn--rp-example/cb", "//rp.example/cb", "//evil.tld/cb", "/cb", "rp.example/cb", "https:/rp.example/cb",
    "https:rp.example/cb", "https:///rp.example/cb", "https://rp.example\\@evil.tld/cb", "https://evil.tld\\rp.example/cb",
    // user information
    "https://a@b@rp.example/cb", "https://evil@rp.example/cb", "https://rp.example@evil.tld/cb",
    "https://rp.example:443@evil.tld/cb", "https://@rp.example/cb",
    // another path
    "https://rp.example/..;/cb", "https://rp.example/%2e%2e/cb", "https://rp.example/../cb", "https://rp.example/x/../cb",
    "https://rp.example//cb", "https://rp.example/\\cb", "https://rp.example/cb/", "https://rp.example/cb/../evil",
    "https://rp.example/cb/extra", "https://rp.example/CB", "https://rp.example/%63b", "https://rp.example/cb%00",
    "https://rp.example/cb;x", "https://rp.example", "https://rp.example/",
    // something added
    "https://rp.example/cb?x=1", "https://rp.example/cb?", "https://rp.example/cb#x", "https://rp.example/cb#",
    " https://rp.example/cb", "https://rp.example/cb ", "https://rp.example/cb\n", "https://rp.example/cb\t",
    "https://rp.example/cb,https://evil.tld/", "https://rp.example/cb https://evil.tld/",
    // another port or scheme
    "https://rp.example:443/cb", "https://rp.example:8443/cb", "http://rp.example/cb", "HTTPS://rp.example/cb",
    "https://RP.example/cb", "javascript:alert(1)", "JaVaScRiPt:alert(1)//https://rp.example/cb", "data:text/html,x",
    "vbscript:x", "blob:https://rp.example/cb", "file:///cb", "about:blank",
    // patterns
    "*", "https://*/cb", "https://*.example/cb", "https://rp.example/*", "https://rp.example*",
];

#[test]
fn a_redirect_uri_that_only_looks_like_the_registered_one_is_never_trusted() {
    assert!(NEAR_MISSES.len() >= 50);
    for uri in NEAR_MISSES {
        let encoded: String = form_urlencoded::byte_serialize(uri.as_bytes()).collect();
        let Ok(params) = Params::parse(&[format!("client_id=rp&redirect_uri={encoded}").as_bytes()]) else { continue };
        assert_eq!(trusted(&params, client()).unwrap_err(), Untrusted::UnknownRedirectUri, "{uri:?}");
    }
}

#[test]
fn who_cannot_be_identified_gets_a_page() {
    let cases = [
        ("", Untrusted::NoClient),
        ("client_id=rp&client_id=rp", Untrusted::NoClient),
        ("client_id=rp", Untrusted::NoRedirectUri),
        ("client_id=rp&redirect_uri=", Untrusted::NoRedirectUri),
        (&format!("{TO}&redirect_uri=https%3A%2F%2Frp.example%2Fcb"), Untrusted::NoRedirectUri),
    ];
    for (query, expected) in cases {
        assert_eq!(trusted(&params(query), client()).unwrap_err(), expected, "{query}");
    }
    assert_eq!(identify(&params(TO), None).unwrap_err(), Untrusted::UnknownClient);
    let disabled = Client { disabled: true, ..client() };
    assert_eq!(trusted(&params(TO), disabled).unwrap_err(), Untrusted::UnknownClient);
}

#[test]
fn a_client_without_redirect_uris_is_not_trusted_on_first_use() {
    let machine = with(r#"{"grant_types": ["client_credentials"]}"#);
    assert_eq!(trusted(&params(TO), machine).unwrap_err(), Untrusted::UnknownRedirectUri);
}

#[test]
fn a_registered_query_is_part_of_the_uri() {
    let client = || with(r#"{"redirect_uris": ["https://rp.example/cb?a=1"]}"#);
    let with_query = |query: &str| {
        let uri: String = form_urlencoded::byte_serialize(format!("https://rp.example/cb{query}").as_bytes()).collect();
        trusted(&params(&format!("client_id=rp&redirect_uri={uri}")), client())
    };
    assert!(with_query("?a=1").is_ok());
    for other in ["", "?a=2", "?a=1&b=2", "?b=2&a=1"] {
        assert!(with_query(other).is_err(), "{other}");
    }
}

#[test]
fn each_bad_request_has_its_error() {
    let ok = format!("{TO}&{CHALLENGE}&response_type=code&scope=openid");
    let cases = [
        ("&state=a&state=b", "invalid_request"),
        ("&scope=email", "invalid_request"),
        ("&dpop_jkt=abc", "invalid_request"),
        ("&registration=%7B%7D", "invalid_request"),
        ("&response_mode=web_message", "invalid_request"),
        ("&prompt=none+login", "invalid_request"),
        ("&prompt=bogus", "invalid_request"),
        ("&max_age=-1", "invalid_request"),
        ("&max_age=%2B1", "invalid_request"),
        ("&max_age=soon", "invalid_request"),
        ("&claims=%5B%5D", "invalid_request"),
        ("&resource=https%3A%2F%2Fother.example", "invalid_target"),
        (
            "&claims=%7B%22id_token%22%3A%7B%22acr%22%3A%7B%22essential%22%3Atrue%2C%22value%22%3A%22phr%22%7D%7D%7D",
            "unmet_authentication_requirements",
        ),
    ];
    for (rest, expected) in cases {
        assert_eq!(code(&format!("{ok}{rest}")), expected, "{rest}");
    }
    assert_eq!(code(&format!("{ok}&nonce={}", "n".repeat(1025))), "invalid_request");
    for (query, expected) in [
        (format!("{TO}&{CHALLENGE}&scope=openid"), "invalid_request"),
        (format!("{TO}&{CHALLENGE}&scope=openid&response_type=token"), "unsupported_response_type"),
        (format!("{TO}&{CHALLENGE}&scope=openid&response_type=code+id_token"), "unsupported_response_type"),
        (format!("{TO}&{CHALLENGE}&response_type=code"), "invalid_scope"),
        (format!("{TO}&{CHALLENGE}&response_type=code&scope=bogus"), "invalid_scope"),
        (format!("{TO}&response_type=code&scope=openid"), "invalid_request"),
        (format!("{TO}&response_type=code&scope=openid&code_challenge=abc"), "invalid_request"),
    ] {
        assert_eq!(code(&query), expected, "{query}");
    }
}

#[test]
fn long_values_and_unknown_parameters_do_no_harm() {
    let (nonce, state) = ("n".repeat(384), "s".repeat(4096));
    let query =
        format!("{TO}&{CHALLENGE}&response_type=code&scope=openid&nonce={nonce}&state={state}&display=tv&extra=1");
    let params = params(&query);
    let identified = trusted(&params, client()).unwrap();
    assert_eq!(checks::read(&params, &identified, &server(), &own()).unwrap().nonce, Some(nonce));
    let denied = Answer::Error(crate::oidc::OAuthError::access_denied("no"));
    let delivery = identified.respond(&denied).deliver("https://id.example");
    let Delivery::Redirect(url) = delivery else { panic!("a redirect") };
    assert!(url.contains(&state) && url.ends_with("&iss=https%3A%2F%2Fid.example"));
}

#[test]
fn a_repeated_state_is_not_sent_back() {
    let identified = trusted(&params(&format!("{TO}&state=a&state=b")), client()).unwrap();
    let error = Answer::Error(crate::oidc::OAuthError::invalid_request("no"));
    let delivery = identified.respond(&error).deliver("https://id.example");
    let Delivery::Redirect(url) = delivery else { panic!("a redirect") };
    assert!(!url.contains("state="));
}

#[test]
fn a_name_in_claims_is_no_way_around_the_registered_scope() {
    let narrow = with(r#"{"redirect_uris": ["https://rp.example/cb"], "scope": "openid"}"#);
    let claims = "claims=%7B%22userinfo%22%3A%7B%22email%22%3Anull%2C%22sub%22%3Anull%7D%7D";
    let params = params(&format!("{TO}&response_type=code&scope=openid+email&{claims}"));
    let request = checks::read(&params, &trusted(&params, narrow).unwrap(), &server(), &own()).unwrap();
    assert_eq!(request.scope.to_string(), "openid");
    assert_eq!(request.claims.names().collect::<Vec<_>>(), ["sub"]);
}
