//! The authorization endpoint's rules. RFC 6749 §4.1.1, OpenID Connect Core §3.1.2, RFC 9700 §2.1.
//!
//! First what is asked is settled, in whatever way it arrived ([`arrival`]). Then [`identify`]: which client asks, and may answers go to that URI? Until both are certain there is
//! an error page and never a redirect; [`Untrusted`] has no way to one. Afterwards only [`Identified`] can
//! send answers, so an error cannot reach a URI that was not verified. Then [`checks::read`] makes an
//! [`AuthorizationRequest`] of the parameters, and [`interaction::decide`] says which page comes next.

pub mod arrival;
pub mod checks;
pub mod id_token_hint;
pub mod interaction;
pub mod jarm;
pub mod leaving;
pub mod pushed;
pub mod reference;
pub mod request;
pub mod request_object;
pub mod response;

pub use request::{AuthorizationRequest, WantedAcr};
pub use response::{Answer, Delivery, Granted, Response};

use std::sync::Arc;

use super::client::{Client, RedirectUri};
use super::error::{ErrorCode, OAuthError};
use super::params::Params;
use super::response_mode::Transport;
use super::response_type::ResponseType;

crate::id! {
    /// An authorization request that waits for a page.
    AuthorizationRequestId,
}

/// Why nothing can be sent back: the person gets a page with this reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Untrusted {
    /// The request cannot be read at all.
    Malformed,
    /// `client_id` is missing or repeated.
    NoClient,
    /// There is no such client, or it is switched off.
    UnknownClient,
    /// `redirect_uri` is missing or repeated. It is always required, even of clients with only one,
    /// so that a request says in full where its answer goes.
    NoRedirectUri,
    /// `redirect_uri` is not registered for this client.
    UnknownRedirectUri,
    /// The request has ended, or belongs to another browser.
    GoneRequest,
    /// The `request_uri` is none of ours, has ended, was used, or is another client's.
    GonePushedRequest,
    /// What should say where answers go was refused with this code.
    Refused(ErrorCode),
}

impl Untrusted {
    /// The code that the page shows.
    pub const fn code(self) -> ErrorCode {
        match self {
            Self::UnknownClient => ErrorCode::InvalidClient,
            Self::GonePushedRequest => ErrorCode::InvalidRequestUri,
            Self::Refused(code) => code,
            Self::Malformed | Self::NoClient | Self::NoRedirectUri | Self::UnknownRedirectUri | Self::GoneRequest => {
                ErrorCode::InvalidRequest
            }
        }
    }
}

/// A request whose client and redirection URI are certain: the only thing that can answer.
#[derive(Clone, Debug)]
pub struct Identified {
    /// Who asks.
    pub client: Arc<Client>,
    redirect_uri: RedirectUri,
    transport: Result<Transport, OAuthError>,
    default_transport: Transport,
    state: Option<String>,
}

/// Be certain about the client and the redirection URI. `client` is what was found under the
/// `client_id` of the request (see [`client_id`]).
pub fn identify(params: &Params, client: Option<Arc<Client>>) -> Result<Identified, Untrusted> {
    client_id(params)?;
    let client = client.filter(|client| !client.disabled).ok_or(Untrusted::UnknownClient)?;
    let requested = params.get("redirect_uri").ok_or(Untrusted::NoRedirectUri)?;
    let redirect_uri = client.redirect_uri(requested).ok_or(Untrusted::UnknownRedirectUri)?;
    let response_type = params.get("response_type").and_then(ResponseType::from_words);
    let transport = Transport::choose(params.get("response_mode"), response_type, &client);
    Ok(Identified {
        redirect_uri,
        transport: transport.and_then(|transport| transport.carrying(params.get("state"))),
        default_transport: Transport::default_of(response_type, &client),
        state: params.get("state").map(str::to_owned),
        client,
    })
}

/// The client that a request names.
pub fn client_id(params: &Params) -> Result<&str, Untrusted> {
    params.get("client_id").ok_or(Untrusted::NoClient)
}

impl Identified {
    /// Where answers go.
    pub fn redirect_uri(&self) -> &RedirectUri {
        &self.redirect_uri
    }

    /// What the client wants back unchanged.
    pub fn state(&self) -> Option<&str> {
        self.state.as_deref()
    }

    /// Refuse a `response_mode` that does not fit. This error itself goes the default way.
    pub fn check_response_mode(&self) -> Result<(), OAuthError> {
        self.transport.as_ref().map(|_| ()).map_err(Clone::clone)
    }

    /// The answer for the client, with `state` and where it goes.
    pub fn respond(&self, answer: &Answer) -> Response {
        let transport = *self.transport.as_ref().unwrap_or(&self.default_transport);
        Response::new(self.redirect_uri.clone(), transport, answer, self.state())
    }
}

#[cfg(test)]
pub(crate) mod tests;
