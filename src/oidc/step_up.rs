//! Step-up authentication: some operations need a sign-in that is younger or stronger than the token's. RFC 9470 §3.

use std::time::Duration;

use super::access_token::AccessToken;
use super::acr::Acr;
use super::bearer::Unauthorized;
use crate::base::Timestamp;

/// How the person behind a token must have signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Requirement {
    /// The longest time since then. An authorization request with it as `max_age` leads to a token that will do.
    pub max_age: Option<Duration>,
    /// How surely. The same holds for it as `acr_values`.
    pub acr: Option<Acr>,
}

impl Requirement {
    /// Refuse a token whose sign-in was too long ago, or of which nobody knows when it was.
    pub fn check(self, token: &AccessToken, now: Timestamp) -> Result<(), Unauthorized> {
        let is_recent = |max_age| token.auth_time.is_some_and(|at| at.plus(max_age) >= now);
        let reached = token.acr.as_deref().and_then(Acr::from_text);
        if self.max_age.is_none_or(is_recent) && self.acr.is_none_or(|acr| reached >= Some(acr)) {
            return Ok(());
        }
        Err(Unauthorized::StepUp(self))
    }

    /// The parameters of the challenge. [RFC 9470 §3](https://www.rfc-editor.org/rfc/rfc9470#section-3)
    pub(super) fn parameters(self) -> String {
        let acr = self.acr.map(|acr| format!("acr_values=\"{}\"", acr.as_str()));
        let max_age = self.max_age.map(|max_age| format!("max_age=\"{}\"", max_age.as_secs()));
        acr.into_iter().chain(max_age).collect::<Vec<_>>().join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::id::ClientId;
    use crate::base::time::minutes;
    use crate::oidc::bearer::Scheme;
    use crate::oidc::scope::Scope;

    fn token(auth_time: Option<Timestamp>) -> AccessToken {
        AccessToken {
            sub: "hanako".to_owned(),
            audience: Vec::new(),
            expires_at: Timestamp::from_seconds(10_000),
            issued_at: Timestamp::from_seconds(0),
            jti: "g.r".to_owned(),
            client: ClientId::from("console"),
            scope: Scope::default(),
            auth_time,
            acr: None,
            cnf: None,
            act: None,
            may_act: None,
            authorization_details: Vec::new(),
        }
    }

    #[test]
    fn a_sign_in_is_recent_up_to_the_last_moment_of_its_age() {
        let requirement = Requirement { max_age: Some(minutes(15)), acr: None };
        let token_of = |seconds| token(Some(Timestamp::from_seconds(seconds)));
        assert_eq!(requirement.check(&token_of(100), Timestamp::from_seconds(1000)), Ok(()));
        let refused = requirement.check(&token_of(100), Timestamp::from_millis(1_000_001)).unwrap_err();
        assert_eq!(refused.status(), 401);
        let challenge = refused.challenge(Scheme::Bearer, None);
        assert!(challenge.contains("error=\"insufficient_user_authentication\""), "{challenge}");
        assert!(challenge.contains("max_age=\"900\""), "{challenge}");
        assert!(requirement.check(&token(None), Timestamp::from_seconds(1)).is_err());
    }
    #[test]
    fn a_token_of_too_weak_a_sign_in_is_told_what_would_do() {
        let requirement = Requirement { max_age: None, acr: Some(Acr::Aal2) };
        let now = Timestamp::from_seconds(1);
        for (acr, is_enough) in [(None, false), (Some("aal1"), false), (Some("aal2"), true), (Some("phr"), true)] {
            let token = AccessToken { acr: acr.map(str::to_owned), ..token(None) };
            assert_eq!(requirement.check(&token, now).is_ok(), is_enough, "{acr:?}");
        }
        assert_eq!(requirement.parameters(), "acr_values=\"aal2\"");
        let both = Requirement { max_age: Some(minutes(1)), acr: Some(Acr::Phr) };
        assert_eq!(both.parameters(), "acr_values=\"phr\", max_age=\"60\"");
    }
}
