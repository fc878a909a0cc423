//! Where a client is told that a session has ended. OpenID Connect Back-Channel Logout §2.2, Front-Channel Logout §2.

use serde_json::{Value, json};

use super::RedirectUri;
use crate::base::url::is_showable_link;
use crate::oidc::client::member::{Members, wrong};
use crate::oidc::error::OAuthError;

/// The addresses, and whether the client needs to know which session it was.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogoutUris {
    /// `backchannel_logout_uri`: a logout token is posted there by this server.
    pub back_channel: Option<String>,
    /// `backchannel_logout_session_required`. Every logout token has `sid` anyway.
    pub back_channel_session: bool,
    /// `frontchannel_logout_uri`: loaded in a frame of the page on which the person signs out.
    pub front_channel: Option<String>,
    /// `frontchannel_logout_session_required`: `iss` and `sid` are added to it.
    pub front_channel_session: bool,
}

impl LogoutUris {
    pub(super) fn read(members: &Members<'_>) -> Result<Self, OAuthError> {
        Ok(Self {
            back_channel: members.text("backchannel_logout_uri")?.map(str::to_owned),
            back_channel_session: members.flag("backchannel_logout_session_required")?,
            front_channel: members.text("frontchannel_logout_uri")?.map(str::to_owned),
            front_channel_session: members.flag("frontchannel_logout_session_required")?,
        })
    }

    pub(super) fn put(&self, put: &mut impl FnMut(&str, Value)) {
        put("backchannel_logout_uri", json!(self.back_channel));
        put("frontchannel_logout_uri", json!(self.front_channel));
        if self.back_channel.is_some() {
            put("backchannel_logout_session_required", json!(self.back_channel_session));
        }
        if self.front_channel.is_some() {
            put("frontchannel_logout_session_required", json!(self.front_channel_session));
        }
    }

    /// [Back-Channel Logout §2.2](https://openid.net/specs/openid-connect-backchannel-1_0.html#BCRegistration): an
    /// absolute URI without a fragment. [Front-Channel Logout §2](https://openid.net/specs/openid-connect-frontchannel-1_0.html#RPLogout):
    /// its scheme, host and port are those of a redirection URI, so that no other site is loaded.
    pub(super) fn check(&self, redirect_uris: &[RedirectUri]) -> Result<(), OAuthError> {
        let unfit = |uri: &str| !is_showable_link(uri) || uri.contains('#');
        if self.back_channel.as_deref().is_some_and(unfit) {
            return Err(wrong("backchannel_logout_uri", "must be an https URL without a fragment"));
        }
        let Some(uri) = &self.front_channel else { return Ok(()) };
        if unfit(uri) {
            return Err(wrong("frontchannel_logout_uri", "must be an https URL without a fragment"));
        }
        let origin = |uri: &str| url::Url::parse(uri).ok().map(|url| url.origin());
        let own = origin(uri);
        if redirect_uris.iter().any(|known| own.is_some() && origin(known.as_str()) == own) {
            Ok(())
        } else {
            Err(wrong("frontchannel_logout_uri", "must have the scheme, host and port of a redirection URI"))
        }
    }

    /// Whether the client wants to be told at all.
    pub fn is_any(&self) -> bool {
        self.back_channel.is_some() || self.front_channel.is_some()
    }
}
