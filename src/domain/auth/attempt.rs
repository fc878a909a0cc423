//! One sign-in in progress: which browser and account it belongs to, which application asked, what has been proven, and
//! where it leads afterwards. It lives on the server only; nothing of it can be changed from outside.

use std::time::Duration;

use super::flow::Wanted;
use super::{Factor, Proofs};
use crate::base::Timestamp;
use crate::base::digest::same;
use crate::base::id::Subject;
use crate::base::locale::Locale;
use crate::base::time::minutes;

crate::id! {
    /// One sign-in in progress.
    AttemptId,
}

/// How long a sign-in may take before it starts over.
pub const LIFETIME: Duration = minutes(30);

/// A sign-in in progress.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// Its name in addresses; useless in another browser.
    pub id: AttemptId,
    /// Fingerprint of the cookie of the browser it belongs to.
    pub browser_hash: String,
    /// Where a finished sign-in leads.
    pub continue_to: OwnPath,
    /// The application that asked, if one did.
    pub asked_by: Option<AskingClient>,
    /// The name to fill in. OpenID Connect Core §3.1.2.1 (`login_hint`).
    pub login_hint: Option<String>,
    /// Whether a live session is not enough (`prompt=login`, `max_age`).
    pub reauthenticate: bool,
    /// How sure it has to be.
    pub wanted: Wanted,
    /// The account that the first proof was for.
    pub sub: Option<Subject>,
    /// What has been proven in it.
    pub proofs: Proofs,
    /// "Stay signed in".
    pub stay: bool,
    /// How many steps it has taken.
    pub step: i64,
    /// When it is over.
    pub expires_at: Timestamp,
}

/// Why a proof does not count in an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// Another account was proven before.
    AnotherAccount,
    /// Nobody knows yet who it would be.
    NoBeginning,
}

/// What the pages show about the application that asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AskingClient {
    /// Its name in Japanese.
    pub name_ja: String,
    /// Its name in English.
    pub name_en: String,
    /// Its logo.
    pub logo_uri: Option<String>,
    /// Its home page.
    pub client_uri: Option<String>,
    /// Its privacy policy.
    pub policy_uri: Option<String>,
    /// Its terms of service.
    pub tos_uri: Option<String>,
    /// The host that the browser returns to, where nobody knows who is behind the application: it is warned of.
    pub unverified: Option<String>,
    /// Where "cancel" posts to.
    pub cancel_to: Option<OwnPath>,
}

impl AskingClient {
    /// The name in the reader's language.
    pub fn name(&self, locale: Locale) -> &str {
        match locale {
            Locale::Ja => &self.name_ja,
            Locale::En => &self.name_en,
        }
    }
}

impl Attempt {
    /// Whether the browser with this cookie fingerprint may go on with it now.
    pub fn is_open_for(&self, browser_hash: &str, now: Timestamp) -> bool {
        same(&self.browser_hash, browser_hash) && now < self.expires_at
    }

    /// The attempt after a proof. The first one fixes the account; `known` is the account of the browser's session where
    /// that counts.
    pub fn proven(&self, by: &Subject, factor: Factor, known: Option<&Subject>, now: Timestamp) -> Result<Self, Unfit> {
        match &self.sub {
            Some(sub) if sub != by => return Err(Unfit::AnotherAccount),
            None if !factor.may_begin() && known != Some(by) => return Err(Unfit::NoBeginning),
            Some(_) | None => {}
        }
        let proofs = self.proofs.and(factor, now);
        Ok(Self { sub: Some(by.clone()), proofs, step: self.step + 1, ..self.clone() })
    }
}

/// An address on this server: a path, with or without a query. Nothing else is ever redirected to after a sign-in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnPath(String);

impl OwnPath {
    /// Accept a path that no browser reads as another site: `//evil.example` and `/\evil.example` are not paths.
    pub fn parse(text: &str) -> Option<Self> {
        let mut characters = text.chars();
        let starts_well = characters.next() == Some('/') && !matches!(characters.next(), Some('/' | '\\'));
        let plain = text.bytes().all(|b| b.is_ascii_graphic() && b != b'\\') && text.len() <= 2048;
        (starts_well && plain).then(|| Self(text.to_owned()))
    }

    /// My page: where a sign-in leads that no application asked for.
    pub fn my_page() -> Self {
        Self("/my".to_owned())
    }

    /// The path.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_server_are_followed() {
        for good in ["/my", "/authorize/abc", "/my/products?add=1", "/"] {
            assert!(OwnPath::parse(good).is_some(), "{good}");
        }
        for bad in [
            "",
            "my",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example/",
            "/a\r\nLocation:x",
            "/\t/evil",
            "/a b",
        ] {
            assert!(OwnPath::parse(bad).is_none(), "{bad:?}");
        }
    }

    fn attempt() -> Attempt {
        Attempt {
            id: AttemptId::from("a"),
            browser_hash: "mine".into(),
            continue_to: OwnPath::my_page(),
            asked_by: None,
            login_hint: None,
            reauthenticate: false,
            wanted: Wanted::NOTHING,
            sub: None,
            proofs: Proofs::default(),
            stay: false,
            step: 0,
            expires_at: Timestamp::from_seconds(100),
        }
    }

    /// (A143)
    #[test]
    fn the_first_proof_fixes_the_account_a143() {
        let (hanako, taro, now) = (Subject::from("hanako"), Subject::from("taro"), Timestamp::from_seconds(1));
        let first = attempt().proven(&hanako, Factor::Password, None, now).unwrap();
        assert_eq!((first.sub.as_ref(), first.step), (Some(&hanako), 1));
        for factor in Factor::ALL {
            assert_eq!(first.proven(&taro, factor, Some(&taro), now), Err(Unfit::AnotherAccount), "{factor:?}");
        }
        let second = first.proven(&hanako, Factor::Totp, None, now).unwrap();
        assert_eq!(second.proofs.factors().collect::<Vec<_>>(), [Factor::Password, Factor::Totp]);
    }

    #[test]
    fn a_code_of_an_application_begins_nothing_but_what_a_session_began() {
        let (hanako, taro, now) = (Subject::from("hanako"), Subject::from("taro"), Timestamp::from_seconds(1));
        for known in [None, Some(&taro)] {
            assert_eq!(attempt().proven(&hanako, Factor::Totp, known, now), Err(Unfit::NoBeginning));
        }
        assert!(attempt().proven(&hanako, Factor::Totp, Some(&hanako), now).is_ok());
    }

    #[test]
    fn an_attempt_is_open_to_its_own_browser_until_it_ends() {
        let attempt = attempt();
        let end = attempt.expires_at;
        assert!(attempt.is_open_for("mine", Timestamp::from_seconds(99)));
        assert!(!attempt.is_open_for("mine", end));
        assert!(!attempt.is_open_for("other", Timestamp::from_seconds(99)));
    }
}
