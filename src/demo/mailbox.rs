//! The page on which everything arrives that a real installation would send by mail, with what is needed to try the
//! demo: who can sign in, and the labels of products that nobody has registered.

use std::path::PathBuf;
use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{Path, RawQuery, State};
use axum::http::header::CONTENT_SECURITY_POLICY;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use axum::routing::get;

use super::eml::{self, Letter};
use super::maker::factory::Piece;
use super::maker::people::{ADMINISTRATOR, PASSWORD, PEOPLE};
use super::site::{self, Chrome, Places};
use crate::app::{App, Work};
use crate::base::{Locale, Result};
use crate::i18n::Words;
use crate::store;

/// The mailbox.
pub struct Mailbox {
    /// Where the letters are.
    pub folder: PathBuf,
    /// Where the other sites are.
    pub places: Places,
    /// Hosho, which knows what has been registered meanwhile.
    pub app: Arc<App>,
    /// Pieces that nobody has bought.
    pub labels: Vec<Piece>,
}

/// Its pages.
pub fn pages(mailbox: Arc<Mailbox>) -> Router {
    Router::new()
        .route("/", get(list))
        .route("/letter/{id}", get(show))
        .route("/letter/{id}/html", get(html))
        .route("/demo.css", get(site::stylesheet))
        .with_state(mailbox)
}

#[derive(Template)]
#[template(path = "demo/mailbox.html")]
struct List<'a> {
    page: Chrome,
    letters: Vec<(String, Letter)>,
    labels: Vec<&'a Piece>,
    customers: Vec<(String, String)>,
    administrator: &'static str,
    password: &'static str,
}

#[derive(Template)]
#[template(path = "demo/letter.html")]
struct Show {
    page: Chrome,
    id: String,
    letter: Letter,
}

async fn list(State(mailbox): State<Arc<Mailbox>>, headers: HeaderMap, RawQuery(query): RawQuery) -> Response {
    let (locale, chosen) = site::language(&headers, &site::query(query.as_deref()));
    let customers = PEOPLE.iter().take(4).map(|person| (person.email(), person.display_name(locale))).collect();
    let template = List {
        page: mailbox.chrome(locale, "/"),
        letters: mailbox.letters(),
        labels: mailbox.free_labels().await.unwrap_or_default(),
        customers,
        administrator: ADMINISTRATOR,
        password: PASSWORD,
    };
    site::page(&template, chosen.then_some(locale), "")
}

async fn show(
    State(mailbox): State<Arc<Mailbox>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let (locale, chosen) = site::language(&headers, &site::query(query.as_deref()));
    let Some(letter) = mailbox.letter(&id) else {
        return site::answer(StatusCode::NOT_FOUND, "text/plain; charset=utf-8", "");
    };
    let page = mailbox.chrome(locale, &format!("/letter/{id}"));
    site::page(&Show { page, id, letter }, chosen.then_some(locale), "")
}

/// The letter's own page, in a frame that can do nothing.
async fn html(State(mailbox): State<Arc<Mailbox>>, Path(id): Path<String>) -> Response {
    let Some(letter) = mailbox.letter(&id) else {
        return site::answer(StatusCode::NOT_FOUND, "text/plain; charset=utf-8", "");
    };
    let mut response = site::answer(StatusCode::OK, "text/html; charset=utf-8", letter.html);
    let policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; \
                  sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation";
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    response
}

impl Mailbox {
    fn chrome(&self, locale: Locale, path: &str) -> Chrome {
        let w = Words::of(locale);
        Chrome {
            w,
            site: "mailbox",
            title: w.demo_mailbox_title(),
            places: self.places.clone(),
            name: String::new(),
            has_members: false,
            path: path.to_owned(),
        }
    }

    /// The labels that can still be registered.
    async fn free_labels(&self) -> Result<Vec<&Piece>> {
        let mut work = Work::for_job(&self.app, "demo");
        let mut free = Vec::with_capacity(self.labels.len());
        for piece in &self.labels {
            let unit = store::registry::unit::find_by_serial(work.tx(), piece.model.category.line.brand, &piece.serial);
            let taken = match unit.await? {
                Some(unit) => store::registry::registration::find_active(work.tx(), &unit.id).await?.is_some(),
                None => false,
            };
            if !taken {
                free.push(piece);
            }
        }
        work.commit().await?;
        Ok(free)
    }

    /// Every letter, the newest first.
    fn letters(&self) -> Vec<(String, Letter)> {
        let Ok(entries) = std::fs::read_dir(&self.folder) else { return Vec::new() };
        let mut files: Vec<_> = entries
            .filter_map(Result::ok)
            .filter(|entry| entry.path().extension().is_some_and(|extension| extension == "eml"))
            .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
            .collect();
        files.sort_by(|one, other| other.cmp(one));
        files
            .into_iter()
            .take(200)
            .filter_map(|(_, path)| {
                let id = path.file_stem()?.to_str()?.to_owned();
                Some((id, eml::read(&std::fs::read_to_string(&path).ok()?)))
            })
            .collect()
    }

    fn letter(&self, id: &str) -> Option<Letter> {
        // The name of a file and nothing that leads out of the folder.
        if id.is_empty() || !id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_')) {
            return None;
        }
        Some(eml::read(&std::fs::read_to_string(self.folder.join(format!("{id}.eml"))).ok()?))
    }
}
