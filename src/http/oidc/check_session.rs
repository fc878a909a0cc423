//! The frame that pages of clients ask whether the person is still signed in. OpenID Connect Session Management 1.0 §3.

use askama::Template;
use http::header::CONTENT_SECURITY_POLICY;

use crate::app::Work;
use crate::base::{Refusal, Result};
use crate::http::extract::browser::CookieName;
use crate::http::extract::call::Call;
use crate::http::respond::page::page;
use crate::http::respond::reply::{Reply, ReplyExt as _};
use crate::http::{assets, headers};

/// Nothing to see: a script that compares.
#[derive(Template)]
#[template(path = "oidc/check_session.html")]
struct CheckSessionView {
    cookie: &'static str,
    script: &'static str,
}

/// `GET /check_session`
pub(super) async fn show(work: &mut Work, _: Call) -> Result<Reply> {
    let config = &work.app().config;
    if !config.protocol.session_management {
        return Err(Refusal::NotFound.into());
    }
    let cookie = CookieName::State.as_str(config.top.issuer.is_secure());
    let view = CheckSessionView { cookie, script: assets::url("check_session.js") };
    Ok(page(&view)?.with(CONTENT_SECURITY_POLICY, headers::FRAMED_POLICY))
}
