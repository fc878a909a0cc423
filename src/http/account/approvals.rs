//! What apps ask of the person while they are elsewhere: who, what for, with which message, yes or no.
//! OpenID Connect CIBA §8.

use askama::Template;
use http::StatusCode;

use super::visit;
use crate::app::Work;
use crate::base::Result;
use crate::base::url::is_showable_link;
use crate::http::chrome::Chrome;
use crate::http::extract::call::Call;
use crate::http::part::{Avatar, Icon, Notice, ScopeWords, wishes_in_words};
use crate::http::respond::page::{page, page_with};
use crate::http::respond::reply::{Reply, see_other};
use crate::http::route::{Access, Routes};
use crate::i18n::format;
use crate::oidc::decoupled::DecoupledRequestId;
use crate::oidc::resource_server::ResourceServer;
use crate::service::oidc::ciba::{self, Ask, Question};
use crate::service::oidc::resource_server;

pub(super) fn routes() -> Routes {
    Routes::under("/my/approvals").page("", Access::Customer, list).page("/{id}", Access::Customer, show).form(
        "/{id}",
        Access::Customer,
        decide,
    )
}

#[derive(Template)]
#[template(path = "account/approvals.html")]
struct ListView {
    page: Chrome,
    requests: Vec<Line>,
}

struct Line {
    href: String,
    avatar: Avatar,
    app: String,
    message: String,
    asked: String,
    look_label: String,
}

#[derive(Template)]
#[template(path = "account/approval.html")]
struct ApprovalView {
    page: Chrome,
    request: String,
    app: String,
    avatar: Avatar,
    logo: Option<String>,
    message: Option<String>,
    asked_at: String,
    ends_at: String,
    warning: Notice,
    wishes: Vec<ScopeWords>,
}

#[derive(Template)]
#[template(path = "account/approval_done.html")]
struct DoneView {
    page: Chrome,
    icon: Option<Icon>,
    title: String,
    text: String,
}

/// `GET /my/approvals`
async fn list(work: &mut Work, call: Call) -> Result<Reply> {
    let waiting = ciba::waiting(work, &call.signed_in()?.sub).await?;
    let chrome = Chrome::of(&call, &work.app().config);
    let words = chrome.words;
    let requests = waiting.into_iter().map(|(listed, client)| {
        let app = client.name(chrome.locale()).to_owned();
        Line {
            href: format!("/my/approvals/{}", listed.id),
            avatar: Avatar::of(&app),
            asked: words.approvals_asked(format::date_time(chrome.locale(), listed.asked_at, &chrome.time_zone)),
            look_label: words.approvals_look_label(app.as_str()),
            message: listed.binding_message,
            app,
        }
    });
    page(&ListView { requests: requests.collect(), page: chrome })
}

/// `GET /my/approvals/{id}`
async fn show(work: &mut Work, call: Call) -> Result<Reply> {
    let id: DecoupledRequestId = call.at("id")?;
    let next = ciba::question(work, visit(&call), &call.signed_in()?.sub, &id).await?;
    reply(work, &call, &id, next).await
}

/// `POST /my/approvals/{id}`: yes or no. Anything else that is sent does not count.
async fn decide(work: &mut Work, call: Call) -> Result<Reply> {
    let id: DecoupledRequestId = call.at("id")?;
    let allow = call.form()?.decision()?;
    match ciba::decide(work, visit(&call), &call.signed_in()?.sub, &id, allow).await? {
        // Shown by an address of its own, so that a reload sends nothing again.
        Ask::Decided { .. } => Ok(see_other(&format!("/my/approvals/{id}"))),
        other => reply(work, &call, &id, other).await,
    }
}

async fn reply(work: &mut Work, call: &Call, id: &DecoupledRequestId, ask: Ask) -> Result<Reply> {
    let chrome = Chrome::of(call, &work.app().config);
    let words = chrome.words;
    match ask {
        Ask::Question(question) => {
            let servers = resource_server::of_scope(work, &question.scope).await?;
            page(&approval(chrome, id, &question, &servers))
        }
        Ask::StepUp(attempt) => Ok(see_other(&format!("/sign-in?attempt={attempt}"))),
        Ask::Decided { allowed: true, client } => page(&DoneView {
            icon: Some(Icon::Check),
            title: words.approval_allowed_title(),
            text: words.approval_allowed_text(client.name(chrome.locale())),
            page: chrome,
        }),
        Ask::Decided { allowed: false, client } => page(&DoneView {
            icon: None,
            title: words.approval_denied_title(),
            text: words.approval_denied_text(client.name(chrome.locale())),
            page: chrome,
        }),
        Ask::Gone => page_with(
            StatusCode::NOT_FOUND,
            &DoneView {
                icon: None,
                title: words.approval_over_title(),
                text: words.approval_over_text(),
                page: chrome,
            },
        ),
    }
}

fn approval(page: Chrome, id: &DecoupledRequestId, question: &Question, servers: &[ResourceServer]) -> ApprovalView {
    let words = page.words;
    let app = question.client.name(page.locale()).to_owned();
    let logo = question.client.metadata.logo_uri.get(page.locale());
    let when = |at| format::date_time(page.locale(), at, &page.time_zone);
    ApprovalView {
        request: id.to_string(),
        avatar: Avatar::of(&app),
        logo: logo.filter(|link| is_showable_link(link)).map(str::to_owned),
        message: question.binding_message.clone(),
        asked_at: when(question.asked_at),
        ends_at: when(question.expires_at),
        warning: Notice::warn(words, words.approval_warn()).text(words.approval_warn_text()),
        wishes: wishes_in_words(words, &question.scope, servers),
        app,
        page,
    }
}
