//! Requests over the network.

use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{ACCEPT, CACHE_CONTROL, CONTENT_TYPE};
use reqwest::{Client, RequestBuilder, Response};
use tokio::sync::Semaphore;

use super::document::Head;
use super::names::{Names, NotPublic, Resolver};
use super::target::Target;
use super::{Document, FetchError, Message, Purpose, Wanted, trust};
use crate::base::{Fault, Result};
use crate::config::allowed_host::AllowedHost;
use crate::config::sections::FetchSettings;

/// Told of every request: the names of its purpose and of its outcome.
pub type Count = fn(purpose: &'static str, outcome: &'static str);

/// The network, behind every guard.
#[derive(Clone)]
pub struct Live(Arc<Inner>);

struct Inner {
    settings: FetchSettings,
    /// For everybody: `https` and public addresses.
    public: Client,
    /// For hosts that the operator vouches for.
    allowed: Client,
    /// Documents are waited for by somebody; messages are not, and must not be in their way.
    documents: Semaphore,
    messages: Semaphore,
    count: Count,
}

impl Live {
    /// Within the limits of the settings.
    pub fn open(settings: &FetchSettings, names: Names, count: Count) -> Result<Self> {
        let tls = trust::tls(settings.ca_file.as_deref())?;
        let vetting = Resolver { names: names.clone(), must_be_public: true };
        let trusting = Resolver { names, must_be_public: false };
        Ok(Self(Arc::new(Inner {
            public: client(settings, tls.clone(), vetting)?,
            allowed: client(settings, tls, trusting)?,
            documents: Semaphore::new(settings.at_once),
            messages: Semaphore::new(settings.at_once),
            settings: settings.clone(),
            count,
        })))
    }

    pub(super) fn allowed(&self) -> &[AllowedHost] {
        &self.0.settings.allow_hosts
    }

    pub(super) async fn get(&self, purpose: Purpose, url: &str, wanted: &Wanted) -> Result<Document, FetchError> {
        let limit = wanted.at_most.unwrap_or(self.0.settings.body_limit);
        self.ask(purpose, url, wanted.within, async |target| {
            let _place = self.0.documents.acquire().await.map_err(|_| FetchError::TimedOut)?;
            let mut request = self.client(target).get(target.url.clone());
            if !wanted.media_types.is_empty() {
                request = request.header(ACCEPT, accept(wanted));
            }
            let response = send(request, purpose, target).await?;
            let header = |name| response.headers().get(name).and_then(|value| value.to_str().ok());
            let head = Head::read(response.status().as_u16(), header(CONTENT_TYPE), header(CACHE_CONTROL));
            head.judge(wanted)?;
            Ok(head.with(read(response, limit, purpose, target).await?))
        })
        .await
    }

    pub(super) async fn post(&self, purpose: Purpose, url: &str, message: Message<'_>) -> Result<u16, FetchError> {
        self.ask(purpose, url, None, async |target| {
            let _place = self.0.messages.acquire().await.map_err(|_| FetchError::TimedOut)?;
            let request = self.client(target).post(target.url.clone());
            let request = match &message {
                Message::Form(fields) => request.form(fields),
                Message::Json { body, bearer: None } => request.json(body),
                Message::Json { body, bearer: Some(token) } => request.json(body).bearer_auth(token.expose()),
            };
            // What else the host says is of no use to anybody, and is not waited for.
            match send(request, purpose, target).await?.status().as_u16() {
                status @ 200..=299 => Ok(status),
                status => Err(FetchError::Status(status)),
            }
        })
        .await
    }

    pub(super) async fn exchange(
        &self,
        purpose: Purpose,
        request: http::Request<Vec<u8>>,
    ) -> Result<http::Response<Vec<u8>>, FetchError> {
        let (head, body) = request.into_parts();
        let (limit, url) = (self.0.settings.body_limit, head.uri.to_string());
        self.ask(purpose, &url, None, async |target| {
            let _place = self.0.documents.acquire().await.map_err(|_| FetchError::TimedOut)?;
            let request = self.client(target).request(head.method.clone(), target.url.clone());
            let response = send(request.headers(head.headers.clone()).body(body.clone()), purpose, target).await?;
            let mut answer = http::Response::new(Vec::new());
            *answer.status_mut() = response.status();
            if let Some(kind) = response.headers().get(CONTENT_TYPE) {
                answer.headers_mut().insert(CONTENT_TYPE, kind.clone());
            }
            *answer.body_mut() = read(response, limit, purpose, target).await?;
            Ok(answer)
        })
        .await
    }

    /// Judge a URL, ask within the time, and tell what came of it.
    async fn ask<T>(
        &self,
        purpose: Purpose,
        url: &str,
        within: Option<Duration>,
        asking: impl AsyncFnOnce(&Target) -> Result<T, FetchError>,
    ) -> Result<T, FetchError> {
        let within = within.unwrap_or(self.0.settings.timeout).min(self.0.settings.timeout);
        let outcome = match Target::read(url, &self.0.settings.allow_hosts) {
            Ok(target) => {
                let asked = tokio::time::timeout(within, asking(&target)).await;
                let outcome = asked.unwrap_or(Err(FetchError::TimedOut));
                if let Err(error) = &outcome {
                    let (purpose, outcome, host) = (purpose.name(), error.name(), target.host());
                    tracing::info!(purpose, outcome, host, "a request to another server failed: {error}");
                }
                outcome
            }
            Err(error) => Err(error),
        };
        (self.0.count)(purpose.name(), outcome.as_ref().map_or_else(|error| error.name(), |_| "answered"));
        outcome
    }

    fn client(&self, target: &Target) -> &Client {
        if target.is_allowed { &self.0.allowed } else { &self.0.public }
    }
}

#[expect(clippy::disallowed_methods, reason = "the one client for requests to other servers")]
fn client(settings: &FetchSettings, tls: rustls::ClientConfig, resolver: Resolver) -> Result<Client> {
    let must_be_public = resolver.must_be_public;
    Client::builder()
        .tls_backend_preconfigured(tls)
        .https_only(must_be_public)
        .dns_resolver(resolver)
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .no_proxy()
        .referer(false)
        .user_agent("Hosho")
        .connect_timeout(settings.connect_timeout)
        // A connection is used once: a request on an idle one that its host is just closing would be lost.
        .pool_max_idle_per_host(0)
        .build()
        .map_err(|error| Fault::because("the client for requests to other servers cannot be made", error).into())
}

/// The `Accept` header. Suffixes are for judging only.
fn accept(wanted: &Wanted) -> String {
    let whole: Vec<&str> = wanted.media_types.iter().copied().filter(|name| !name.starts_with('+')).collect();
    whole.join(", ")
}

async fn send(request: RequestBuilder, purpose: Purpose, target: &Target) -> Result<Response, FetchError> {
    request.send().await.map_err(|error| explain(error, purpose, target))
}

/// The body, cut off where it becomes too large, whatever its length was said to be.
async fn read(mut response: Response, limit: usize, purpose: Purpose, target: &Target) -> Result<Vec<u8>, FetchError> {
    if response.content_length().is_some_and(|length| length > limit as u64) {
        return Err(FetchError::TooLarge);
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| explain(error, purpose, target))? {
        if body.len() + chunk.len() > limit {
            return Err(FetchError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// What an error of the client means. The details are for the log.
fn explain(error: reqwest::Error, purpose: Purpose, target: &Target) -> FetchError {
    let error = error.without_url();
    let mut details = error.to_string();
    let mut is_private = false;
    let mut cause = std::error::Error::source(&error);
    while let Some(inner) = cause {
        is_private |= inner.is::<NotPublic>();
        details = format!("{details}: {inner}");
        cause = inner.source();
    }
    tracing::debug!(purpose = purpose.name(), host = target.host(), details, "no answer from another server");
    if is_private {
        FetchError::NotPublic
    } else if error.is_timeout() {
        FetchError::TimedOut
    } else {
        FetchError::Unreachable
    }
}
