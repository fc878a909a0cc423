//! The beginning of a sign-in: it remembers which browser it belongs to and where it leads.

use crate::app::Work;
use crate::base::Result;
use crate::domain::auth::Proofs;
use crate::domain::auth::attempt::{AskingClient, Attempt, AttemptId, OwnPath};
use crate::domain::auth::flow::Wanted;
use crate::store;

/// What a sign-in begins with.
#[derive(Clone, Debug)]
pub struct Begin<'a> {
    /// Fingerprint of the browser's own cookie: the sign-in is nothing in another browser.
    pub browser_hash: &'a str,
    /// Where it leads.
    pub continue_to: OwnPath,
    /// The application that asks, as the pages show it.
    pub asked_by: Option<AskingClient>,
    /// The name to fill in.
    pub login_hint: Option<String>,
    /// Whether a live session is not enough.
    pub reauthenticate: bool,
    /// How sure it has to be.
    pub wanted: Wanted,
}

impl<'a> Begin<'a> {
    /// A sign-in that no application asked for.
    pub fn by_itself(browser_hash: &'a str, continue_to: OwnPath) -> Self {
        let (asked_by, login_hint, reauthenticate, wanted) = (None, None, false, Wanted::NOTHING);
        Self { browser_hash, continue_to, asked_by, login_hint, reauthenticate, wanted }
    }
}

/// Begin a sign-in. The browser goes on at `/sign-in?attempt=ID`.
pub async fn begin(work: &mut Work, wish: Begin<'_>) -> Result<AttemptId> {
    let attempt = Attempt {
        id: work.new_id(),
        browser_hash: wish.browser_hash.to_owned(),
        continue_to: wish.continue_to,
        asked_by: wish.asked_by,
        // Shown in a form field and nowhere else; what is longer than an address is no hint.
        login_hint: wish.login_hint.filter(|hint| hint.len() <= 254 && !hint.chars().any(char::is_control)),
        reauthenticate: wish.reauthenticate,
        wanted: wish.wanted,
        sub: None,
        proofs: Proofs::default(),
        stay: false,
        step: 0,
        expires_at: work.now().plus(work.app().config.sign_in.attempt),
    };
    store::auth::attempt::insert(work.tx(), &attempt).await?;
    Ok(attempt.id)
}

/// The sign-in of this name, if it is this browser's and not over.
pub async fn open(work: &mut Work, id: &AttemptId, browser_hash: &str) -> Result<Option<Attempt>> {
    let now = work.now();
    let attempt = store::auth::attempt::find(work.tx(), id).await?;
    Ok(attempt.filter(|attempt| attempt.is_open_for(browser_hash, now)))
}

/// Begin the same sign-in anew: nothing has been proven, and nobody is known.
pub async fn again(work: &mut Work, attempt: Attempt) -> Result<Option<AttemptId>> {
    if !store::auth::attempt::consume(work.tx(), &attempt.id).await? {
        return Ok(None);
    }
    let anew = Begin {
        browser_hash: &attempt.browser_hash,
        continue_to: attempt.continue_to,
        asked_by: attempt.asked_by,
        login_hint: None,
        // Another person is expected: what the one of the session has proven is not theirs.
        reauthenticate: true,
        wanted: attempt.wanted,
    };
    begin(work, anew).await.map(Some)
}
