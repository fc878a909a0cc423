//! All products of a person.

use askama::Template;

use super::tile::Tile;
use crate::app::Work;
use crate::base::Result;
use crate::http::chrome::Chrome;
use crate::http::extract::call::Call;
use crate::http::part::Icon;
use crate::http::respond::page::page;
use crate::http::respond::reply::Reply;
use crate::service::registry::my_products;

#[derive(Debug, Template)]
#[template(path = "registry/products.html")]
struct ProductsView {
    page: Chrome,
    tiles: Vec<Tile>,
}

/// `GET /my/products`
pub(super) async fn show(work: &mut Work, call: Call) -> Result<Reply> {
    let cards = my_products::list(work, &call.signed_in()?.sub).await?;
    let chrome = Chrome::of(&call, &work.app().config);
    let tiles = cards.iter().map(|card| Tile::of(chrome.words, card)).collect();
    page(&ProductsView { page: chrome, tiles })
}
