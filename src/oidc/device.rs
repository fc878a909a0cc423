//! Device authorization: an appliance shows a code, a person types it into a browser. RFC 8628 §3.1 and §3.2
//! (everything).

use serde::Serialize;

use super::audience::{Reach, Resources};
use super::client::Client;
use super::decoupled;
use super::error::OAuthError;
use super::params::Params;
use super::scope::Scope;
use super::server::{Server, path};
use super::user_code::UserCode;
use crate::base::secret::Secret;

/// What a device asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceAuthorizationRequest {
    /// What the tokens are for.
    pub scope: Scope,
    /// The resources they are for; empty means by scope.
    pub resource: Vec<String>,
}

impl DeviceAuthorizationRequest {
    /// Read and check the parameters. [RFC 8628 §3.1](https://www.rfc-editor.org/rfc/rfc8628#section-3.1)
    pub fn read(params: &Params, client: &Client, resources: &Resources) -> Result<Self, OAuthError> {
        decoupled::refuse_details(params)?;
        let scope = decoupled::scope(params, client, resources)?;
        let resource = resources.check(Reach::of_scope(&scope), params.resources())?;
        Ok(Self { scope, resource })
    }
}

/// What the device gets. [RFC 8628 §3.2](https://www.rfc-editor.org/rfc/rfc8628#section-3.2)
#[derive(Debug)]
pub struct DeviceAuthorizationResponse {
    /// What it polls with.
    pub device_code: Secret,
    /// What it shows.
    pub user_code: UserCode,
    /// How long both are good, in seconds.
    pub expires_in: u64,
    /// The pause between two tries, in seconds.
    pub interval: u64,
}

#[derive(Serialize)]
struct Wire<'a> {
    device_code: &'a str,
    user_code: String,
    verification_uri: String,
    verification_uri_complete: String,
    expires_in: u64,
    interval: u64,
}

impl DeviceAuthorizationResponse {
    /// The body. The complete address is short enough for a QR code that a low-resolution display can show.
    pub fn to_json(&self, server: &Server) -> Result<Vec<u8>, serde_json::Error> {
        let (user_code, verification_uri) = (self.user_code.to_string(), server.url(path::DEVICE));
        serde_json::to_vec(&Wire {
            device_code: self.device_code.expose(),
            verification_uri_complete: format!("{verification_uri}?user_code={user_code}"),
            verification_uri,
            user_code,
            expires_in: self.expires_in,
            interval: self.interval,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oidc::client::tests::with;
    use crate::oidc::server::tests::server;

    #[test]
    fn the_answer_has_every_member_of_the_standard() {
        let response = DeviceAuthorizationResponse {
            device_code: Secret::new("d"),
            user_code: UserCode::parse("WDJBMJHT").unwrap(),
            expires_in: 600,
            interval: 5,
        };
        let body: serde_json::Value = serde_json::from_slice(&response.to_json(&server()).unwrap()).unwrap();
        assert_eq!(
            body,
            serde_json::json!({
                "device_code": "d", "user_code": "WDJB-MJHT", "verification_uri": "https://id.example/device",
                "verification_uri_complete": "https://id.example/device?user_code=WDJB-MJHT",
                "expires_in": 600, "interval": 5,
            })
        );
    }

    #[test]
    fn resources_must_be_reached_by_the_scope() {
        let client = with(r#"{"redirect_uris": ["https://tv.example/cb"], "scope": "openid products"}"#);
        let read = |form: &str| {
            let params = Params::parse_strict(&[form.as_bytes()]).unwrap();
            DeviceAuthorizationRequest::read(&params, &client, &Resources::own("https://id.example"))
                .map_err(|error| error.code.as_str())
        };
        let registry = "resource=https%3A%2F%2Fid.example%2Fregistry%2Fv1";
        assert_eq!(read(&format!("scope=products&{registry}")).unwrap().resource, ["https://id.example/registry/v1"]);
        assert_eq!(read(&format!("scope=openid&{registry}")), Err("invalid_target"));
        assert_eq!(read("scope=openid&resource=https%3A%2F%2Fother.example"), Err("invalid_target"));
        assert_eq!(read("scope=openid&authorization_details=%5B%5D"), Err("invalid_authorization_details"));
    }
}
