//! What a client registers about asking in the back channel. OpenID Connect CIBA §4.

use serde_json::{Value, json};

use super::KeySource;
use crate::base::url::is_showable_link;
use crate::jose::Algorithm;
use crate::oidc::ciba::ALGORITHMS;
use crate::oidc::client::member::{Members, wrong};
use crate::oidc::client::profile::Rules;
use crate::oidc::error::OAuthError;

/// How a client learns that somebody has decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeliveryMode {
    /// It asks.
    Poll,
    /// It is told, and then asks.
    Ping,
}

impl DeliveryMode {
    /// Both, as listed in the metadata.
    pub const ALL: [Self; 2] = [Self::Poll, Self::Ping];

    /// The word in metadata.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Poll => "poll",
            Self::Ping => "ping",
        }
    }
}

/// What was registered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CibaMetadata {
    /// `backchannel_token_delivery_mode`
    pub delivery_mode: Option<DeliveryMode>,
    /// `backchannel_client_notification_endpoint`
    pub notification_endpoint: Option<String>,
    /// `backchannel_authentication_request_signing_alg`: every request is signed with it; absent, none is.
    pub signing_alg: Option<Algorithm>,
    /// `backchannel_user_code_parameter`: whether it says so; there are no user codes here.
    pub user_code: bool,
}

impl CibaMetadata {
    pub(super) fn read(members: &Members<'_>) -> Result<Self, OAuthError> {
        let mode = |word: &str| DeliveryMode::ALL.into_iter().find(|mode| mode.as_str() == word);
        Ok(Self {
            delivery_mode: members.choice("backchannel_token_delivery_mode", mode)?,
            notification_endpoint: members.text("backchannel_client_notification_endpoint")?.map(str::to_owned),
            signing_alg: members.choice("backchannel_authentication_request_signing_alg", Algorithm::known_as)?,
            user_code: members.flag("backchannel_user_code_parameter")?,
        })
    }

    pub(super) fn put(&self, put: &mut impl FnMut(&str, Value)) {
        put("backchannel_token_delivery_mode", json!(self.delivery_mode.map(DeliveryMode::as_str)));
        put("backchannel_client_notification_endpoint", json!(self.notification_endpoint));
        put("backchannel_authentication_request_signing_alg", json!(self.signing_alg.map(Algorithm::name)));
        if self.delivery_mode.is_some() {
            put("backchannel_user_code_parameter", json!(self.user_code));
        }
    }

    pub(super) fn check(&self, is_used: bool, keys: &KeySource, rules: &Rules) -> Result<(), OAuthError> {
        if is_used && self.delivery_mode.is_none() {
            return Err(wrong("backchannel_token_delivery_mode", "is needed for the ciba grant"));
        }
        if self.user_code {
            return Err(wrong("backchannel_user_code_parameter", "must be false: there are no user codes here"));
        }
        if self.notification_endpoint.as_deref().is_some_and(|uri| !is_showable_link(uri)) {
            return Err(wrong("backchannel_client_notification_endpoint", "must be an https URL"));
        }
        if self.delivery_mode == Some(DeliveryMode::Ping) && self.notification_endpoint.is_none() {
            return Err(wrong("backchannel_client_notification_endpoint", "is needed for the mode ping"));
        }
        match self.signing_alg {
            None if is_used && rules.signed_request => {
                Err(wrong("backchannel_authentication_request_signing_alg", "is needed under this hosho_profile"))
            }
            None => Ok(()),
            Some(algorithm) if !ALGORITHMS.contains(&algorithm) || !rules.algorithms.contains(&algorithm) => {
                Err(wrong("backchannel_authentication_request_signing_alg", "has an algorithm that is refused"))
            }
            Some(algorithm) => keys.must_verify(&[algorithm]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oidc::client::ClientMetadata;

    fn register(more: &str) -> Result<ClientMetadata, OAuthError> {
        let grants = r#"["urn:openid:params:grant-type:ciba"]"#;
        ClientMetadata::register(&format!(r#"{{"redirect_uris": [], "grant_types": {grants}{more}}}"#))
    }

    #[test]
    fn what_was_registered_is_read_back() {
        let metadata = register(
            r#", "backchannel_token_delivery_mode": "ping", "jwks_uri": "https://rp.example/jwks",
            "backchannel_client_notification_endpoint": "https://rp.example/ping",
            "backchannel_authentication_request_signing_alg": "PS256", "backchannel_user_code_parameter": false"#,
        )
        .unwrap();
        let stored = ClientMetadata::from_stored(&Value::Object(metadata.to_json()).to_string()).unwrap();
        assert_eq!(stored.ciba, metadata.ciba);
        assert_eq!(metadata.to_json()["backchannel_user_code_parameter"], false);
        assert!(register(r#", "backchannel_token_delivery_mode": "poll""#).is_ok());
    }

    #[test]
    fn what_could_never_work_is_refused() {
        let poll = r#""backchannel_token_delivery_mode": "poll""#;
        for bad in [
            String::new(),
            r#", "backchannel_token_delivery_mode": "push""#.to_owned(),
            r#", "backchannel_token_delivery_mode": "ping""#.to_owned(),
            r#", "backchannel_token_delivery_mode": "ping",
                "backchannel_client_notification_endpoint": "http://rp.example/ping""#
                .to_owned(),
            format!(r#", {poll}, "backchannel_user_code_parameter": true"#),
            format!(r#", {poll}, "backchannel_authentication_request_signing_alg": "PS256""#),
            format!(r#", {poll}, "backchannel_authentication_request_signing_alg": "none""#),
            format!(
                r#", {poll}, "jwks_uri": "https://rp.example/jwks",
                "backchannel_authentication_request_signing_alg": "RS256""#
            ),
            format!(r#", {poll}, "token_endpoint_auth_method": "none""#),
        ] {
            assert_eq!(register(&bad).unwrap_err().code.as_str(), "invalid_client_metadata", "{bad}");
        }
    }
}
