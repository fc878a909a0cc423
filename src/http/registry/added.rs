//! The last step of registering a product: what was decided and why, until when it is covered, what comes next.

use askama::Template;

use super::cover::{self, CoverRow};
use super::product::{ProveForm, prove_form, reasons};
use crate::app::Work;
use crate::base::Result;
use crate::domain::registry::registration::State;
use crate::http::chrome::Chrome;
use crate::http::extract::call::Call;
use crate::http::part::{Icon, Notice};
use crate::http::respond::page::page;
use crate::http::respond::reply::Reply;
use crate::i18n::format;
use crate::service::registry::my_products;

#[derive(Debug, Template)]
#[template(path = "registry/added.html")]
struct AddedView {
    page: Chrome,
    icon: Icon,
    state: &'static str,
    title: String,
    text: String,
    reasons: Vec<String>,
    name: String,
    picture: Icon,
    model_no: String,
    serial: String,
    cover: Vec<CoverRow>,
    provisional: Option<Notice>,
    prove: Option<ProveForm>,
    href: String,
}

/// `GET /my/products/{id}/added`
pub(super) async fn show(work: &mut Work, call: Call) -> Result<Reply> {
    let detail = my_products::get(work, &call.signed_in()?.sub, &call.at("id")?).await?;
    let chrome = Chrome::of(&call, &work.app().config);
    let words = chrome.words;
    let card = &detail.card;
    let name = card.name.in_locale(words.locale()).to_owned();
    let (icon, title, text) = match card.state {
        State::Disputed => (Icon::Clock, words.done_disputed_title(), words.done_disputed_text()),
        state if state.waits() => (Icon::Clock, words.done_pending_title(), words.done_pending_text()),
        _ => (Icon::Check, words.done_active_title(), words.done_active_text(&name)),
    };
    page(&AddedView {
        icon,
        state: card.state.name(),
        title,
        text,
        reasons: reasons(words, &detail),
        picture: Icon::of_category(&card.category),
        model_no: card.model_no.clone(),
        serial: format::serial(&card.serial),
        cover: card.cover.iter().map(|line| cover::row(words, line)).collect(),
        provisional: detail
            .plan
            .as_ref()
            .filter(|plan| plan.provisional)
            .map(|_| Notice::info(words, words.done_provisional_title()).text(words.done_provisional())),
        prove: prove_form(words, &detail),
        href: format!("/my/products/{}", card.registration),
        name,
        page: chrome,
    })
}
