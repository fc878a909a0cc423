//! The token endpoint. RFC 6749 §3.2, §4.1.3, §4.4.2, §5 and §6; OpenID Connect Core §3.1.3 and §12; RFC 8628 §3.4.

pub mod authorization_code;
pub mod client_credentials;
pub mod refresh_token;
pub mod response;

pub use response::TokenResponse;

use super::client::GrantType;
use super::error::OAuthError;
use super::params::Params;
use super::scope::Scope;
use super::token_exchange::TokenExchangeRequest;
use crate::base::secret::Secret;

/// What is asked for, by grant type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenRequest {
    /// Tokens for a code. [RFC 6749 §4.1.3](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.3)
    AuthorizationCode {
        /// The code.
        code: Secret,
        /// The redirection URI of the authorization request.
        redirect_uri: Option<String>,
        /// The verifier behind the challenge (RFC 7636 §4.5).
        code_verifier: Option<String>,
    },
    /// Fresh tokens. [RFC 6749 §6](https://www.rfc-editor.org/rfc/rfc6749#section-6)
    RefreshToken {
        /// The refresh token.
        refresh_token: Secret,
        /// A narrower scope.
        scope: Option<Scope>,
    },
    /// A token for the client itself. [RFC 6749 §4.4.2](https://www.rfc-editor.org/rfc/rfc6749#section-4.4.2)
    ClientCredentials {
        /// The scope.
        scope: Option<Scope>,
    },
    /// Tokens for a device. [RFC 8628 §3.4](https://www.rfc-editor.org/rfc/rfc8628#section-3.4)
    DeviceCode {
        /// What the device polls with.
        device_code: Secret,
    },
    /// Tokens for a person who was asked elsewhere.
    /// [CIBA §10.1](https://openid.net/specs/openid-client-initiated-backchannel-authentication-core-1_0.html#token_request)
    Ciba {
        /// What the client polls with.
        auth_req_id: Secret,
    },
    /// A token by which the client acts for the person of another.
    /// [RFC 8693 §2.1](https://www.rfc-editor.org/rfc/rfc8693#section-2.1)
    TokenExchange(Box<TokenExchangeRequest>),
}

impl TokenRequest {
    /// Read the parameters.
    pub fn parse(params: &Params) -> Result<Self, OAuthError> {
        let scope = || params.get("scope").map(Scope::parse).transpose();
        let grant_type = params.required("grant_type")?;
        let grant = GrantType::from_word(grant_type)
            .ok_or_else(|| OAuthError::unsupported_grant_type("this grant_type is not supported"))?;
        Ok(match grant {
            GrantType::AuthorizationCode => Self::AuthorizationCode {
                code: Secret::new(params.required("code")?),
                redirect_uri: params.get("redirect_uri").map(str::to_owned),
                code_verifier: params.get("code_verifier").map(str::to_owned),
            },
            GrantType::RefreshToken => {
                Self::RefreshToken { refresh_token: Secret::new(params.required("refresh_token")?), scope: scope()? }
            }
            GrantType::ClientCredentials => Self::ClientCredentials { scope: scope()? },
            GrantType::DeviceCode => Self::DeviceCode { device_code: Secret::new(params.required("device_code")?) },
            GrantType::TokenExchange => Self::TokenExchange(Box::new(TokenExchangeRequest::read(params)?)),
            GrantType::Ciba => Self::Ciba { auth_req_id: Secret::new(params.required("auth_req_id")?) },
            GrantType::Implicit => {
                return Err(OAuthError::unsupported_grant_type("this grant_type is not supported"));
            }
        })
    }

    /// The grant type it belongs to.
    pub fn grant_type(&self) -> GrantType {
        match self {
            Self::AuthorizationCode { .. } => GrantType::AuthorizationCode,
            Self::RefreshToken { .. } => GrantType::RefreshToken,
            Self::ClientCredentials { .. } => GrantType::ClientCredentials,
            Self::DeviceCode { .. } => GrantType::DeviceCode,
            Self::Ciba { .. } => GrantType::Ciba,
            Self::TokenExchange(_) => GrantType::TokenExchange,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(body: &str) -> Result<TokenRequest, OAuthError> {
        TokenRequest::parse(&Params::parse_strict(&[body.as_bytes()]).unwrap())
    }

    #[test]
    fn each_grant_type_has_its_parameters() {
        for (body, grant) in [
            ("grant_type=authorization_code&code=x", GrantType::AuthorizationCode),
            ("grant_type=refresh_token&refresh_token=x&scope=openid", GrantType::RefreshToken),
            ("grant_type=client_credentials", GrantType::ClientCredentials),
            ("grant_type=urn:ietf:params:oauth:grant-type:device_code&device_code=x", GrantType::DeviceCode),
            ("grant_type=urn:openid:params:grant-type:ciba&auth_req_id=x", GrantType::Ciba),
        ] {
            assert_eq!(parse(body).unwrap().grant_type(), grant);
        }
    }

    #[test]
    fn other_grant_types_and_missing_parameters_are_refused_a048() {
        for (body, code) in [
            ("", "invalid_request"),
            ("grant_type=", "invalid_request"),
            ("grant_type=password&username=a&password=b", "unsupported_grant_type"),
            ("grant_type=implicit", "unsupported_grant_type"),
            ("grant_type=Authorization_Code&code=x", "unsupported_grant_type"),
            ("grant_type=authorization_code", "invalid_request"),
            ("grant_type=refresh_token", "invalid_request"),
            ("grant_type=client_credentials&scope=a%22", "invalid_scope"),
            ("grant_type=urn:ietf:params:oauth:grant-type:device_code", "invalid_request"),
            ("grant_type=device_code&device_code=x", "unsupported_grant_type"),
            ("grant_type=urn:openid:params:grant-type:ciba", "invalid_request"),
        ] {
            assert_eq!(parse(body).unwrap_err().code.as_str(), code, "{body}");
        }
    }
}
