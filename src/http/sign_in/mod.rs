//! Signing in, signing up, setting a new password, signing out: what a browser sees of it.

mod choose;
mod come_back;
mod confirm_password;
mod confirm_provider;
mod enrol;
mod mail_code;
mod newcomer;
mod next;
mod not_me;
mod passkey;
mod password;
mod recover;
mod second_factor;
mod sign_out;
mod sign_up;
mod steps;
mod upstream;
mod well_known;

use http::StatusCode;

use super::chrome::Chrome;
use super::extract::browser::session_begins;
use super::extract::call::Call;
use super::part::{Avatar, Notice, unverified};
use super::respond::end::End;
use super::respond::page::page_with;
use super::respond::reply::{Reply, ReplyExt as _, see_other};
use super::route::Routes;
use crate::app::Work;
use crate::base::url::is_showable_link;
use crate::base::{Locale, Result};
use crate::domain::auth::attempt::{AskingClient, Attempt, AttemptId};
use crate::i18n::Words;
use crate::service::auth::finish::Welcome;
use crate::service::auth::flow::Progress;
use crate::service::auth::{Visit, start};

/// Every route of this folder.
pub fn routes() -> Routes {
    password::routes()
        .and(come_back::routes())
        .and(next::routes())
        .and(choose::routes())
        .and(confirm_password::routes())
        .and(confirm_provider::routes())
        .and(mail_code::routes())
        .and(second_factor::routes())
        .and(enrol::routes())
        .and(sign_up::routes())
        .and(upstream::routes())
        .and(newcomer::routes())
        .and(recover::routes())
        .and(sign_out::routes())
        .and(passkey::routes())
        .and(well_known::routes())
        .and(not_me::routes())
}

/// The browser of a request, as the services know it.
fn visit(call: &Call) -> Visit<'_> {
    Visit { browser_hash: &call.browser.hash, session: call.browser.session.as_ref(), locale: call.locale }
}

/// What the `attempt` of an address or a form names.
enum Named {
    /// Nothing: the person came by themselves.
    Nothing,
    /// A sign-in of this browser.
    Open(Box<Attempt>),
    /// One that is over, or another browser's.
    Over,
}

impl Named {
    async fn of(work: &mut Work, call: &Call, id: &str) -> Result<Self> {
        if id.is_empty() {
            return Ok(Self::Nothing);
        }
        Ok(match start::open(work, &AttemptId::from(id), &call.browser.hash).await? {
            Some(attempt) => Self::Open(Box::new(attempt)),
            None => Self::Over,
        })
    }

    fn attempt(&self) -> Option<&Attempt> {
        match self {
            Self::Open(attempt) => Some(attempt),
            Self::Nothing | Self::Over => None,
        }
    }

    /// The id, or nothing.
    fn id(&self) -> String {
        self.attempt().map(|attempt| attempt.id.to_string()).unwrap_or_default()
    }

    /// The query that takes the sign-in along to another page.
    fn onward(&self) -> String {
        self.attempt().map(|attempt| format!("?attempt={}", attempt.id)).unwrap_or_default()
    }
}

/// The application that asked, as a page shows it.
struct App {
    name: String,
    avatar: Avatar,
    logo: Option<String>,
    home: Option<String>,
    policy: Option<String>,
    terms: Option<String>,
    /// That nobody knows who is behind it.
    unverified: Option<Notice>,
}

impl App {
    fn of(named: &Named, locale: Locale) -> Option<Self> {
        named.attempt()?.asked_by.as_ref().map(|client| Self::shown(client, locale))
    }

    /// Links are checked again where they are rendered.
    fn shown(client: &AskingClient, locale: Locale) -> Self {
        let link = |uri: &Option<String>| uri.clone().filter(|uri| is_showable_link(uri));
        let name = client.name(locale).to_owned();
        Self {
            avatar: Avatar::of(&name),
            name,
            logo: link(&client.logo_uri),
            home: link(&client.client_uri),
            policy: link(&client.policy_uri),
            terms: link(&client.tos_uri),
            unverified: client.unverified.as_deref().map(|host| unverified(Words::of(locale), host)),
        }
    }
}

/// A sign-in that cannot go on from here.
fn sign_in_is_over(work: &Work, call: &Call) -> Result<Reply> {
    let page = Chrome::of(call, &work.app().config);
    let view = End {
        title: page.words.sign_in_over_title(),
        text: page.words.sign_in_over_text(),
        href: "/sign-in".to_owned(),
        link: page.words.sign_in_over_link(),
        page,
    };
    page_with(StatusCode::BAD_REQUEST, &view)
}

/// Where the browser goes after a step of a sign-in.
fn progress(work: &Work, call: &Call, progress: &Progress, asked: Option<&AttemptId>) -> Result<Reply> {
    match progress {
        Progress::Welcome(session) => Ok(welcome(work, session)),
        Progress::Next(id) => Ok(see_other(&format!("/sign-in/next?attempt={id}"))),
        Progress::Same(path) => Ok(see_other(path.as_str())),
        Progress::Another(id) => next::another(work, call, id),
        Progress::Begin => match asked {
            Some(id) => Ok(see_other(&format!("/sign-in?attempt={id}"))),
            None => Ok(see_other("/sign-in")),
        },
        Progress::Closed { token } => {
            let attempt = asked.map(|id| format!("&attempt={id}")).unwrap_or_default();
            Ok(see_other(&format!("/come-back?token={token}{attempt}")))
        }
        Progress::Over => sign_in_is_over(work, call),
    }
}

/// Signed in: the session cookie, and on to where the sign-in leads.
fn welcome(work: &Work, welcome: &Welcome) -> Reply {
    let cookies = session_begins(&work.app().config, &welcome.token, welcome.cookie_age());
    see_other(welcome.continue_to.as_str()).with_cookies(&cookies)
}
