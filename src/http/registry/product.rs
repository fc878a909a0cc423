//! One product: what is covered until when and how that came about, and what is known about it.

use askama::Template;

use super::cover::{self, CoverRow};
use super::tile::state_badge;
use crate::app::Work;
use crate::base::time::Date;
use crate::base::{Locale, Result};
use crate::domain::registry::registration::{Next, Reason, State};
use crate::http::chrome::Chrome;
use crate::http::extract::call::Call;
use crate::http::part::{Badge, Cover, Field, Icon, Notice};
use crate::http::respond::page::page;
use crate::http::respond::reply::Reply;
use crate::i18n::{Words, format};
use crate::service::registry::my_products::{self, ProductDetail};

#[derive(Debug, Template)]
#[template(path = "registry/product.html")]
struct ProductView {
    page: Chrome,
    notices: Vec<Notice>,
    prove: Option<ProveForm>,
    picture: Icon,
    brand: String,
    name: String,
    model_no: String,
    serial: String,
    serial_plain: String,
    badge: Badge,
    headline: Option<Cover>,
    cover: Vec<CoverRow>,
    provisional: Option<String>,
    transfer: Option<String>,
    facts: Vec<(String, String)>,
    history: Vec<(String, String)>,
}

/// The form with which a claimant shows that the product is with them.
#[derive(Clone, Debug)]
pub(super) struct ProveForm {
    pub model_no: String,
    pub serial: String,
    pub code: Field,
}

/// `GET /my/products/{id}`
pub(super) async fn show(work: &mut Work, call: Call) -> Result<Reply> {
    let detail = my_products::get(work, &call.signed_in()?.sub, &call.at("id")?).await?;
    let chrome = Chrome::of(&call, &work.app().config);
    let words = chrome.words;
    let card = &detail.card;
    let mut notices = Vec::new();
    if call.query_fields()?.is_ticked("already") {
        notices.push(Notice::info(words, words.product_already_yours()));
    }
    if card.state.waits() {
        notices.push(waiting(words, &detail));
    }
    page(&ProductView {
        notices,
        prove: prove_form(words, &detail),
        picture: Icon::of_category(&card.category),
        brand: card.brand.clone(),
        name: card.name.in_locale(words.locale()).to_owned(),
        model_no: card.model_no.clone(),
        serial: format::serial(&card.serial),
        serial_plain: card.serial.clone(),
        badge: state_badge(words, card.state),
        headline: cover::headline(words, card),
        cover: card.cover.iter().map(|line| cover::row(words, line)).collect(),
        provisional: detail.plan.as_ref().filter(|plan| plan.provisional).map(|_| words.done_provisional()),
        transfer: detail.plan.as_ref().map(|plan| match plan.transferable {
            true => words.product_transferable(),
            false => words.product_not_transferable(),
        }),
        facts: facts(words, &detail),
        history: history(words, &detail),
        page: chrome,
    })
}

/// Why a registration waits, in sentences.
pub(super) fn reasons(words: Words, detail: &ProductDetail) -> Vec<String> {
    let mut reasons: Vec<Reason> = detail.card.reasons.clone();
    if detail.card.state == State::Disputed && !reasons.contains(&Reason::HeldByOther) {
        reasons.push(Reason::HeldByOther);
    }
    reasons
        .into_iter()
        .map(|reason| match reason {
            Reason::UnknownSerial => words.reason_of_unknown_serial(),
            Reason::BeforeManufacture => words.reason_of_before_manufacture(),
            Reason::BeforeLaunch => words.reason_of_before_launch(),
            Reason::HeldByOther => words.reason_of_held_by_other(),
        })
        .collect()
}

/// The form for the code from the box, where that would help.
pub(super) fn prove_form(words: Words, detail: &ProductDetail) -> Option<ProveForm> {
    detail.next.contains(&Next::ProvePossession).then(|| ProveForm {
        model_no: detail.card.model_no.clone(),
        serial: detail.serial_typed.clone(),
        code: Field::code(words, "claim_code", words.add_claim_code()).hint(words.add_claim_code_hint()),
    })
}

fn waiting(words: Words, detail: &ProductDetail) -> Notice {
    let title = if detail.card.state == State::Disputed { words.done_disputed_title() } else { words.state_pending() };
    Notice::warn(words, title).text(reasons(words, detail).join(sentence_gap(words)))
}

fn facts(words: Words, detail: &ProductDetail) -> Vec<(String, String)> {
    let card = &detail.card;
    let locale = words.locale();
    let bought = card.purchased_on.map_or_else(|| words.product_purchased_unknown(), |day| format::date(locale, day));
    let mut facts = vec![(words.product_purchased_on(), bought)];
    if !card.dealer.is_empty() {
        facts.push((words.product_dealer(), card.dealer.clone()));
    }
    facts.push((words.product_registered_on(), format::date(locale, card.registered_on)));
    if let Some(plan) = &detail.plan {
        facts.push((words.product_plan(), plan.name.in_locale(locale).to_owned()));
    }
    if detail.serial_typed != card.serial {
        facts.push((words.product_serial_typed(), detail.serial_typed.clone()));
    }
    facts
}

/// What happened so far, newest first.
fn history(words: Words, detail: &ProductDetail) -> Vec<(String, String)> {
    let card = &detail.card;
    let locale = words.locale();
    let mut events: Vec<(Date, String)> = Vec::new();
    events.extend(card.purchased_on.map(|day| (day, words.history_purchased())));
    let registered = if card.state.waits() { words.history_claimed() } else { words.history_registered() };
    events.push((card.registered_on, registered));
    let over = card.cover.iter().filter(|line| !line.in_force);
    events.extend(over.map(|line| (line.ends_on, words.history_cover_ended(line.name.in_locale(locale)))));
    events.sort_by_key(|(day, _)| *day);
    events.into_iter().rev().map(|(day, text)| (format::date(locale, day), text)).collect()
}

/// What stands between two sentences.
fn sentence_gap(words: Words) -> &'static str {
    match words.locale() {
        Locale::Ja => "",
        Locale::En => " ",
    }
}
