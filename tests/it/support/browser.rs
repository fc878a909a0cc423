//! A browser without pictures: keeps cookies, follows redirects inside the site, fills in and sends forms.

use std::collections::BTreeMap;

use axum::Router;
use axum::body::{Body, Bytes};
use http::header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use http::response::Parts;
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::BodyExt as _;
use scraper::{Html, Selector};
use tower::ServiceExt as _;

pub const ISSUER: &str = "http://localhost:8080";

/// How a browser reaches the site.
#[derive(Clone)]
enum Reach {
    /// The router of a program in this process.
    Router(Router),
    /// A program of its own, at an address such as `http://localhost:8080`.
    Socket(reqwest::Client, String),
}

/// A browser.
#[derive(Clone)]
pub struct Browser {
    reach: Reach,
    pub cookies: BTreeMap<String, String>,
    pub headers: Vec<(&'static str, String)>,
}

/// An answer, with the address it came from.
#[derive(Clone, Debug)]
pub struct Answer {
    pub path: String,
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Browser {
    pub fn new(site: Router) -> Self {
        Self::reaching(Reach::Router(site))
    }

    /// A browser that talks to a running program over its socket.
    #[expect(clippy::disallowed_methods, reason = "a client of the program, not a part of it")]
    pub fn of_program(issuer: &str) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self::reaching(Reach::Socket(client, issuer.to_owned()))
    }

    fn reaching(reach: Reach) -> Self {
        Self { reach, cookies: BTreeMap::new(), headers: vec![("accept-language", "ja".to_owned())] }
    }

    /// The same browser, with its cookies, at another instance.
    pub fn at(&self, site: Router) -> Self {
        Self { reach: Reach::Router(site), ..self.clone() }
    }

    /// Speak another language.
    pub fn speaking(mut self, language: &str) -> Self {
        self.headers = vec![("accept-language", language.to_owned())];
        self
    }

    /// Send one request, exactly as it is; cookies are sent and kept.
    pub async fn send(&mut self, request: Request<Body>) -> Answer {
        self.try_send(request).await.expect("an answer")
    }

    /// The same, for a program that may have been killed: `None` where no whole answer came.
    pub async fn try_send(&mut self, mut request: Request<Body>) -> Option<Answer> {
        let path = request.uri().to_string();
        let headers = request.headers_mut();
        if !headers.contains_key("host") && matches!(self.reach, Reach::Router(_)) {
            headers.insert("host", "localhost:8080".parse().unwrap());
        }
        for (name, value) in &self.headers {
            headers.entry(*name).or_insert(value.parse().unwrap());
        }
        if !self.cookies.is_empty() && !headers.contains_key(COOKIE) {
            let jar: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            headers.insert(COOKIE, jar.join("; ").parse().unwrap());
        }
        let (parts, bytes) = self.reach.answer(request).await?;
        for cookie in parts.headers.get_all(SET_COOKIE) {
            let text = cookie.to_str().unwrap();
            let (name, value) = text.split(';').next().unwrap().split_once('=').unwrap();
            if text.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let text = String::from_utf8_lossy(&bytes).into();
        Some(Answer { path, status: parts.status, headers: parts.headers, text })
    }

    /// GET without following redirects.
    pub async fn fetch(&mut self, path: &str) -> Answer {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }

    /// GET, following redirects as long as they stay on the site.
    pub async fn get(&mut self, path: &str) -> Answer {
        let answer = self.fetch(path).await;
        self.follow(answer).await
    }

    /// POST fields as a form without following redirects.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body: String = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = Request::builder()
            .method(Method::POST)
            .uri(path)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
            .body(Body::from(body))
            .unwrap();
        self.send(request).await
    }

    /// Fill in the form that has a field or a button of the name or id `mark`, send it, follow redirects inside
    /// the site. Hidden fields are sent as they are; a button of that id or name is pressed.
    pub async fn submit(&mut self, on: &Answer, mark: &str, fields: &[(&str, &str)]) -> Answer {
        let answer = self.submit_once(on, mark, fields).await;
        self.follow(answer).await
    }

    /// The same without following redirects.
    pub async fn submit_once(&mut self, on: &Answer, mark: &str, fields: &[(&str, &str)]) -> Answer {
        let (action, all) = on.form(mark, fields);
        let pairs: Vec<(&str, &str)> = all.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        self.post(&action, &pairs).await
    }

    /// Follow redirects as long as they stay on the site.
    pub async fn follow(&mut self, mut answer: Answer) -> Answer {
        for _ in 0..10 {
            let Some(target) = answer.location() else { return answer };
            let own = match &self.reach {
                Reach::Router(_) => ISSUER,
                Reach::Socket(_, issuer) => issuer,
            };
            let path = target.strip_prefix(own).unwrap_or(&target).to_owned();
            if !path.starts_with('/') {
                return answer;
            }
            answer = self.fetch(&path).await;
        }
        panic!("too many redirects, the last to {}", answer.path);
    }
}

impl Reach {
    async fn answer(&self, request: Request<Body>) -> Option<(Parts, Bytes)> {
        match self {
            Self::Router(site) => {
                let (parts, body) = site.clone().oneshot(request).await.unwrap().into_parts();
                Some((parts, body.collect().await.unwrap().to_bytes()))
            }
            Self::Socket(client, issuer) => {
                let (mut parts, body) = request.into_parts();
                parts.uri = format!("{issuer}{}", parts.uri).parse().unwrap();
                let bytes = body.collect().await.unwrap().to_bytes();
                let request = reqwest::Request::try_from(Request::from_parts(parts, bytes)).unwrap();
                let response: http::Response<reqwest::Body> = client.execute(request).await.ok()?.into();
                let (parts, body) = response.into_parts();
                Some((parts, body.collect().await.ok()?.to_bytes()))
            }
        }
    }
}

impl Answer {
    /// Where it redirects to.
    pub fn location(&self) -> Option<String> {
        Some(self.headers.get(LOCATION)?.to_str().unwrap().to_owned())
    }

    /// A parameter of the address it redirects to.
    pub fn location_parameter(&self, name: &str) -> Option<String> {
        let target = url::Url::parse(ISSUER).unwrap().join(&self.location()?).unwrap();
        target.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    }

    /// A header as text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// The body as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error} in: {}", self.text))
    }

    /// The text of the first element that a CSS selector finds.
    pub fn find(&self, selector: &str) -> Option<String> {
        let page = Html::parse_document(&self.text);
        let found = page.select(&Selector::parse(selector).unwrap()).next()?;
        Some(found.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" "))
    }

    /// An attribute of every element that a CSS selector finds.
    pub fn attributes(&self, selector: &str, name: &str) -> Vec<String> {
        let page = Html::parse_document(&self.text);
        let selector = Selector::parse(selector).unwrap();
        page.select(&selector).filter_map(|element| element.value().attr(name).map(str::to_owned)).collect()
    }

    /// The first link whose address begins so.
    pub fn link(&self, beginning: &str) -> String {
        let page = Html::parse_document(&self.text);
        let links = Selector::parse(&format!("a[href^='{beginning}']")).unwrap();
        let link = page.select(&links).next();
        link.and_then(|link| link.attr("href"))
            .unwrap_or_else(|| panic!("no link to {beginning} on {}", self.path))
            .to_owned()
    }

    /// The address and the fields of the form that has a field or button of the name or id `mark`.
    pub fn form(&self, mark: &str, fields: &[(&str, &str)]) -> (String, Vec<(String, String)>) {
        let page = Html::parse_document(&self.text);
        let marked = Selector::parse(&format!("[id='{mark}'], [name='{mark}']")).unwrap();
        let inputs = Selector::parse("input, select, textarea").unwrap();
        let form = page
            .select(&Selector::parse("form").unwrap())
            .find(|form| form.select(&marked).next().is_some())
            .unwrap_or_else(|| panic!("no form with {mark} on {} ({}):\n{}", self.path, self.status, self.text));
        let mut all: Vec<(String, String)> = Vec::new();
        for input in form.select(&inputs) {
            let Some(name) = input.value().attr("name") else { continue };
            let kind = input.value().attr("type").unwrap_or("text");
            if matches!(kind, "checkbox" | "radio") && input.value().attr("checked").is_none() {
                continue;
            }
            if matches!(kind, "submit" | "button") {
                continue;
            }
            all.push((name.to_owned(), input.value().attr("value").unwrap_or_default().to_owned()));
        }
        let pressed = form.select(&marked).find(|element| element.value().name() == "button");
        if let Some(name) = pressed.and_then(|button| button.value().attr("name")) {
            let value = pressed.and_then(|button| button.value().attr("value")).unwrap_or_default();
            all.push((name.to_owned(), value.to_owned()));
        }
        for (name, value) in fields {
            all.retain(|(known, _)| known != name);
            all.push(((*name).to_owned(), (*value).to_owned()));
        }
        let own = self.path.split('?').next().unwrap_or_default();
        let action = form.value().attr("action").filter(|action| !action.is_empty()).unwrap_or(own);
        (action.to_owned(), all)
    }
}
