//! One request as its handler sees it: read whole within limits, checked for what is never acceptable.

use std::net::IpAddr;
use std::sync::Arc;

use axum::body::Bytes;
use http::{HeaderMap, Method};

use super::browser::Browser;
use super::form::Fields;
use crate::base::id::{Id, SessionId, Subject};
use crate::base::{Locale, Refusal, Result};
use crate::domain::actor::Origin;
use crate::jose::ClientCertificate;
use crate::oidc::possession::Possession;

/// A request.
pub struct Call {
    /// `GET`, `POST`, …
    pub method: Method,
    /// The path, as sent.
    pub path: String,
    /// The query, as sent, without the question mark.
    pub query: String,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
    /// From where it came.
    pub origin: Origin,
    /// The certificate whose key the client proved to hold, in TLS or to a trusted proxy (RFC 8705).
    pub certificate: Option<Arc<ClientCertificate>>,
    /// The browser's own cookie and what hangs on it.
    pub browser: Browser,
    /// Who is signed in, where the route asks for it.
    pub visitor: Option<Visitor>,
    /// The language of the answer.
    pub locale: Locale,
    pub(in crate::http) params: Vec<(String, String)>,
}

/// A person who is signed in in this browser.
#[derive(Clone, Debug)]
pub struct Visitor {
    /// Who.
    pub sub: Subject,
    /// In which session.
    pub session: SessionId,
    /// Their name, as shown to themselves.
    pub name: String,
    /// The language they chose.
    pub locale: Option<Locale>,
    /// The zone they live in.
    pub time_zone: Option<String>,
}

impl Call {
    /// A part of the path, as an identifier.
    pub fn at<T: Id>(&self, name: &str) -> Result<T> {
        self.param(name).map(|text| T::from_text(text.to_owned()))
    }

    /// A part of the path, decoded.
    pub fn param(&self, name: &str) -> Result<&str> {
        self.params
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
            .ok_or_else(|| Refusal::NotFound.into())
    }

    /// The fields of the query.
    pub fn query_fields(&self) -> Result<Fields> {
        Fields::parse(self.query.as_bytes())
    }

    /// The fields of a form in the body.
    pub fn form(&self) -> Result<Fields> {
        Fields::parse(&self.body)
    }

    /// A header, where it is there once and plain text.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers.get_all(name).iter();
        let first = values.next()?;
        if values.next().is_some() { None } else { first.to_str().ok() }
    }

    /// What its sender shows to possess. A proof that is no text is no proof, but one that was sent.
    pub fn possession(&self) -> Possession {
        let proofs = self.headers.get_all("dpop").iter().map(|value| value.to_str().unwrap_or_default().to_owned());
        Possession {
            proofs: proofs.collect(),
            certificate: self.certificate.clone(),
            method: self.method.to_string(),
            path: self.path.clone(),
        }
    }

    /// The address that limits are counted by.
    pub fn network(&self) -> Option<IpAddr> {
        self.origin.address
    }

    /// The person who is signed in; the wrapper of the route has made sure of it.
    pub fn signed_in(&self) -> Result<&Visitor> {
        self.visitor.as_ref().ok_or_else(|| Refusal::Unauthenticated.into())
    }

    /// The token that a form on the page must carry.
    pub fn csrf(&self) -> &str {
        &self.browser.csrf
    }
}
