//! What a person gave a client in one sign-on, and the code that carries it there. RFC 6749 §1.3 and §4.1.2.

use serde_json::Value;

use super::authorization_details::AuthorizationDetails;
use super::claims_locales::ClaimsLocales;
use super::claims_request::ClaimsRequest;
use super::confirmation::Confirmation;
use super::scope::Scope;
use super::token::authorization_code::BoundCode;
use crate::base::Timestamp;
use crate::base::id::{ClientId, GrantId, SessionId, Subject};

/// One authorization. Every token of it is void once it is revoked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// Its name, which access tokens carry.
    pub id: GrantId,
    /// Whose it is.
    pub sub: Subject,
    /// By which subject its client knows the person, where that is one of a former account.
    pub known_as: Option<Subject>,
    /// To whom it was given.
    pub client: ClientId,
    /// What was given.
    pub scope: Scope,
    /// Single claims asked for by name.
    pub claims: ClaimsRequest,
    /// The languages in which claims are wished.
    pub claims_locales: ClaimsLocales,
    /// The resources asked for; empty means by scope.
    pub resource: Vec<String>,
    /// What was given in detail.
    pub authorization_details: AuthorizationDetails,
    /// The browser session it was given in; none where its client runs elsewhere, so that the end of a session does
    /// not concern it.
    pub session: Option<SessionId>,
    /// Whether it outlives that session: `offline_access` was granted, or the client runs on another device.
    /// [OpenID Connect Core §11](https://openid.net/specs/openid-connect-core-1_0.html#OfflineAccess)
    pub outlives_session: bool,
    /// When the person was recognised.
    pub auth_time: Timestamp,
    /// How surely: the value of the claim.
    pub acr: String,
    /// By which methods: the values of the claim.
    pub amr: Vec<String>,
    /// Whether ID tokens must say `auth_time`.
    pub wants_auth_time: bool,
    /// The key that must be proven with its refresh tokens, where the client cannot prove itself otherwise.
    pub confirmation: Option<Confirmation>,
    /// Who acts for the person (RFC 8693 §4.1), where it is not the client in its own name.
    pub act: Option<Value>,
    /// When it was given.
    pub created_at: Timestamp,
    /// When it was taken back.
    pub revoked_at: Option<Timestamp>,
}

impl Grant {
    /// The subject by which its client knows the person, before it is made pairwise.
    pub fn name(&self) -> &Subject {
        self.known_as.as_ref().unwrap_or(&self.sub)
    }
}

/// A code as it was issued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuedCode {
    /// The grant that it carries.
    pub grant: GrantId,
    /// What it is bound to.
    pub bound: BoundCode,
    /// The `nonce` of the authorization request.
    pub nonce: Option<String>,
    /// When it was exchanged. A second time means that somebody else has it too.
    pub consumed_at: Option<Timestamp>,
}
