//! Every method against every registration: A045 of the attack list.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::*;
use crate::oidc::client::tests::with;

fn basic(client: &str, secret: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{client}:{secret}")))
}

fn client(method: &str) -> Client {
    let mut client =
        with(&format!(r#"{{"redirect_uris": ["https://rp.example/cb"], "token_endpoint_auth_method": "{method}"}}"#));
    if method != "none" {
        client.secret_hash = Some(digest::fingerprint("right"));
    }
    client
}

fn read(authorization: Option<&str>, body: &str) -> Result<Credentials, OAuthError> {
    Credentials::read(authorization, &Params::parse_strict(&[body.as_bytes()]).unwrap(), b"", Possession::default())
}

#[test]
fn only_the_registered_method_counts_a045() {
    let header = basic("rp", "right");
    let sent = [
        ("client_secret_basic", read(Some(&header), "").unwrap()),
        ("client_secret_post", read(None, "client_id=rp&client_secret=right").unwrap()),
        ("none", read(None, "client_id=rp").unwrap()),
    ];
    for registered in ["client_secret_basic", "client_secret_post", "none"] {
        for (method, credentials) in &sent {
            let outcome = credentials.check(Some(&client(registered)));
            assert_eq!(outcome.is_ok(), registered == *method, "{method} for {registered}");
            if let Err(error) = outcome {
                assert_eq!(error.code.as_str(), "invalid_client");
            }
        }
    }
}

/// (A047)
#[test]
fn a_wrong_secret_an_unknown_client_and_a_disabled_one_look_alike_a047() {
    let wrong = read(Some(&basic("rp", "wrong")), "").unwrap();
    let right = read(Some(&basic("rp", "right")), "").unwrap();
    let registered = client("client_secret_basic");
    let disabled = Client { disabled: true, ..registered.clone() };
    let answers = [wrong.check(Some(&registered)), right.check(None), right.check(Some(&disabled))];
    assert!(answers.iter().all(|answer| answer.is_err() && *answer == answers[0]));
    assert!(right.check(Some(&registered)).is_ok());

    let nothing = read(None, "client_id=rp").unwrap();
    assert!(nothing.check(None).is_err());
    assert!(nothing.check(Some(&Client { disabled: true, ..client("none") })).is_err());
}

#[test]
fn two_methods_at_once_are_refused() {
    let header = basic("rp", "right");
    for (authorization, body) in [
        (Some(header.as_str()), "client_id=rp&client_secret=right"),
        (Some(header.as_str()), "client_secret=right"),
        (Some(header.as_str()), "client_assertion=x&client_assertion_type=y"),
        (None, "client_id=rp&client_secret=right&client_assertion=x"),
    ] {
        assert_eq!(read(authorization, body).unwrap_err().code.as_str(), "invalid_request", "{body}");
    }
    assert!(read(Some(&header), "client_id=rp").is_ok());
    assert_eq!(read(Some(&header), "client_id=other").unwrap_err().code.as_str(), "invalid_client");
    assert_eq!(read(None, "").unwrap_err().code.as_str(), "invalid_client");
    assert_eq!(read(None, "client_secret=right").unwrap_err().code.as_str(), "invalid_client");
    assert_eq!(read(None, "client_id=rp&client_assertion=x").unwrap_err().code.as_str(), "invalid_client");
}

#[test]
fn an_assertion_names_its_client_and_nobody_elses() {
    let token = format!("e30.{}.x", digest::base64url(r#"{"iss":"rp","sub":"rp"}"#));
    let kind = format!("client_assertion_type={}", assertion::TYPE.replace(':', "%3A"));
    for body in [format!("{kind}&client_assertion={token}"), format!("client_id=rp&{kind}&client_assertion={token}")] {
        let credentials = read(None, &body).unwrap();
        assert_eq!(credentials.client.as_ref(), "rp");
        assert_eq!(credentials.proof, Proof::Assertion(Secret::new(token.as_str())));
        // The secret of a client is no proof for an assertion that nobody has checked.
        assert!(credentials.check(Some(&client("client_secret_jwt"))).is_err());
    }
    for body in [
        format!("client_id=other&{kind}&client_assertion={token}"),
        format!("client_assertion={token}"),
        format!("client_assertion_type=urn%3Aother&client_assertion={token}"),
        format!("{kind}&client_assertion=x"),
        format!("client_id=rp&{kind}"),
    ] {
        assert_eq!(read(None, &body).unwrap_err().code.as_str(), "invalid_client", "{body}");
    }
}

#[test]
fn secrets_do_not_belong_in_the_query() {
    let body = Params::parse_strict(&[b"client_id=rp"]).unwrap();
    for query in ["client_secret=right", "code=1", "x=1&refresh_token=2", "client_secret=1&client_secret=2", "%"] {
        let error = Credentials::read(None, &body, query.as_bytes(), Possession::default()).unwrap_err();
        assert_eq!(error.code.as_str(), "invalid_request", "{query}");
    }
    assert!(Credentials::read(None, &body, b"client_secret=&x=1", Possession::default()).is_ok());
}
