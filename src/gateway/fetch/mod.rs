//! The one way out to servers that clients name: `jwks_uri`, `request_uri`, `sector_identifier_uri`, client ID
//! metadata documents, back-channel logout, CIBA notifications. And to providers that people sign in with, which name
//! addresses of theirs.
//!
//! Whoever may name a URL must not be able to make this server ask the inside of its network (SSRF). Therefore:
//!
//! - only `https`, without user information, checked against Mozilla's authorities and those of a setting;
//! - only public addresses, however they are written; a name counts if all its addresses are public, and what was
//!   judged is what is connected to;
//! - hosts for which this does not hold stand in a setting, each with its port, and nowhere else;
//! - a redirect is an answer like any other and no document; no proxy, cookies or `Referer`; nothing is decompressed;
//! - limits on the time in all, the time to connect, the size of an answer and the requests at once, in places of
//!   their own, so that slow hosts hold up nothing else.
//!
//! # Decisions
//!
//! What is wrong is told in sentences that say nothing of the inside: whether a name is unknown, leads to a private
//! address, refuses connections or does not answer is one sentence. The log has the details.
//!
//! A connection is used for one request. Documents are remembered and messages are rare, so that keeping connections
//! would save little; a message on one that its host is just closing would be lost; and every request is vetted anew.

mod address;
mod document;
mod error;
mod live;
pub mod names;
mod purpose;
pub mod scripted;
mod target;
mod trust;

use serde_json::Value;

pub use document::{Document, Wanted};
pub use error::FetchError;
pub use live::{Count, Live};
pub use purpose::Purpose;
pub use scripted::Scripted;

use crate::base::Result;
use crate::base::secret::Secret;
use crate::config::sections::FetchSettings;
use target::Target;

/// One of two ways to get an answer. A copy shares everything with its original.
#[derive(Clone)]
pub enum Fetch {
    /// The network.
    Live(Live),
    /// Answers that tests write.
    Scripted(Scripted),
}

/// What is posted.
enum Message<'a> {
    Form(&'a [(&'a str, &'a str)]),
    Json { body: &'a Value, bearer: Option<&'a Secret> },
}

impl Fetch {
    /// The network, within the limits of the settings. `count` is told the outcome of every request.
    pub fn live(settings: &FetchSettings, count: Count) -> Result<Self> {
        Ok(Self::Live(Live::open(settings, names::Names::system(), count)?))
    }

    /// Whether a URL may be asked at all, as far as can be said without asking: to be checked where it is stored.
    pub fn accepts(&self, url: &str) -> Result<(), FetchError> {
        let allowed = match self {
            Self::Live(live) => live.allowed(),
            Self::Scripted(scripted) => scripted.allowed(),
        };
        Target::read(url, allowed).map(drop)
    }

    /// GET a document. Only status 200 is one. No transaction may be open: it waits for another server.
    pub async fn get(&self, purpose: Purpose, url: &str, wanted: &Wanted) -> Result<Document, FetchError> {
        match self {
            Self::Live(live) => live.get(purpose, url, wanted).await,
            Self::Scripted(scripted) => scripted.get(purpose, url, wanted).await,
        }
    }

    /// POST fields as a form; the status if it is one of success (2xx). No transaction may be open.
    pub async fn post_form(&self, purpose: Purpose, url: &str, fields: &[(&str, &str)]) -> Result<u16, FetchError> {
        self.post(purpose, url, Message::Form(fields)).await
    }

    /// POST a JSON value, with a bearer token where one is given; the status if it is one of success (2xx).
    /// No transaction may be open.
    pub async fn post_json(
        &self,
        purpose: Purpose,
        url: &str,
        body: &Value,
        bearer: Option<&Secret>,
    ) -> Result<u16, FetchError> {
        self.post(purpose, url, Message::Json { body, bearer }).await
    }

    /// Ask as a protocol wants it and get the answer whatever its status is, within the same limits: for the endpoints
    /// of a provider, whose errors say something. No transaction may be open.
    pub async fn exchange(
        &self,
        purpose: Purpose,
        request: http::Request<Vec<u8>>,
    ) -> Result<http::Response<Vec<u8>>, FetchError> {
        match self {
            Self::Live(live) => live.exchange(purpose, request).await,
            Self::Scripted(scripted) => scripted.exchange(purpose, request).await,
        }
    }

    async fn post(&self, purpose: Purpose, url: &str, message: Message<'_>) -> Result<u16, FetchError> {
        match self {
            Self::Live(live) => live.post(purpose, url, message).await,
            Self::Scripted(scripted) => scripted.post(purpose, url, &message).await,
        }
    }
}
