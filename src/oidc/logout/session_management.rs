//! `session_state`: how a client's page asks whether the person is still signed in, without a request.
//! OpenID Connect Session Management 1.0 §3.

use crate::base::digest::{base64url, sha256};

/// The state of the browser at this server, as its own frame reads it from a cookie: it changes with the session,
/// and says nothing about it.
pub fn browser_state(session_cookie: Option<&str>) -> String {
    match session_cookie {
        Some(cookie) => base64url(sha256(format!("browser state\n{cookie}"))),
        None => "signed-out".to_owned(),
    }
}

/// The value that the client gets with an authorization response: `hash.salt` over client, origin, browser and salt.
/// [§3.1](https://openid.net/specs/openid-connect-session-1_0.html#CreatingUpdatingSessions)
pub fn session_state(client_id: &str, redirect_uri: &str, browser_state: &str, salt: &str) -> Option<String> {
    let origin = url::Url::parse(redirect_uri).ok()?.origin();
    // A private scheme has no origin, and no page that could ask.
    let origin = origin.is_tuple().then(|| origin.ascii_serialization())?;
    let hash: String = sha256(format!("{client_id} {origin} {browser_state} {salt}"))
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    Some(format!("{hash}.{salt}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_state_depends_on_client_origin_browser_and_salt() {
        let state = |client: &str, uri: &str, browser: &str| session_state(client, uri, browser, "salt").unwrap();
        let first = state("shop", "https://rp.example/cb", "a");
        assert_eq!(first, state("shop", "https://rp.example/other?x=1", "a"), "only the origin counts");
        assert!(first.ends_with(".salt") && first.len() == 64 + 5);
        for other in [
            state("other", "https://rp.example/cb", "a"),
            state("shop", "https://rp.example:8443/cb", "a"),
            state("shop", "https://rp.example/cb", "b"),
        ] {
            assert_ne!(first, other);
        }
        assert_eq!(session_state("app", "com.example.app:/cb", "a", "salt"), None);
    }

    #[test]
    fn the_browsers_state_changes_with_its_session() {
        assert_ne!(browser_state(Some("a")), browser_state(Some("b")));
        assert_ne!(browser_state(Some("a")), browser_state(None));
    }
}
