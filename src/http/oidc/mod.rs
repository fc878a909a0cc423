//! The protocol's endpoints that browsers and clients reach: metadata, authorization, consent, signing out.

mod authorize;
mod consent;
mod discovery;
mod end_session;
mod outcome;

use http::Method;

use super::route::{Access, Routes};
use crate::app::work::Access as Mode;
use crate::oidc::server::path;

/// The authorize side of the protocol.
pub fn routes() -> Routes {
    Routes::under("")
        .protocol(Method::GET, path::OPENID_CONFIGURATION, Mode::Read, discovery::show)
        .protocol(Method::GET, path::OAUTH_SERVER, Mode::Read, discovery::show)
        .protocol_page(Method::GET, path::AUTHORIZE, Mode::Write, authorize::begin)
        .protocol_page(Method::POST, path::AUTHORIZE, Mode::Write, authorize::begin)
        .protocol_page(Method::GET, "/authorize/{id}", Mode::Write, authorize::resume)
        .form("/authorize/{id}/cancel", Access::Public, authorize::cancel)
        .page("/consent", Access::Public, consent::show)
        .form("/consent", Access::Public, consent::answer)
        .protocol_page(Method::GET, path::END_SESSION, Mode::Write, end_session::ask)
        .protocol_page(Method::POST, path::END_SESSION, Mode::Write, end_session::ask)
        .form("/end_session/confirm", Access::Public, end_session::confirm)
}
