//! The cookies of a browser: its own name (random, made at the first visit), the session, the language.
//! Attempts, authorization requests and form tokens are bound to the browser's own name.

use http::HeaderMap;
use http::header::COOKIE;

use crate::base::Locale;
use crate::base::digest::{base64url, fingerprint, hmac_sha256};
use crate::base::random::Random;
use crate::base::secret::Secret;
use crate::config::{Config, Issuer};
use crate::oidc::logout::session_management;

/// One of our cookies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CookieName {
    /// The browser's own name.
    Browser,
    /// The token that opens a session.
    Session,
    /// The language chosen with the switcher.
    Locale,
    /// What tells the pages of clients that the session changed.
    State,
}

impl CookieName {
    /// With the `__Host-` prefix wherever pages are served over TLS.
    pub fn as_str(self, secure: bool) -> &'static str {
        match (self, secure) {
            (Self::Browser, true) => "__Host-hosho_browser",
            (Self::Browser, false) => "hosho_browser",
            (Self::Session, true) => "__Host-hosho_session",
            (Self::Session, false) => "hosho_session",
            (Self::Locale, true) => "__Host-hosho_locale",
            (Self::Locale, false) => "hosho_locale",
            (Self::State, true) => "__Host-hosho_state",
            (Self::State, false) => "hosho_state",
        }
    }
}

/// What a browser sent, and what is derived from it.
#[derive(Debug)]
pub struct Browser {
    /// Its own name; secret, since whoever has it is that browser.
    pub name: Secret,
    /// Whether the name was made for this very answer and must be set.
    pub is_new: bool,
    /// How the database knows it.
    pub hash: String,
    /// The token of a session, if one was sent.
    pub session: Option<Secret>,
    /// The language chosen with the switcher.
    pub locale: Option<Locale>,
    /// The token that its forms carry.
    pub csrf: String,
}

impl Browser {
    /// Read the cookies of a request. A name that we did not make is replaced.
    pub fn read(headers: &HeaderMap, issuer: &Issuer, csrf_key: &[u8], random: &Random) -> Self {
        let secure = issuer.is_secure();
        let sent = find(headers, CookieName::Browser.as_str(secure))
            .filter(|name| name.len() == 43 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b)));
        let is_new = sent.is_none();
        let name = sent.map_or_else(|| random.token(), str::to_owned);
        let session = find(headers, CookieName::Session.as_str(secure));
        // The form token changes with the session: what was on a page before sign-in is worth nothing after it.
        let csrf = base64url(hmac_sha256(csrf_key, format!("{name}\n{}", session.unwrap_or_default())));
        Self {
            hash: fingerprint(&name),
            name: Secret::new(name),
            is_new,
            session: session.filter(|token| token.len() <= 128).map(Secret::new),
            locale: find(headers, CookieName::Locale.as_str(secure)).and_then(Locale::from_tag),
            csrf,
        }
    }
}

/// A cookie that was sent exactly once. Two of one name mean that somebody plants cookies: neither counts.
fn find<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let mut found = headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|header| header.to_str().ok())
        .flat_map(|header| header.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(key, _)| *key == name)
        .map(|(_, value)| value);
    let first = found.next()?;
    if found.next().is_some() { None } else { Some(first) }
}

/// A `Set-Cookie` value. `age` is in seconds; without one the cookie ends with the browser.
pub fn set_cookie(issuer: &Issuer, name: CookieName, value: &str, age: Option<u64>) -> String {
    let secure = issuer.is_secure();
    let mut text = format!("{}={value}; Path=/; HttpOnly; SameSite=Lax", name.as_str(secure));
    if secure {
        text.push_str("; Secure");
    }
    if let Some(age) = age {
        text.push_str(&format!("; Max-Age={age}"));
    }
    text
}

/// A `Set-Cookie` value that removes a cookie.
pub fn remove_cookie(issuer: &Issuer, name: CookieName) -> String {
    set_cookie(issuer, name, "", Some(0))
}

/// The cookies of a session that began: for `age` seconds, or until the browser is closed.
pub fn session_begins(config: &Config, token: &Secret, age: Option<u64>) -> Vec<String> {
    let mut cookies = vec![set_cookie(&config.top.issuer, CookieName::Session, token.expose(), age)];
    cookies.extend(browser_state(config, Some(token), age));
    cookies
}

/// The cookies of a session that ended.
pub fn session_ends(config: &Config) -> Vec<String> {
    let mut cookies = vec![remove_cookie(&config.top.issuer, CookieName::Session)];
    cookies.extend(browser_state(config, None, None));
    cookies
}

/// What the frame of OpenID Connect Session Management reads. A script reads it inside the pages of other sites,
/// hence neither `HttpOnly` nor `SameSite`; it is a hash that opens nothing.
fn browser_state(config: &Config, token: Option<&Secret>, age: Option<u64>) -> Option<String> {
    let secure = config.top.issuer.is_secure();
    let state = session_management::browser_state(token.map(Secret::expose));
    let mut text = format!("{}={state}; Path=/", CookieName::State.as_str(secure));
    text.push_str(if secure { "; SameSite=None; Secure" } else { "; SameSite=Lax" });
    if let Some(age) = age {
        text.push_str(&format!("; Max-Age={age}"));
    }
    config.protocol.session_management.then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(cookie: &str) -> Browser {
        let mut headers = HeaderMap::new();
        headers.insert(COOKIE, cookie.parse().unwrap());
        let issuer = Issuer::parse("http://localhost:8080").unwrap();
        Browser::read(&headers, &issuer, b"key", &Random::system())
    }

    #[test]
    fn a_browser_keeps_its_name() {
        let name = "a".repeat(43);
        let browser = read(&format!("hosho_browser={name}; hosho_locale=en"));
        assert!(!browser.is_new);
        assert_eq!(browser.name.expose(), name);
        assert_eq!(browser.locale, Some(Locale::En));
    }

    #[test]
    fn planted_and_odd_names_do_not_count() {
        let name = "a".repeat(43);
        assert!(read(&format!("hosho_browser={name}; hosho_browser={}", "b".repeat(43))).is_new);
        assert!(read("hosho_browser=short").is_new);
    }

    #[test]
    fn the_form_token_changes_with_the_session() {
        let name = "a".repeat(43);
        let before = read(&format!("hosho_browser={name}"));
        let after = read(&format!("hosho_browser={name}; hosho_session=x"));
        assert_ne!(before.csrf, after.csrf);
    }

    #[test]
    fn cookies_are_bound_to_the_host_over_tls() {
        let issuer = Issuer::parse("https://id.example").unwrap();
        let cookie = set_cookie(&issuer, CookieName::Session, "x", None);
        assert_eq!(cookie, "__Host-hosho_session=x; Path=/; HttpOnly; SameSite=Lax; Secure");
    }
}
