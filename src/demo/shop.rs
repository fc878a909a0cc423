//! The sample maker's shop: a catalogue anybody sees, "your products" for those who signed in, and the member price
//! for owners, all from the claims of userinfo.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::get;

use super::maker::catalogue::{LINES, Line, MODELS, Model};
use super::member_site::{self, MemberSite};
use super::product_card::ProductCard;
use super::relying_party::Me;
use super::site::{self, Chrome};
use crate::i18n::format;

/// What the shop asks for.
pub const SCOPES: &[&str] = &["openid", "profile", "email", "products", "warranty"];
/// The cookie of its visits.
pub const COOKIE: &str = "kazemachi_shop";

/// Its pages.
pub fn pages(shop: Arc<MemberSite>) -> Router {
    member_site::routes().route("/", get(catalogue)).route("/account", get(account)).with_state(shop)
}

#[derive(Template)]
#[template(path = "demo/shop.html")]
struct Catalogue {
    page: Chrome,
    shelves: Vec<Shelf>,
}

struct Shelf {
    line: &'static Line,
    goods: Vec<Good>,
}

struct Good {
    model: &'static Model,
    price: String,
    member_price: Option<String>,
    owned: bool,
}

#[derive(Template)]
#[template(path = "demo/shop_account.html")]
struct Account {
    page: Chrome,
    me: Me,
    cards: Vec<ProductCard>,
}

async fn catalogue(State(shop): State<Arc<MemberSite>>, headers: HeaderMap, RawQuery(query): RawQuery) -> Response {
    let asked = shop.read(&headers, query.as_deref());
    let me = shop.relying_party.me(asked.visit.as_deref()).await;
    let products = me.as_ref().map(|me| me.products.as_slice()).unwrap_or_default();
    let owned: Vec<&Model> = products.iter().filter_map(|product| Model::find(&product.model)).collect();
    let shelves = LINES
        .into_iter()
        .map(|line| {
            let is_member = owned.iter().any(|model| model.category.line.brand == line.brand);
            let goods = MODELS
                .iter()
                .filter(|model| model.category.line.brand == line.brand)
                .map(|model| Good {
                    model,
                    price: format::number(i64::from(model.price)),
                    member_price: is_member.then(|| format::number(i64::from(model.member_price()))),
                    owned: owned.iter().any(|other| other.model_no == model.model_no),
                })
                .collect();
            Shelf { line, goods }
        })
        .collect();
    let page = shop.chrome(&asked, "/", me.as_ref());
    shop.page(&asked, &Catalogue { page, shelves })
}

async fn account(State(shop): State<Arc<MemberSite>>, headers: HeaderMap, RawQuery(query): RawQuery) -> Response {
    let asked = shop.read(&headers, query.as_deref());
    let Some(me) = shop.relying_party.me(asked.visit.as_deref()).await else {
        return site::redirect("/sign-in?to=/account", None);
    };
    let cards = me.products.iter().map(|product| ProductCard::new(product, asked.locale)).collect();
    let page = shop.chrome(&asked, "/account", Some(&me));
    shop.page(&asked, &Account { page, me, cards })
}
