//! What shop, support site and mailbox have in common: the visitor's language and cookies, and how a page is answered.

use std::collections::BTreeMap;

use askama::Template;
use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;

use super::drawing;
use crate::base::Locale;
use crate::i18n::Words;

/// The language cookie, shared by the three sites: a browser keeps cookies by host, whatever the port.
const LANGUAGE: &str = "kazemachi_language";

/// Where everything is.
#[derive(Clone, Debug)]
pub struct Places {
    /// Hosho.
    pub hosho: String,
    /// The shop.
    pub shop: String,
    /// The support site.
    pub support: String,
    /// The mailbox.
    pub mailbox: String,
}

impl Places {
    /// Four neighbouring ports of this machine.
    pub fn at(port: u16) -> Self {
        let place = |more: u16| format!("http://localhost:{}", port.saturating_add(more));
        Self { hosho: place(0), shop: place(1), support: place(2), mailbox: place(3) }
    }
}

/// What every template needs: the site, the language, and who is there.
pub struct Chrome {
    /// The words.
    pub w: Words,
    /// The site's name for the stylesheet: `shop`, `support`, `mailbox`.
    pub site: &'static str,
    /// The site's title.
    pub title: String,
    /// Everywhere else.
    pub places: Places,
    /// The visitor's name; empty for a stranger.
    pub name: String,
    /// Whether the visitor can sign in and out here.
    pub has_members: bool,
    /// The path of this page, for the language switch.
    pub path: String,
}

impl Chrome {
    /// The drawing of a category.
    pub fn drawing(&self, category: &str) -> &'static str {
        drawing::of(category)
    }

    /// A Japanese or English text.
    pub fn text(&self, both: &(&'static str, &'static str)) -> &'static str {
        match self.w.locale() {
            Locale::Ja => both.0,
            Locale::En => both.1,
        }
    }
}

/// The language of the page, and whether the visitor has just chosen it.
pub fn language(headers: &HeaderMap, query: &BTreeMap<String, String>) -> (Locale, bool) {
    if let Some(chosen) = query.get("lang").and_then(|tag| Locale::from_tag(tag)) {
        return (chosen, true);
    }
    let accepted = headers.get("accept-language").and_then(|value| value.to_str().ok());
    let locale = cookie(headers, LANGUAGE)
        .and_then(|tag| Locale::from_tag(&tag))
        .or_else(|| accepted.and_then(Locale::from_accept_language))
        .unwrap_or(Locale::Ja);
    (locale, false)
}

/// A cookie's value.
pub fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('=').map(str::to_owned))
}

/// The parameters of a query string; the last one of a name counts.
pub fn query(text: Option<&str>) -> BTreeMap<String, String> {
    form_urlencoded::parse(text.unwrap_or_default().as_bytes()).into_owned().collect()
}

/// A path of this site from a parameter, never another site.
pub fn own_path(text: Option<&String>) -> String {
    match text {
        Some(path) if path.starts_with('/') && !path.starts_with("//") && !path.contains(['\\', '\r', '\n']) => {
            path.clone()
        }
        _ => "/".to_owned(),
    }
}

/// A rendered page. `form_action` names the other origins that its forms may end at.
pub fn page(template: &impl Template, chosen: Option<Locale>, form_action: &str) -> Response {
    match template.render() {
        Ok(html) => {
            let mut response = answer(StatusCode::OK, "text/html; charset=utf-8", html);
            let policy = format!(
                "default-src 'none'; style-src 'self'; img-src 'self' data:; frame-src 'self'; base-uri 'none'; \
                 frame-ancestors 'none'; form-action 'self' {form_action}"
            );
            set(&mut response, CONTENT_SECURITY_POLICY, &policy);
            if let Some(locale) = chosen {
                let cookie = format!("{LANGUAGE}={}; Path=/; Max-Age=31536000; SameSite=Lax", locale.tag());
                set(&mut response, SET_COOKIE, &cookie);
            }
            response
        }
        Err(error) => {
            tracing::error!(%error, "a page of the demo cannot be rendered");
            answer(StatusCode::INTERNAL_SERVER_ERROR, "text/plain", "")
        }
    }
}

/// Go elsewhere, with a cookie where one is given.
pub fn redirect(to: &str, cookie: Option<String>) -> Response {
    let mut response = answer(StatusCode::SEE_OTHER, "text/plain", "");
    set(&mut response, LOCATION, to);
    if let Some(cookie) = cookie {
        set(&mut response, SET_COOKIE, &cookie);
    }
    response
}

/// The cookie that names a visit; an empty name ends it.
pub fn visit_cookie(name: &str, visit: &str) -> String {
    let ending = if visit.is_empty() { "; Max-Age=0" } else { "" };
    format!("{name}={visit}; Path=/; HttpOnly; SameSite=Lax{ending}")
}

/// The stylesheet of the three sites.
pub async fn stylesheet() -> Response {
    answer(StatusCode::OK, "text/css; charset=utf-8", include_str!("../../templates/demo/demo.css"))
}

/// A body of some type, never kept by the browser.
pub fn answer(status: StatusCode, content_type: &'static str, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response.headers_mut().insert("x-content-type-options", HeaderValue::from_static("nosniff"));
    response.headers_mut().insert("referrer-policy", HeaderValue::from_static("same-origin"));
    response
}

fn set(response: &mut Response, name: axum::http::HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().append(name, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_own_paths_are_gone_back_to() {
        let path = |text: &str| own_path(Some(&text.to_owned()));
        assert_eq!(path("/account"), "/account");
        for foreign in ["//evil.example", "https://evil.example", "/\\evil.example", "account"] {
            assert_eq!(path(foreign), "/", "{foreign}");
        }
    }

    #[test]
    fn the_language_is_the_chosen_one_then_the_cookies_then_the_browsers() {
        let mut headers = HeaderMap::new();
        assert_eq!(language(&headers, &BTreeMap::new()), (Locale::Ja, false));
        headers.insert("accept-language", HeaderValue::from_static("en-GB"));
        assert_eq!(language(&headers, &BTreeMap::new()), (Locale::En, false));
        headers.insert(COOKIE, HeaderValue::from_static("a=b; kazemachi_language=ja"));
        assert_eq!(language(&headers, &BTreeMap::new()), (Locale::Ja, false));
        assert_eq!(language(&headers, &query(Some("lang=en"))), (Locale::En, true));
    }
}
