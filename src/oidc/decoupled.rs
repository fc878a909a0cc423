//! Requests that are decided elsewhere than where they were made: for another device (RFC 8628), or wherever the
//! person is (OpenID Connect CIBA). The client polls the token endpoint: RFC 8628 §3.5, OpenID Connect CIBA §11.
//!
//! # Decisions
//! - What is allowed is written with the request. The grant comes into being when the client fetches its tokens, so
//!   that a request which nobody fetches leaves nothing behind, and what was allowed counts from the moment it was.
//! - Words that the client is not registered for are refused and not left out: nobody is there to notice.

use std::time::Duration;

use super::audience::Resources;
use super::client::{Client, GrantType};
use super::error::OAuthError;
use super::params::Params;
use super::scope::{self, Scope};
use crate::base::Timestamp;
use crate::base::id::{ClientId, Subject};
use crate::base::time::seconds;

crate::id! {
    /// Names a request on pages; the client never sees it.
    DecoupledRequestId,
}

/// By so much each impatient try lengthens the pause, for all tries that follow (RFC 8628 §3.5).
const SLOWER: Duration = seconds(5);
/// What the network may take away from a pause before the client counts as impatient.
const JITTER: Duration = Duration::from_millis(500);

/// For whom a request is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A device without a browser.
    Device,
    /// A person who is asked in the back channel.
    Backchannel,
}

impl Kind {
    /// The word that is stored.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Device => "device",
            Self::Backchannel => "backchannel",
        }
    }

    /// The kind of a stored word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Device, Self::Backchannel].into_iter().find(|kind| kind.word() == word)
    }

    /// The grant type by which its tokens are fetched.
    pub const fn grant_type(self) -> GrantType {
        match self {
            Self::Device => GrantType::DeviceCode,
            Self::Backchannel => GrantType::Ciba,
        }
    }
}

/// A request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecoupledRequest {
    /// Its name.
    pub id: DecoupledRequestId,
    /// For whom it is.
    pub kind: Kind,
    /// Who asks.
    pub client: ClientId,
    /// For what.
    pub scope: Scope,
    /// For which resources; empty means by scope.
    pub resource: Vec<String>,
    /// When it was made.
    pub asked_at: Timestamp,
    /// When it is over, whatever was decided.
    pub expires_at: Timestamp,
    /// How fast the client may poll.
    pub pace: Pace,
    /// What was decided.
    pub decision: Option<Decision>,
    /// When the tokens were fetched.
    pub redeemed_at: Option<Timestamp>,
}

/// How fast a client may poll.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// The pause between two tries.
    pub pause: Duration,
    /// The last try.
    pub polled_at: Option<Timestamp>,
}

/// What was decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Yes.
    Allowed(Allowed),
    /// No.
    Denied,
}

/// Who said yes, to what, and how surely they were recognised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowed {
    /// Who.
    pub sub: Subject,
    /// To what.
    pub scope: Scope,
    /// When they were recognised.
    pub auth_time: Timestamp,
    /// How surely: the value of the claim.
    pub acr: String,
    /// By which methods: the values of the claim.
    pub amr: Vec<String>,
    /// When they said so.
    pub at: Timestamp,
}

/// What a try of the client brings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Poll {
    /// Nobody has decided yet: the error, and the pace from now on, which is written down.
    Wait(OAuthError, Pace),
    /// It was allowed: once, the tokens.
    Fetch(Allowed),
}

impl DecoupledRequest {
    /// Whether somebody may still decide.
    pub fn is_open_at(&self, now: Timestamp) -> bool {
        self.decision.is_none() && now < self.expires_at
    }

    /// What this try of this client brings. The order is that of the questions: whose, used up, over, decided.
    pub fn poll(&self, client: &ClientId, now: Timestamp) -> Result<Poll, OAuthError> {
        if self.client != *client {
            return Err(OAuthError::invalid_grant("the code was issued to another client"));
        }
        if self.redeemed_at.is_some() {
            return Err(OAuthError::invalid_grant("the code was used before"));
        }
        if now >= self.expires_at {
            return Err(OAuthError::expired_token("nobody allowed the request and fetched its tokens in time"));
        }
        match &self.decision {
            Some(Decision::Allowed(allowed)) => Ok(Poll::Fetch(allowed.clone())),
            Some(Decision::Denied) => Err(OAuthError::access_denied("the person said no")),
            None => Ok(self.pace.wait(now)),
        }
    }
}

impl Pace {
    /// The pace of a request that was just made.
    pub const fn new(pause: Duration) -> Self {
        Self { pause, polled_at: None }
    }

    fn wait(self, now: Timestamp) -> Poll {
        let is_impatient = self.polled_at.is_some_and(|last| now.plus(JITTER) < last.plus(self.pause));
        if is_impatient {
            let pause = self.pause.saturating_add(SLOWER);
            let seconds = pause.as_secs();
            let error = OAuthError::slow_down(format!("the pause between two tries is {seconds} seconds now"));
            return Poll::Wait(error, Self { pause, polled_at: Some(now) });
        }
        let error = OAuthError::authorization_pending("nobody has decided yet");
        Poll::Wait(error, Self { polled_at: Some(now), ..self })
    }
}

/// The scope that a request asks for: words of the client's registration, and `openid` where it names none.
pub fn scope(params: &Params, client: &Client, resources: &Resources) -> Result<Scope, OAuthError> {
    let asked = Scope::parse(params.get("scope").unwrap_or(scope::OPENID))?;
    if asked.is_empty() || !asked.is_within(&client.scope(resources)) {
        return Err(OAuthError::invalid_scope("the client is not registered for this scope"));
    }
    Ok(asked)
}

/// What such a request cannot carry: details are chosen piece by piece on the page of the authorization endpoint.
pub fn refuse_details(params: &Params) -> Result<(), OAuthError> {
    match params.get("authorization_details") {
        None => Ok(()),
        Some(_) => Err(OAuthError::invalid_authorization_details(
            "authorization_details can be granted at the authorization endpoint only",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oidc::client::tests::with;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    fn request() -> DecoupledRequest {
        DecoupledRequest {
            id: "r".into(),
            kind: Kind::Device,
            client: "tv".into(),
            scope: Scope::of(["openid"]),
            resource: Vec::new(),
            asked_at: at(0),
            expires_at: at(600_000),
            pace: Pace::new(seconds(5)),
            decision: None,
            redeemed_at: None,
        }
    }

    fn allowed() -> Decision {
        Decision::Allowed(Allowed {
            sub: "hanako".into(),
            scope: Scope::of(["openid"]),
            auth_time: at(0),
            acr: "aal1".to_owned(),
            amr: vec!["pwd".to_owned()],
            at: at(1000),
        })
    }

    fn error(request: &DecoupledRequest, client: &str, millis: i64) -> &'static str {
        match request.poll(&client.into(), at(millis)) {
            Err(error) | Ok(Poll::Wait(error, _)) => error.code.as_str(),
            Ok(Poll::Fetch(_)) => "tokens",
        }
    }

    #[test]
    fn each_state_has_its_answer_a071() {
        let open = request();
        let said_yes = DecoupledRequest { decision: Some(allowed()), ..request() };
        let said_no = DecoupledRequest { decision: Some(Decision::Denied), ..request() };
        let used = DecoupledRequest { redeemed_at: Some(at(2000)), ..said_yes.clone() };
        for (request, before, after) in [
            (&open, "authorization_pending", "expired_token"),
            (&said_yes, "tokens", "expired_token"),
            (&said_no, "access_denied", "expired_token"),
            (&used, "invalid_grant", "invalid_grant"),
        ] {
            assert_eq!(error(request, "tv", 599_999), before);
            assert_eq!(error(request, "tv", 600_000), after);
            assert_eq!(error(request, "other", 599_999), "invalid_grant");
            assert_eq!(error(request, "other", 600_000), "invalid_grant");
        }
    }

    #[test]
    fn impatience_lengthens_the_pause_for_good_a071() {
        let mut request = request();
        // When, what is answered, and the pause from then on.
        for (millis, code, pause) in [
            (0, "authorization_pending", 5),
            (5_000, "authorization_pending", 5),
            (9_600, "authorization_pending", 5),
            (14_000, "slow_down", 10),
            (20_000, "slow_down", 15),
            (35_000, "authorization_pending", 15),
            (45_000, "slow_down", 20),
        ] {
            let Ok(Poll::Wait(error, pace)) = request.poll(&"tv".into(), at(millis)) else { panic!("{millis}") };
            assert_eq!((error.code.as_str(), pace.pause), (code, seconds(pause)), "{millis}");
            request.pace = pace;
        }
    }

    #[test]
    fn only_words_of_the_registration_can_be_asked_for_a049() {
        let client = with(r#"{"redirect_uris": ["https://tv.example/cb"], "scope": "openid email"}"#);
        let asked = |text: &str| {
            let params = Params::parse_strict(&[format!("scope={text}").as_bytes()]).unwrap();
            scope(&params, &client, &Resources::own("https://id.example")).map(|s| s.to_string())
        };
        assert_eq!(asked("email+openid").unwrap(), "email openid");
        assert_eq!(asked("").unwrap(), "openid");
        for wider in ["openid+profile", "management", "bogus", "openid+bogus", "admin:all", "+"] {
            assert_eq!(asked(wider).unwrap_err().code.as_str(), "invalid_scope", "{wider}");
        }
    }
}
