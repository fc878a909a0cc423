//! Answers that tests write, under the same rules as those of the network: which URLs are asked, which answers are
//! documents, how large they may be. What was asked is kept.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::header::{AUTHORIZATION, CONTENT_TYPE};
use serde_json::Value;
use tokio::sync::watch;

use super::document::Head;
use super::target::Target;
use super::{Document, FetchError, Message, Purpose, Wanted};
use crate::config::allowed_host::AllowedHost;
use crate::config::sections::FetchSettings;

/// A web of a few hosts. A copy is the same web.
#[derive(Clone)]
pub struct Scripted(Arc<Inner>);

struct Inner {
    settings: FetchSettings,
    script: Mutex<Script>,
    is_held: watch::Sender<bool>,
}

#[derive(Default)]
struct Script {
    scenes: HashMap<String, Scene>,
    asked: Vec<Asked>,
}

/// What happens when something is asked.
#[derive(Clone, Debug)]
pub enum Scene {
    /// An answer comes.
    Answers(Reply),
    /// None comes.
    Fails(FetchError),
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Reply {
    /// Its status.
    pub status: u16,
    /// Its `Content-Type`.
    pub content_type: Option<String>,
    /// Its `Cache-Control`.
    pub cache_control: Option<String>,
    /// Its body.
    pub body: Vec<u8>,
}

impl Reply {
    /// Only a status.
    pub fn status(status: u16) -> Self {
        Self { status, content_type: None, cache_control: None, body: Vec::new() }
    }

    /// A text of a media type.
    pub fn text(content_type: &str, text: &str) -> Self {
        Self { content_type: Some(content_type.to_owned()), body: text.into(), ..Self::status(200) }
    }

    /// JSON.
    pub fn json(value: &Value) -> Self {
        Self::text("application/json", &value.to_string())
    }

    /// The same with a `Cache-Control`.
    #[must_use]
    pub fn cached(self, cache_control: &str) -> Self {
        Self { cache_control: Some(cache_control.to_owned()), ..self }
    }
}

/// One request as it would have left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Why.
    pub purpose: Purpose,
    /// `GET` or `POST`.
    pub method: &'static str,
    /// Where, without a fragment.
    pub url: String,
    /// The bearer token; of what a protocol's own library asks, the whole `Authorization`.
    pub bearer: Option<String>,
    /// The body as it is sent: a form or JSON.
    pub body: String,
}

impl Asked {
    /// A field of the form.
    pub fn field(&self, name: &str) -> Option<String> {
        let found = form_urlencoded::parse(self.body.as_bytes()).find(|(own, _)| own == name);
        found.map(|(_, value)| value.into_owned())
    }
}

impl Scripted {
    /// An empty web: nobody answers.
    pub fn new(settings: &FetchSettings) -> Self {
        let is_held = watch::Sender::new(false);
        Self(Arc::new(Inner { settings: settings.clone(), script: Mutex::default(), is_held }))
    }

    /// From now on, this is the answer of a URL, or of every URL of a host such as `rp.example` that has none of
    /// its own.
    pub fn answer(&self, place: &str, reply: Reply) {
        self.script().scenes.insert(place.to_owned(), Scene::Answers(reply));
    }

    /// From now on, a URL or a host gives no answer.
    pub fn fail(&self, place: &str, error: FetchError) {
        self.script().scenes.insert(place.to_owned(), Scene::Fails(error));
    }

    /// Keep every request waiting until it is released.
    pub fn hold(&self) {
        self.0.is_held.send_replace(true);
    }

    /// Let the requests go on.
    pub fn release(&self) {
        self.0.is_held.send_replace(false);
    }

    /// What was asked so far, oldest first.
    pub fn asked(&self) -> Vec<Asked> {
        self.script().asked.clone()
    }

    /// What was asked since the last call.
    pub fn take_asked(&self) -> Vec<Asked> {
        std::mem::take(&mut self.script().asked)
    }

    pub(super) fn allowed(&self) -> &[AllowedHost] {
        &self.0.settings.allow_hosts
    }

    pub(super) async fn get(&self, purpose: Purpose, url: &str, wanted: &Wanted) -> Result<Document, FetchError> {
        let reply = self.ask(purpose, "GET", url, None, String::new()).await?;
        let head = Head::read(reply.status, reply.content_type.as_deref(), reply.cache_control.as_deref());
        head.judge(wanted)?;
        if reply.body.len() > wanted.at_most.unwrap_or(self.0.settings.body_limit) {
            return Err(FetchError::TooLarge);
        }
        Ok(head.with(reply.body))
    }

    pub(super) async fn post(&self, purpose: Purpose, url: &str, message: &Message<'_>) -> Result<u16, FetchError> {
        let (bearer, body) = match message {
            Message::Form(fields) => {
                (None, form_urlencoded::Serializer::new(String::new()).extend_pairs(*fields).finish())
            }
            Message::Json { body, bearer } => (bearer.map(|token| token.expose().to_owned()), body.to_string()),
        };
        match self.ask(purpose, "POST", url, bearer, body).await?.status {
            status @ 200..=299 => Ok(status),
            status => Err(FetchError::Status(status)),
        }
    }

    pub(super) async fn exchange(
        &self,
        purpose: Purpose,
        request: http::Request<Vec<u8>>,
    ) -> Result<http::Response<Vec<u8>>, FetchError> {
        let (head, body) = request.into_parts();
        let method = if head.method == http::Method::POST { "POST" } else { "GET" };
        let authorization = head.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let body = String::from_utf8_lossy(&body).into_owned();
        let reply = self.ask(purpose, method, &head.uri.to_string(), authorization, body).await?;
        if reply.body.len() > self.0.settings.body_limit {
            return Err(FetchError::TooLarge);
        }
        let mut answer = http::Response::new(reply.body);
        *answer.status_mut() = http::StatusCode::from_u16(reply.status).unwrap_or_default();
        if let Some(kind) = reply.content_type.and_then(|kind| kind.parse().ok()) {
            answer.headers_mut().insert(CONTENT_TYPE, kind);
        }
        Ok(answer)
    }

    async fn ask(
        &self,
        purpose: Purpose,
        method: &'static str,
        url: &str,
        bearer: Option<String>,
        body: String,
    ) -> Result<Reply, FetchError> {
        let target = Target::read(url, &self.0.settings.allow_hosts)?;
        let url = target.url.to_string();
        self.script().asked.push(Asked { purpose, method, url: url.clone(), bearer, body });
        // The sender lives as long as this does.
        let _ = self.0.is_held.subscribe().wait_for(|is_held| !is_held).await;
        let script = self.script();
        match script.scenes.get(&url).or_else(|| script.scenes.get(target.host())) {
            Some(Scene::Answers(reply)) => Ok(reply.clone()),
            Some(Scene::Fails(error)) => Err(*error),
            None => Err(FetchError::Unreachable),
        }
    }

    fn script(&self) -> MutexGuard<'_, Script> {
        self.0.script.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
