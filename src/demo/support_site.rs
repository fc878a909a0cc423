//! The sample maker's support site: sign in without a password where one is signed in already, choose the product,
//! see what a repair would be covered by. Products come from the registry API.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{Path, RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::get;

use super::member_site::{self, MemberSite};
use super::product_card::ProductCard;
use super::site::{self, Chrome};

/// What the support site asks for.
pub const SCOPES: &[&str] = &["openid", "profile", "email", "products", "products.serial", "warranty"];
/// The cookie of its visits.
pub const COOKIE: &str = "kazemachi_support";

/// Its pages.
pub fn pages(support: Arc<MemberSite>) -> Router {
    member_site::routes().route("/", get(choose)).route("/product/{unit_ref}", get(product)).with_state(support)
}

#[derive(Template)]
#[template(path = "demo/support.html")]
struct Choose {
    page: Chrome,
    cards: Vec<ProductCard>,
}

#[derive(Template)]
#[template(path = "demo/support_product.html")]
struct ShowProduct {
    page: Chrome,
    card: ProductCard,
}

async fn choose(State(support): State<Arc<MemberSite>>, headers: HeaderMap, RawQuery(query): RawQuery) -> Response {
    let asked = support.read(&headers, query.as_deref());
    let me = support.relying_party.me(asked.visit.as_deref()).await;
    let units = support.relying_party.units(asked.visit.as_deref()).await.unwrap_or_default();
    let cards = units.iter().map(|unit| ProductCard::new(unit, asked.locale)).collect();
    let page = support.chrome(&asked, "/", me.as_ref());
    support.page(&asked, &Choose { page, cards })
}

async fn product(
    State(support): State<Arc<MemberSite>>,
    Path(unit_ref): Path<String>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let asked = support.read(&headers, query.as_deref());
    let Some(me) = support.relying_party.me(asked.visit.as_deref()).await else {
        return site::redirect("/sign-in", None);
    };
    let units = support.relying_party.units(asked.visit.as_deref()).await.unwrap_or_default();
    let Some(unit) = units.iter().find(|unit| unit.unit_ref == unit_ref) else { return support.not_found(&asked) };
    let page = support.chrome(&asked, &format!("/product/{}", unit.unit_ref), Some(&me));
    support.page(&asked, &ShowProduct { page, card: ProductCard::new(unit, asked.locale) })
}
