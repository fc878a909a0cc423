//! How an authorization request arrives, and which ways a client may take. RFC 9101 §5 and §10.5, RFC 9126 §4 and §6,
//! OpenID Connect Core §6.
//!
//! # Decisions
//! - What was asked is settled before anything of it is looked at: from here on there is one set of parameters, and
//!   only it is kept while the request waits for a page. Nothing is fetched or verified twice.
//! - Where there is a request object, its parameters are the only ones that count (RFC 9101 §6.3). OpenID Connect Core
//!   §6.1 would let those around it fill its gaps; whoever changes the address in the browser could then, too.
//!   `client_id` and `response_type` around it must be the same where they are given; the rest is ignored, `state`
//!   among it. With a pushed request everything but `client_id` is ignored.
//! - An object that was not accepted says nothing, wherever it is signed: the error goes to the `redirect_uri` around
//!   it if that is registered for the client, with the `state` around it, else it is told on a page. A `request_uri`
//!   of ours that is not good (any more) always ends on a page, since it stands for a request of which nothing is known.

use super::pushed;
use crate::oidc::client::Client;
use crate::oidc::error::OAuthError;
use crate::oidc::params::Params;
use crate::oidc::response_type::ResponseType;
use crate::oidc::server::Server;

/// The parameters that make up an authorization request. Of a pushed request and of a request object nothing else is
/// kept, credentials above all.
pub const PARAMETERS: &[&str] = &[
    "acr_values",
    "authorization_details",
    "claims",
    "claims_locales",
    "client_id",
    "code_challenge",
    "code_challenge_method",
    "display",
    "dpop_jkt",
    "id_token_hint",
    "login_hint",
    "max_age",
    "nonce",
    "prompt",
    "redirect_uri",
    "registration",
    "resource",
    "response_mode",
    "response_type",
    "scope",
    "state",
    "ui_locales",
];

/// Where the parameters are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival<'a> {
    /// In the address or form that the browser brings.
    Plain,
    /// Here since the client pushed them, under this name.
    Pushed(&'a str),
    /// In a signed object that the browser brings.
    Object(&'a str),
    /// In a signed object at this address.
    Reference(&'a str),
}

impl<'a> Arrival<'a> {
    /// Where the parameters of this request are.
    pub fn of(params: &'a Params) -> Result<Self, OAuthError> {
        match (params.get("request"), params.get("request_uri")) {
            (Some(_), Some(_)) => Err(OAuthError::invalid_request("request and request_uri exclude each other")),
            (Some(object), None) => Ok(Self::Object(object)),
            (None, Some(uri)) => Ok(pushed::name(uri).map_or(Self::Reference(uri), Self::Pushed)),
            (None, None) => Ok(Self::Plain),
        }
    }

    /// Whether this client may ask so.
    pub fn check(self, client: &Client, server: &Server) -> Result<(), OAuthError> {
        let is_pushed = matches!(self, Self::Pushed(_));
        if !is_pushed && (server.require_pushed_requests || client.metadata.must_push_requests()) {
            return Err(OAuthError::invalid_request("authorization requests of this client must be pushed (RFC 9126)"));
        }
        // What was pushed was checked then.
        if self == Self::Plain && client.metadata.must_sign_requests() {
            return Err(unsigned());
        }
        Ok(())
    }
}

/// [RFC 9101 §10.5](https://www.rfc-editor.org/rfc/rfc9101#section-10.5)
pub fn unsigned() -> OAuthError {
    OAuthError::invalid_request("authorization requests of this client must be signed (RFC 9101)")
}

/// [OpenID Connect Core §6.1](https://openid.net/specs/openid-connect-core-1_0.html#RequestObject): what is around an
/// accepted object must not say otherwise.
pub fn same_around(inside: &Params, around: &Params) -> Result<(), OAuthError> {
    let kind = |params: &Params| params.get("response_type").map(|text| ResponseType::from_words(text).ok_or(()));
    match (kind(inside), kind(around)) {
        (Some(one), Some(other)) if one != other => {
            Err(OAuthError::invalid_request("response_type differs from that of the request object"))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oidc::client::tests::with;
    use crate::oidc::server::tests::server;

    fn params(query: &str) -> Params {
        Params::parse(&[query.as_bytes()]).unwrap()
    }

    #[test]
    fn one_way_at_a_time_a087() {
        for (query, expected) in [
            ("client_id=rp&state=x", Arrival::Plain),
            ("request=a.b.c", Arrival::Object("a.b.c")),
            ("request_uri=https://rp.example/object", Arrival::Reference("https://rp.example/object")),
            ("request_uri=urn:ietf:params:oauth:request_uri:abc", Arrival::Pushed("abc")),
        ] {
            assert_eq!(Arrival::of(&params(query)), Ok(expected), "{query}");
        }
        let both = params("request=a.b.c&request_uri=urn:ietf:params:oauth:request_uri:abc");
        assert_eq!(Arrival::of(&both).unwrap_err().code.as_str(), "invalid_request");
    }

    #[test]
    fn who_must_push_or_sign_may_not_do_otherwise_a092() {
        let free = with(r#"{"redirect_uris": ["https://rp.example/cb"]}"#);
        let pushing =
            with(r#"{"redirect_uris": ["https://rp.example/cb"], "require_pushed_authorization_requests": true}"#);
        let signing = with(
            r#"{"redirect_uris": ["https://rp.example/cb"], "require_signed_request_object": true,
                "jwks_uri": "https://rp.example/jwks"}"#,
        );
        let everybody = Server { require_pushed_requests: true, ..server() };
        let (plain, pushed, object) = (Arrival::Plain, Arrival::Pushed("x"), Arrival::Object("x"));
        let reference = Arrival::Reference("https://rp.example/object");
        for (client, server, allowed) in [
            (&free, server(), [plain, pushed, object, reference].as_slice()),
            (&free, everybody, &[pushed]),
            (&pushing, server(), &[pushed]),
            (&signing, server(), &[pushed, object, reference]),
        ] {
            for arrival in [plain, pushed, object, reference] {
                assert_eq!(arrival.check(client, &server).is_ok(), allowed.contains(&arrival), "{arrival:?}");
            }
        }
    }

    #[test]
    fn the_response_type_around_an_object_must_be_the_same_a087() {
        let inside = params("response_type=code+id_token");
        for (around, fits) in [
            ("state=x", true),
            ("response_type=code+id_token", true),
            ("response_type=id_token+code", true),
            ("response_type=code", false),
            ("response_type=saml", false),
        ] {
            assert_eq!(same_around(&inside, &params(around)).is_ok(), fits, "{around}");
        }
    }
}
