//! Signing out at a client's wish. OpenID Connect RP-Initiated Logout 1.0 §2 and §3.
//!
//! A redirect needs a registered URI and proof that it is this client that asks: an ID token of ours, or the
//! person's own confirmation after the client was named.

use crate::oidc::client::Client;
use crate::oidc::id_token::IdTokenHint;

/// The session of the browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Current {
    /// The session's name, as ID tokens say it.
    pub sid: String,
    /// The person as the asking client knows them; `None` where no client is named.
    pub sub: Option<String>,
}

/// The `id_token_hint` of a request.
#[derive(Clone, Copy, Debug)]
pub enum Hint<'a> {
    /// None was sent.
    Absent,
    /// One that is not ours, or was changed.
    Forged,
    /// One of ours.
    Ours(&'a IdTokenHint),
}

/// What was asked, as far as it could be verified.
#[derive(Clone, Copy, Debug)]
pub struct Wish<'a> {
    /// The hint.
    pub hint: Hint<'a>,
    /// `client_id` as sent.
    pub client_id: Option<&'a str>,
    /// The client that `client_id` or else the hint names.
    pub client: Option<&'a Client>,
    /// `post_logout_redirect_uri` as sent.
    pub post_logout_redirect_uri: Option<&'a str>,
    /// `state` as sent.
    pub state: Option<&'a str>,
    /// The session of the browser, if there is one.
    pub session: Option<&'a Current>,
}

/// What happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Logout {
    /// A page that says what is wrong; nothing ends.
    Refuse(Reason),
    /// Ask the person; go to `then` afterwards, or show that it is done.
    Confirm {
        /// Where the browser goes afterwards.
        then: Option<String>,
    },
    /// End the session now; go to `then`, or show that it is done.
    End {
        /// Where the browser goes.
        then: Option<String>,
    },
}

/// Why a request to sign out cannot be followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The hint was not issued by us, or was changed.
    BadHint,
    /// Hint and `client_id` name different clients, or one that does not exist.
    BadClient,
    /// The URI is not registered, or nobody says for which client.
    BadRedirectUri,
}

/// Decide. [RP-Initiated Logout §2](https://openid.net/specs/openid-connect-rpinitiated-1_0.html#RPLogout)
pub fn decide(wish: &Wish<'_>) -> Logout {
    let names_client = |id: &str| wish.client.is_some_and(|client| client.id.as_ref() == id);
    match wish.hint {
        Hint::Forged => return Logout::Refuse(Reason::BadHint),
        Hint::Ours(hint) if !names_client(&hint.aud) => return Logout::Refuse(Reason::BadClient),
        Hint::Ours(_) | Hint::Absent => {}
    }
    if wish.client_id.is_some_and(|id| !names_client(id)) {
        return Logout::Refuse(Reason::BadClient);
    }
    let then = match wish.post_logout_redirect_uri {
        None => None,
        Some(uri) => {
            let registered = wish.client.and_then(|client| client.metadata.post_logout_redirect_uri(uri));
            let Some(registered) = registered else { return Logout::Refuse(Reason::BadRedirectUri) };
            Some(with_state(registered.as_str(), wish.state))
        }
    };
    match (wish.hint, wish.session) {
        // Nothing to end: the client only wants its person back.
        (Hint::Ours(_), None) => Logout::End { then },
        (Hint::Ours(hint), Some(session)) if is_of(hint, session) => Logout::End { then },
        // Somebody else sits here now, or any page could have sent the browser: ask.
        (Hint::Ours(_), Some(_)) | (Hint::Absent | Hint::Forged, _) => Logout::Confirm { then },
    }
}

fn is_of(hint: &IdTokenHint, session: &Current) -> bool {
    hint.sid.as_ref() == Some(&session.sid) || session.sub.as_ref() == Some(&hint.sub)
}

/// The redirect carries `state` and nothing else.
fn with_state(uri: &str, state: Option<&str>) -> String {
    let Some(state) = state else { return uri.to_owned() };
    let joint = if uri.contains('?') { '&' } else { '?' };
    let pair = form_urlencoded::Serializer::new(String::new()).append_pair("state", state).finish();
    format!("{uri}{joint}{pair}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oidc::client::tests::with;

    const BYE: &str = "https://rp.example/bye";
    const NOTHING: Wish<'_> = Wish {
        hint: Hint::Absent,
        client_id: None,
        client: None,
        post_logout_redirect_uri: None,
        state: None,
        session: None,
    };

    fn rp() -> Client {
        with(r#"{"redirect_uris": ["https://rp.example/cb"], "post_logout_redirect_uris": ["https://rp.example/bye"]}"#)
    }

    fn hint(aud: &str, sid: &str, sub: &str) -> IdTokenHint {
        IdTokenHint { sub: sub.to_owned(), aud: aud.to_owned(), sid: Some(sid.to_owned()) }
    }

    fn session() -> Current {
        Current { sid: "s1".to_owned(), sub: Some("hanako".to_owned()) }
    }

    #[test]
    fn a_hint_of_this_session_ends_it_at_once_and_returns_with_state_only() {
        let (rp, hint, session) = (rp(), hint("rp", "s1", "hanako"), session());
        let mut wish = Wish {
            hint: Hint::Ours(&hint),
            client: Some(&rp),
            post_logout_redirect_uri: Some(BYE),
            state: Some("x y"),
            session: Some(&session),
            ..NOTHING
        };
        assert_eq!(decide(&wish), Logout::End { then: Some(format!("{BYE}?state=x+y")) });
        wish.state = None;
        assert_eq!(decide(&wish), Logout::End { then: Some(BYE.to_owned()) });
        wish.session = None;
        assert_eq!(decide(&wish), Logout::End { then: Some(BYE.to_owned()) });
    }

    #[test]
    fn what_is_not_proven_is_refused_or_asked() {
        let (rp, session) = (rp(), session());
        let (own, other) = (hint("rp", "s1", "hanako"), hint("other", "s1", "hanako"));
        let another_person = hint("rp", "s2", "taro");
        let named = Wish { client_id: Some("rp"), client: Some(&rp), ..NOTHING };
        let added = "https://rp.example/bye?foo=bar";
        let cases = [
            ("nothing", NOTHING, Logout::Confirm { then: None }),
            ("only state", Wish { state: Some("x"), ..NOTHING }, Logout::Confirm { then: None }),
            (
                "a URI without a client",
                Wish { post_logout_redirect_uri: Some(BYE), ..NOTHING },
                Logout::Refuse(Reason::BadRedirectUri),
            ),
            (
                "a URI with a client but no hint",
                Wish { post_logout_redirect_uri: Some(BYE), ..named },
                Logout::Confirm { then: Some(BYE.to_owned()) },
            ),
            (
                "a URI with something added",
                Wish { hint: Hint::Ours(&own), post_logout_redirect_uri: Some(added), ..named },
                Logout::Refuse(Reason::BadRedirectUri),
            ),
            ("a forged hint", Wish { hint: Hint::Forged, ..named }, Logout::Refuse(Reason::BadHint)),
            ("a hint of another client", Wish { hint: Hint::Ours(&other), ..named }, Logout::Refuse(Reason::BadClient)),
            ("no such client", Wish { client_id: Some("nobody"), ..NOTHING }, Logout::Refuse(Reason::BadClient)),
            (
                "a hint of another person",
                Wish { hint: Hint::Ours(&another_person), session: Some(&session), ..named },
                Logout::Confirm { then: None },
            ),
        ];
        for (what, wish, expected) in cases {
            assert_eq!(decide(&wish), expected, "{what}");
        }
    }
}
