//! The first page after signing in: a greeting, what needs attention, and the products.

use askama::Template;

use super::tile::Tile;
use crate::app::Work;
use crate::base::Result;
use crate::http::chrome::Chrome;
use crate::http::extract::call::Call;
use crate::http::part::{Icon, Notice};
use crate::http::respond::page::page;
use crate::http::respond::reply::Reply;
use crate::i18n::{Words, format};
use crate::service::oidc::ciba;
use crate::service::registry::my_products::{self, ProductCard};

/// How many products the first page shows; the rest is one step away.
const SHOWN: usize = 6;
/// A cover that ends within so many days is worth a notice.
const SOON: i64 = 30;
/// More notices than this are no longer read.
const MOST_NOTICES: usize = 3;

#[derive(Debug, Template)]
#[template(path = "registry/home.html")]
struct HomeView {
    page: Chrome,
    notices: Vec<Notice>,
    tiles: Vec<Tile>,
    total: usize,
}

/// `GET /my`
pub(super) async fn show(work: &mut Work, call: Call) -> Result<Reply> {
    let sub = &call.signed_in()?.sub;
    let approvals = ciba::count_waiting(work, sub).await?;
    let cards = my_products::list(work, sub).await?;
    let chrome = Chrome::of(&call, &work.app().config);
    let words = chrome.words;
    let asked = (approvals > 0).then(|| {
        Notice::info(words, words.my_approvals_title(approvals)).link("/my/approvals", words.my_approvals_link())
    });
    page(&HomeView {
        notices: asked
            .into_iter()
            .chain(cards.iter().filter_map(|card| notice(words, card)))
            .take(MOST_NOTICES)
            .collect(),
        tiles: cards.iter().take(SHOWN).map(|card| Tile::of(words, card)).collect(),
        total: cards.len(),
        page: chrome,
    })
}

/// What about a product needs attention.
fn notice(words: Words, card: &ProductCard) -> Option<Notice> {
    let name = card.name.in_locale(words.locale());
    let href = format!("/my/products/{}", card.registration);
    if card.state.waits() {
        return Some(Notice::info(words, words.my_waiting_title(name)).link(href, words.my_see_product()));
    }
    let line = card.headline().filter(|line| line.in_force && line.days_left <= SOON)?;
    let left = format::days_left(words.locale(), line.days_left)?;
    let until = format::date(words.locale(), line.ends_on);
    let notice = Notice::warn(words, words.my_ends_soon_title(name)).text(words.my_ends_soon_text(until, left));
    Some(notice.link(href, words.my_see_product()))
}
