//! What the shop and the support site do alike: signing in, taking the answer, signing out, and saying what went wrong.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::routing::{get, post};

use super::relying_party::{Me, RelyingParty, Unfinished};
use super::site::{self, Chrome, Places};
use crate::base::Locale;
use crate::i18n::Words;

/// A site whose visitors may sign in.
pub struct MemberSite {
    /// `shop` or `support`: for the stylesheet.
    pub name: &'static str,
    /// The cookie that names a visit.
    pub cookie: &'static str,
    /// What it is called.
    pub title: fn(&Words) -> String,
    /// Its side of OpenID Connect.
    pub relying_party: RelyingParty,
    /// Where the other sites are.
    pub places: Places,
}

/// What a request says.
pub struct Asked {
    /// The parameters.
    pub query: BTreeMap<String, String>,
    /// The visit, as the browser names it.
    pub visit: Option<String>,
    /// The language.
    pub locale: Locale,
    /// The language, if it was chosen by this request.
    pub chosen: Option<Locale>,
}

/// The routes that both sites have.
pub fn routes() -> Router<Arc<MemberSite>> {
    Router::new()
        .route("/sign-in", get(sign_in))
        .route("/callback", get(callback))
        .route("/sign-out", post(sign_out))
        .route("/bye", get(bye))
        .route("/demo.css", get(site::stylesheet))
        .fallback(nowhere)
}

#[derive(Template)]
#[template(path = "demo/message.html")]
struct Message {
    page: Chrome,
    sentence: String,
    is_error: bool,
}

type Site = State<Arc<MemberSite>>;

async fn sign_in(State(site): Site, headers: HeaderMap, RawQuery(query): RawQuery) -> Response {
    let asked = site.read(&headers, query.as_deref());
    let back_to = site::own_path(asked.query.get("to"));
    match site.relying_party.start(asked.visit.as_deref(), asked.locale, &back_to).await {
        Ok((address, visit)) => site::redirect(&address, Some(site::visit_cookie(site.cookie, &visit))),
        Err(error) => site.failed(&asked, &error.to_string()),
    }
}

async fn callback(State(site): Site, headers: HeaderMap, RawQuery(query): RawQuery) -> Response {
    let asked = site.read(&headers, query.as_deref());
    match site.relying_party.finish(asked.visit.as_deref(), &asked.query).await {
        Ok((back_to, visit)) => site::redirect(&back_to, Some(site::visit_cookie(site.cookie, &visit))),
        Err(Unfinished::Cancelled) => {
            site.message(&asked, Words::of(asked.locale).demo_error_cancelled(), StatusCode::OK)
        }
        Err(Unfinished::Failed(why)) => site.failed(&asked, &why),
    }
}

async fn sign_out(State(site): Site, headers: HeaderMap) -> Response {
    let asked = site.read(&headers, None);
    match site.relying_party.sign_out(asked.visit.as_deref(), asked.locale).await {
        Ok(address) => site::redirect(&address, Some(site::visit_cookie(site.cookie, ""))),
        Err(error) => site.failed(&asked, &error.to_string()),
    }
}

async fn bye(State(site): Site, headers: HeaderMap, RawQuery(query): RawQuery) -> Response {
    let asked = site.read(&headers, query.as_deref());
    site.message(&asked, Words::of(asked.locale).demo_signed_out(), StatusCode::OK)
}

async fn nowhere(State(site): Site, headers: HeaderMap, RawQuery(query): RawQuery) -> Response {
    let asked = site.read(&headers, query.as_deref());
    site.not_found(&asked)
}

impl MemberSite {
    /// Read what every page needs of a request.
    pub fn read(&self, headers: &HeaderMap, query: Option<&str>) -> Asked {
        let query = site::query(query);
        let (locale, chosen) = site::language(headers, &query);
        Asked { visit: site::cookie(headers, self.cookie), locale, chosen: chosen.then_some(locale), query }
    }

    /// The frame of a page at this path.
    pub fn chrome(&self, asked: &Asked, path: &str, me: Option<&Me>) -> Chrome {
        let w = Words::of(asked.locale);
        Chrome {
            w,
            site: self.name,
            title: (self.title)(&w),
            places: self.places.clone(),
            name: me.map(|me| me.name.clone()).unwrap_or_default(),
            has_members: true,
            path: path.to_owned(),
        }
    }

    /// Answer with a page.
    pub fn page(&self, asked: &Asked, template: &impl Template) -> Response {
        // The sign-out form ends at the provider.
        site::page(template, asked.chosen, &self.places.hosho)
    }

    /// There is no such page.
    pub fn not_found(&self, asked: &Asked) -> Response {
        self.message(asked, Words::of(asked.locale).demo_error_not_found(), StatusCode::NOT_FOUND)
    }

    fn failed(&self, asked: &Asked, why: &str) -> Response {
        tracing::warn!(site = self.name, why, "a sign-in failed");
        self.message(asked, Words::of(asked.locale).demo_error_sign_in(), StatusCode::BAD_GATEWAY)
    }

    fn message(&self, asked: &Asked, sentence: String, status: StatusCode) -> Response {
        let page = self.chrome(asked, "/", None);
        let mut response = self.page(asked, &Message { page, sentence, is_error: status != StatusCode::OK });
        *response.status_mut() = status;
        response
    }
}
