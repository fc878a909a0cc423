//! The logout token: a client is told by this server that a session has ended. OpenID Connect Back-Channel Logout 1.0.

use std::time::Duration;

use serde::Serialize;
use serde_json::{Value, json};

use crate::base::time::{hours, minutes, seconds};
use crate::base::{Result, Timestamp};
use crate::jose::{SigningKey, Typ, sign};
use crate::oidc::access_token::numeric_date;

/// The life of a token: it is made anew for each try.
/// [§2.4](https://openid.net/specs/openid-connect-backchannel-1_0.html#LogoutToken): preferably two minutes at most.
pub const LIFE: Duration = minutes(2);

/// How often a client is tried: for about a day.
pub const MOST_TRIES: i64 = 10;

/// The claims of a logout token. There is no `nonce`, so that it is never taken for an ID token.
#[derive(Serialize)]
pub struct LogoutTokenClaims<'a> {
    /// The issuer.
    pub iss: &'a str,
    /// The person as the client knows them.
    pub sub: &'a str,
    /// The client.
    pub aud: &'a str,
    /// When it was made.
    #[serde(serialize_with = "numeric_date")]
    pub iat: Timestamp,
    /// When it ends.
    #[serde(serialize_with = "numeric_date")]
    pub exp: Timestamp,
    /// Its name.
    pub jti: &'a str,
    /// The session that has ended.
    pub sid: &'a str,
    /// What happened: exactly one event without details.
    events: Value,
}

impl<'a> LogoutTokenClaims<'a> {
    /// The token for one client about one session.
    pub fn new(iss: &'a str, aud: &'a str, sub: &'a str, sid: &'a str, (jti, now): (&'a str, Timestamp)) -> Self {
        let events = json!({"http://schemas.openid.net/event/backchannel-logout": {}});
        Self { iss, sub, aud, iat: now, exp: now.plus(LIFE), jti, sid, events }
    }

    /// The signed token.
    pub fn sign(&self, key: &SigningKey) -> Result<String> {
        sign(key, Typ::LogoutToken, self)
    }
}

/// The pause after so many tries: 5 s, 20 s, 80 s, … up to six hours.
pub fn pause_after(tries: i64) -> Duration {
    let doublings = u32::try_from(tries.clamp(1, 10) - 1).unwrap_or(0) * 2;
    seconds(5).saturating_mul(1 << doublings).min(hours(6))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_logout_token_has_one_event_and_no_nonce() {
        let now = Timestamp::from_seconds(1000);
        let claims = LogoutTokenClaims::new("https://id.example", "shop", "hanako", "s1", ("j1", now));
        assert_eq!(
            serde_json::to_value(claims).unwrap(),
            json!({"iss": "https://id.example", "sub": "hanako", "aud": "shop", "iat": 1000, "exp": 1120, "jti": "j1",
                   "sid": "s1", "events": {"http://schemas.openid.net/event/backchannel-logout": {}}})
        );
    }

    #[test]
    fn pauses_grow_to_six_hours() {
        assert_eq!([1, 2, 3].map(pause_after), [seconds(5), seconds(20), seconds(80)]);
        assert_eq!(pause_after(10), hours(6));
        assert_eq!(pause_after(i64::MAX), hours(6));
    }
}
