//! The protocol's endpoints: metadata and keys; authorization, consent, connecting devices and signing out for browsers;
//! token, device authorization, backchannel authentication, userinfo, introspection and revocation for clients, which authenticate as their
//! standards say.

mod authorize;
mod backchannel_authentication;
mod check_session;
mod choice;
mod conformance;
mod consent;
mod cors;
mod device;
mod device_authorization;
mod discovery;
mod document;
mod end_session;
mod introspect;
mod jwks;
mod outcome;
mod par;
mod protected_resource;
mod registration;
mod request;
mod revoke;
mod token;
mod userinfo;

use http::Method;

use super::route::{Access, Routes};
use crate::app::work::Access as Mode;
use crate::oidc::protected_resource::Api;
use crate::oidc::server::path;

/// Every endpoint of the protocol.
pub fn routes() -> Routes {
    Routes::under("")
        .protocol(Method::GET, path::OPENID_CONFIGURATION, Mode::Read, discovery::show)
        .protocol(Method::GET, path::OAUTH_SERVER, Mode::Read, discovery::show)
        .protocol(Method::GET, &Api::Management.metadata_path(), Mode::Read, protected_resource::management)
        .protocol(Method::GET, &Api::Registry.metadata_path(), Mode::Read, protected_resource::registry)
        .protocol_page(Method::GET, path::AUTHORIZE, Mode::Write, authorize::begin)
        .protocol_page(Method::POST, path::AUTHORIZE, Mode::Write, authorize::begin)
        .protocol_page(Method::GET, "/authorize/{id}", Mode::Write, authorize::resume)
        .form("/authorize/{id}/cancel", Access::Public, authorize::cancel)
        .page("/consent", Access::Public, consent::show)
        .form("/consent", Access::Public, consent::answer)
        .protocol_page(Method::GET, path::END_SESSION, Mode::Write, end_session::ask)
        .protocol_page(Method::POST, path::END_SESSION, Mode::Write, end_session::ask)
        .form("/end_session/confirm", Access::Public, end_session::confirm)
        .protocol_page(Method::GET, "/signed-out", Mode::Read, end_session::done)
        .protocol_page(Method::GET, path::CHECK_SESSION, Mode::Read, check_session::show)
        .protocol(Method::POST, path::DEVICE_AUTHORIZATION, Mode::Write, device_authorization::answer)
        .protocol(Method::POST, path::BACKCHANNEL_AUTHENTICATION, Mode::Write, backchannel_authentication::answer)
        .protocol(Method::POST, "/conformance/ciba", Mode::Write, conformance::ciba)
        .page(path::DEVICE, Access::Public, device::show)
        .form(path::DEVICE, Access::Public, device::enter)
        .page("/device/{id}", Access::Public, device::ask)
        .form("/device/{id}", Access::Public, device::decide)
        .protocol(Method::GET, path::JWKS, Mode::Read, jwks::show)
        .protocol(Method::POST, path::PAR, Mode::Write, par::push)
        .protocol(Method::OPTIONS, path::PAR, Mode::Read, cors::preflight)
        .protocol(Method::POST, path::TOKEN, Mode::Write, token::issue)
        .protocol(Method::OPTIONS, path::TOKEN, Mode::Read, cors::preflight)
        .protocol(Method::GET, path::USERINFO, Mode::Read, userinfo::get)
        .protocol(Method::POST, path::USERINFO, Mode::Read, userinfo::post)
        .protocol(Method::OPTIONS, path::USERINFO, Mode::Read, cors::preflight)
        .protocol(Method::POST, path::INTROSPECT, Mode::Read, introspect::answer)
        .protocol(Method::POST, path::REVOKE, Mode::Write, revoke::answer)
        .protocol(Method::OPTIONS, path::REVOKE, Mode::Read, cors::preflight)
        .protocol(Method::POST, path::REGISTER, Mode::Write, registration::register)
        .protocol(Method::OPTIONS, path::REGISTER, Mode::Read, cors::preflight)
        .protocol(Method::GET, "/register/{client_id}", Mode::Write, registration::show)
        .protocol(Method::PUT, "/register/{client_id}", Mode::Write, registration::replace)
        .protocol(Method::DELETE, "/register/{client_id}", Mode::Write, registration::remove)
        .protocol(Method::OPTIONS, "/register/{client_id}", Mode::Read, cors::preflight)
}
