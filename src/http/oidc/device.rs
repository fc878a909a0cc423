//! Where a person connects a device: the code that it shows, and whether it is the right one. RFC 8628 §3.3.

use askama::Template;
use http::StatusCode;

use super::outcome::visit;
use crate::app::Work;
use crate::base::url::is_showable_link;
use crate::base::{Result, Timestamp};
use crate::domain::auth::user_agent;
use crate::http::chrome::Chrome;
use crate::http::extract::call::Call;
use crate::http::part::{Avatar, Field, Icon, Notice, ScopeWords, wishes_in_words};
use crate::http::respond::page::{page, page_with, wait_until};
use crate::http::respond::reply::{Reply, see_other};
use crate::i18n::format;
use crate::oidc::decoupled::DecoupledRequestId;
use crate::oidc::resource_server::ResourceServer;
use crate::oidc::user_code::UserCode;
use crate::service::oidc::device::{self, Ask, Entered, Question};
use crate::service::oidc::resource_server;

/// Longest code that comes back into the field: one with a blank between all letters.
const LONGEST_TYPED: usize = 20;

#[derive(Template)]
#[template(path = "oidc/device.html")]
struct CodeView {
    page: Chrome,
    lead: String,
    notice: Option<Notice>,
    code: Field,
}

#[derive(Template)]
#[template(path = "oidc/device_confirm.html")]
struct ConfirmView {
    page: Chrome,
    request: String,
    app: String,
    avatar: Avatar,
    logo: Option<String>,
    user_code: String,
    kind: String,
    from: String,
    asked_at: String,
    warnings: Vec<Notice>,
    wishes: Vec<ScopeWords>,
}

#[derive(Template)]
#[template(path = "oidc/device_done.html")]
struct DoneView {
    page: Chrome,
    title: String,
    text: String,
    icon: Option<Icon>,
    next: Option<(&'static str, String)>,
}

/// Why the code is asked for.
enum Why {
    Fresh,
    Scanned,
    Wrong,
    Slow(Timestamp),
}

/// `GET /device`, with `?user_code=` where the address was scanned. Looking does not use anything up.
pub(super) async fn show(work: &mut Work, call: Call) -> Result<Reply> {
    let fields = call.query_fields()?;
    match UserCode::parse(fields.text("user_code")) {
        Some(code) => code_page(work, &call, &code.to_string(), &Why::Scanned),
        None => code_page(work, &call, "", &Why::Fresh),
    }
}

/// `POST /device`: the code was typed, or the scanned one accepted.
pub(super) async fn enter(work: &mut Work, call: Call) -> Result<Reply> {
    let fields = call.form()?;
    let typed = fields.text("user_code");
    let sub = call.visitor.as_ref().map(|visitor| &visitor.sub);
    match device::enter(work, visit(&call), sub, typed).await? {
        Entered::Found(id) => Ok(see_other(&format!("/device/{id}"))),
        Entered::Wrong => code_page(work, &call, typed, &Why::Wrong),
        Entered::Slow { until } => code_page(work, &call, typed, &Why::Slow(until)),
    }
}

/// `GET /device/{id}`
pub(super) async fn ask(work: &mut Work, call: Call) -> Result<Reply> {
    let id: DecoupledRequestId = call.at("id")?;
    let next = device::question(work, visit(&call), &id).await?;
    reply(work, &call, &id, next).await
}

/// `POST /device/{id}`: yes or no. Anything else that is sent does not count.
pub(super) async fn decide(work: &mut Work, call: Call) -> Result<Reply> {
    let id: DecoupledRequestId = call.at("id")?;
    let allow = call.form()?.decision()?;
    match device::decide(work, visit(&call), &id, allow).await? {
        // Shown by an address of its own, so that a reload sends nothing again.
        Ask::Decided { .. } => Ok(see_other(&format!("/device/{id}"))),
        other => reply(work, &call, &id, other).await,
    }
}

async fn reply(work: &mut Work, call: &Call, id: &DecoupledRequestId, ask: Ask) -> Result<Reply> {
    let chrome = Chrome::of(call, &work.app().config);
    let words = chrome.words;
    match ask {
        Ask::Question(question) => {
            let servers = resource_server::of_scope(work, &question.scope).await?;
            page(&confirm(chrome, id, &question, &servers))
        }
        Ask::SignIn(attempt) => Ok(see_other(&format!("/sign-in?attempt={attempt}"))),
        Ask::Decided { allowed: true, client } => page(&DoneView {
            title: words.device_allowed_title(),
            text: words.device_allowed_text(client.name(chrome.locale())),
            icon: Some(Icon::Check),
            next: Some(("/my/apps", words.device_see_apps())),
            page: chrome,
        }),
        Ask::Decided { allowed: false, client } => page(&DoneView {
            title: words.device_denied_title(),
            text: words.device_denied_text(client.name(chrome.locale())),
            icon: None,
            next: None,
            page: chrome,
        }),
        Ask::Gone => page_with(
            StatusCode::NOT_FOUND,
            &DoneView {
                title: words.device_over_title(),
                text: words.device_over_text(),
                icon: None,
                next: Some(("/device", words.device_again())),
                page: chrome,
            },
        ),
    }
}

fn code_page(work: &Work, call: &Call, typed: &str, why: &Why) -> Result<Reply> {
    let page = Chrome::of(call, &work.app().config);
    let words = page.words;
    let typed: String = typed.chars().take(LONGEST_TYPED).collect();
    let field = Field::code(words, "user_code", words.device_code()).value(typed);
    let field = if matches!(why, Why::Scanned) { field } else { field.hint(words.device_code_hint()) };
    let (status, notice, code) = match why {
        Why::Fresh | Why::Scanned => (StatusCode::OK, None, field),
        Why::Wrong => (StatusCode::UNPROCESSABLE_ENTITY, None, field.error(words.device_wrong())),
        Why::Slow(until) => {
            let when = format::date_time(page.locale(), *until, &page.time_zone);
            let notice = Notice::bad(words, words.device_slow()).text(words.device_slow_text(when));
            (StatusCode::TOO_MANY_REQUESTS, Some(notice), field)
        }
    };
    let lead = if matches!(why, Why::Scanned) { words.device_lead_scanned() } else { words.device_lead() };
    let reply = page_with(status, &CodeView { lead, notice, code: code.autocomplete("off"), page })?;
    Ok(match why {
        Why::Slow(until) => wait_until(reply, *until, work.now()),
        Why::Fresh | Why::Scanned | Why::Wrong => reply,
    })
}

fn confirm(page: Chrome, id: &DecoupledRequestId, question: &Question, servers: &[ResourceServer]) -> ConfirmView {
    let words = page.words;
    let app = question.client.name(page.locale()).to_owned();
    let mut warnings = vec![Notice::warn(words, words.device_warn()).text(words.device_warn_text())];
    if question.client.is_unverified() {
        warnings.insert(0, Notice::warn(words, words.unverified_title()).text(words.device_unverified_text()));
    }
    let logo = question.client.metadata.logo_uri.get(page.locale());
    ConfirmView {
        request: id.to_string(),
        avatar: Avatar::of(&app),
        logo: logo.filter(|link| is_showable_link(link)).map(str::to_owned),
        user_code: question.user_code.clone(),
        kind: user_agent::system(&question.user_agent).map_or_else(|| words.device_unknown(), str::to_owned),
        from: match question.is_near {
            true => words.device_from_here(),
            false => words.device_from_elsewhere(question.network.as_str()),
        },
        asked_at: format::date_time(page.locale(), question.asked_at, &page.time_zone),
        warnings,
        wishes: wishes_in_words(words, &question.scope, servers),
        app,
        page,
    }
}
