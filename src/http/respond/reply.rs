//! An answer and the small pieces it is made of.

use axum::body::Body;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName, LOCATION, SET_COOKIE};
use http::{HeaderValue, Response, StatusCode};

/// An answer.
pub type Reply = Response<Body>;

/// Small steps that make an answer.
pub trait ReplyExt {
    /// Set a header; a value that no header can carry is left out.
    #[must_use]
    fn with(self, name: HeaderName, value: &str) -> Self;
    /// Set a cookie beside the others.
    #[must_use]
    fn with_cookie(self, cookie: &str) -> Self;
    /// Set several cookies beside the others.
    #[must_use]
    fn with_cookies(self, cookies: &[String]) -> Self;
    /// With another status.
    #[must_use]
    fn with_status(self, status: StatusCode) -> Self;
}

impl ReplyExt for Reply {
    fn with(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers_mut().insert(name, value);
        }
        self
    }

    fn with_cookie(mut self, cookie: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(cookie) {
            self.headers_mut().append(SET_COOKIE, value);
        }
        self
    }

    fn with_cookies(self, cookies: &[String]) -> Self {
        cookies.iter().fold(self, |reply, cookie| reply.with_cookie(cookie))
    }

    fn with_status(mut self, status: StatusCode) -> Self {
        *self.status_mut() = status;
        self
    }
}

/// An answer with a body of some kind, not to be stored.
pub fn body(status: StatusCode, kind: &'static str, content: impl Into<Body>) -> Reply {
    let mut reply = Response::new(content.into());
    *reply.status_mut() = status;
    reply.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    reply.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    reply
}

/// JSON.
pub fn json(status: StatusCode, value: &impl serde::Serialize) -> Reply {
    match serde_json::to_vec(value) {
        Ok(content) => body(status, "application/json", content),
        // Our own types always become JSON; if one does not, say so rather than send half of it.
        Err(error) => {
            tracing::error!(%error, "an answer could not be written as JSON");
            body(StatusCode::INTERNAL_SERVER_ERROR, "application/json", "{}")
        }
    }
}

/// "See Other": the browser goes on with GET and never posts the body again.
pub fn see_other(location: &str) -> Reply {
    body(StatusCode::SEE_OTHER, "text/plain; charset=utf-8", Body::empty()).with(LOCATION, location)
}

/// An answer without content.
pub fn no_content() -> Reply {
    let mut reply = Response::new(Body::empty());
    *reply.status_mut() = StatusCode::NO_CONTENT;
    reply.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    reply
}
