//! What a client may register about itself. RFC 7591 §2 and §3.1, RFC 7592 §2.2, OpenID Connect Dynamic Client
//! Registration §3.1.
//!
//! # Decisions
//! - The operator's members (`hosho_…`) are refused rather than ignored: nobody must believe to have set them. The
//!   profile is `standard`, or `compatible` for those that ask for the front channel where the installation has one.
//! - Grants that reach a person who did not begin anything, or nobody at all, are for clients of the operator.
//! - `scope` cannot name the management API; other scopes are what customers allow themselves.
//! - A software statement is ignored like every member that is not known (RFC 7591 §3.1.1): nobody is trusted to make
//!   one.

use serde_json::{Map, Value, json};

use super::Client;
use super::member::{Members, wrong};
use super::metadata::{ClientMetadata, document};
use super::profile::Profile;
use super::words::GrantType;
use crate::oidc::error::OAuthError;
use crate::oidc::response_type::ResponseType;
use crate::oidc::scope;
use crate::oidc::server::Server;

/// The grants that a client may give itself.
pub const GRANTS: [GrantType; 4] =
    [GrantType::AuthorizationCode, GrantType::RefreshToken, GrantType::Implicit, GrantType::DeviceCode];

/// The prefix of members that only the operator sets.
const OPERATORS: &str = "hosho_";

/// What the server says about a registration and a client must not send back.
/// [RFC 7592 §2.2](https://www.rfc-editor.org/rfc/rfc7592#section-2.2)
const ONLY_SAID: [&str; 4] =
    ["registration_access_token", "registration_client_uri", "client_secret_expires_at", "client_id_issued_at"];

/// Read what a client registers about itself.
pub fn register(text: &str, server: &Server) -> Result<ClientMetadata, OAuthError> {
    let members = document(text)?;
    if let Some(name) = ["client_id", "client_secret"].into_iter().find(|name| members.contains_key(*name)) {
        return Err(wrong(name, "is chosen by the server"));
    }
    of_itself(members, with_front_channel(server), Profile::Standard, server)
}

/// The profile of a client that asks for the front channel.
fn with_front_channel(server: &Server) -> Profile {
    if server.compatible_clients { Profile::Compatible } else { Profile::Standard }
}

/// Read what a client registers in the place of what was registered.
pub fn replace(text: &str, before: &Client, server: &Server) -> Result<ClientMetadata, OAuthError> {
    let mut members = document(text)?;
    if let Some(name) = ONLY_SAID.into_iter().find(|name| members.contains_key(*name)) {
        return Err(wrong(name, "is chosen by the server"));
    }
    match members.remove("client_id") {
        Some(Value::String(id)) if id == before.id.as_ref() => {}
        _ => return Err(wrong("client_id", "must be that of the client")),
    }
    match members.remove("client_secret") {
        None => {}
        Some(Value::String(secret)) if before.has_secret(&secret) => {}
        Some(_) => return Err(wrong("client_secret", "must be that of the client; it cannot be chosen")),
    }
    // A client that the operator put under stricter rules stays there.
    match before.metadata.hosho_profile {
        Profile::Standard | Profile::Compatible => {
            of_itself(members, with_front_channel(server), Profile::Standard, server)
        }
        stricter => of_itself(members, stricter, stricter, server),
    }
}

/// The registration as it is told to the client: without what is the operator's.
pub fn told(metadata: &ClientMetadata) -> Map<String, Value> {
    let members = metadata.to_json().into_iter();
    members.filter(|(name, _)| !name.starts_with(OPERATORS)).collect()
}

/// Whether the operator gave something to a client that registered itself which nobody but the operator's own clients
/// may have.
pub fn refuse_privileges(metadata: &ClientMetadata) -> Result<(), OAuthError> {
    let why = "is for clients that the operator registered";
    if metadata.hosho_first_party {
        return Err(wrong("hosho_first_party", why));
    }
    if !metadata.hosho_roles.is_empty() {
        return Err(wrong("hosho_roles", why));
    }
    if metadata.scope.contains(scope::MANAGEMENT) {
        return Err(wrong("scope", "management is for clients that the operator registered"));
    }
    Ok(())
}

/// Read members that come from the client: under the profile `with` if it asks for the front channel, else under
/// `without`.
fn of_itself(
    mut members: Map<String, Value>,
    with: Profile,
    without: Profile,
    server: &Server,
) -> Result<ClientMetadata, OAuthError> {
    if let Some(name) = members.keys().find(|name| name.starts_with(OPERATORS)) {
        return Err(wrong(name, "is for the operator to set"));
    }
    let profile = if asks_for_front_channel(&Members(&members))? { with } else { without };
    members.insert("hosho_profile".to_owned(), json!(profile.as_str()));
    let metadata = ClientMetadata::from_members(&members)?;
    if let Some(grant) = metadata.grant_types.iter().find(|grant| !GRANTS.contains(grant)) {
        return Err(wrong("grant_types", &format!("has {}, which is for clients of the operator", grant.as_str())));
    }
    let method = metadata.token_endpoint_auth_method;
    if server.auth_methods().all(|known| known != method) {
        return Err(wrong("token_endpoint_auth_method", &format!("cannot be {} here", method.as_str())));
    }
    refuse_privileges(&metadata)?;
    Ok(metadata)
}

fn asks_for_front_channel(members: &Members<'_>) -> Result<bool, OAuthError> {
    let kinds = members.choices("response_types", ResponseType::from_words)?.unwrap_or_default();
    let grants = members.choices("grant_types", GrantType::from_word)?.unwrap_or_default();
    Ok(kinds.iter().any(|kind| *kind != ResponseType::CODE) || grants.contains(&GrantType::Implicit))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oidc::client::Origin;
    use crate::oidc::client::tests::with;
    use crate::oidc::server::tests::server;

    fn sent(members: &str) -> String {
        format!(r#"{{"redirect_uris": ["https://rp.example/cb"]{members}}}"#)
    }

    /// A server that allows the front channel.
    fn compatible() -> Server {
        Server { compatible_clients: true, ..server() }
    }

    #[test]
    fn what_is_not_said_has_the_defaults_of_the_standard() {
        let metadata = register(&sent(r#", "software_statement": "e30", "unknown": 1"#), &compatible()).unwrap();
        assert_eq!(metadata.grant_types, [GrantType::AuthorizationCode]);
        assert_eq!(metadata.response_types, [ResponseType::CODE]);
        assert_eq!(metadata.hosho_profile, Profile::Standard);
        assert!(!metadata.scope.contains("management"));
        let told = told(&metadata);
        assert_eq!(told["token_endpoint_auth_method"], "client_secret_basic");
        assert!(told.keys().all(|name| !name.starts_with("hosho_")));
    }

    /// (A049)
    #[test]
    fn nobody_gives_themselves_what_is_the_operators() {
        for member in [
            r#", "hosho_first_party": true"#,
            r#", "hosho_first_party": false"#,
            r#", "hosho_roles": ["admin"]"#,
            r#", "hosho_profile": "compatible""#,
            r#", "hosho_profile": "fapi2""#,
            r#", "hosho_unknown": 1"#,
            r#", "scope": "openid management""#,
            r#", "grant_types": ["client_credentials"]"#,
            r#", "grant_types": ["authorization_code", "urn:openid:params:grant-type:ciba"]"#,
            r#", "grant_types": ["authorization_code", "urn:ietf:params:oauth:grant-type:token-exchange"]"#,
            r#", "client_id": "mine""#,
            r#", "client_secret": "mine""#,
        ] {
            let error = register(&sent(member), &compatible()).unwrap_err();
            assert_eq!(error.code.as_str(), "invalid_client_metadata", "{member}");
        }
        let unknown = register(&sent(r#", "scope": "openid admin:all""#), &server()).unwrap();
        assert_eq!(unknown.scope.to_string(), "openid");
    }

    #[test]
    fn the_front_channel_is_for_those_who_ask_where_there_is_one() {
        for member in
            [r#", "response_types": ["code id_token"]"#, r#", "grant_types": ["authorization_code", "implicit"]"#]
        {
            assert_eq!(register(&sent(member), &compatible()).unwrap().hosho_profile, Profile::Compatible, "{member}");
            assert_eq!(
                register(&sent(member), &server()).unwrap_err().code.as_str(),
                "invalid_client_metadata",
                "{member}"
            );
        }
    }

    #[test]
    fn a_replacement_names_the_client_and_chooses_nothing() {
        let mut before = with(r#"{"redirect_uris": ["https://rp.example/old"]}"#);
        before.origin = Origin::SelfRegistered;
        before.secret_hash = Some(crate::base::digest::fingerprint("secret"));
        let replaced = |members: &str| replace(&sent(members), &before, &server());
        assert!(replaced(r#", "client_id": "rp""#).is_ok());
        assert!(replaced(r#", "client_id": "rp", "client_secret": "secret""#).is_ok());
        for bad in [
            "",
            r#", "client_id": "other""#,
            r#", "client_id": "rp", "client_secret": "mine""#,
            r#", "client_id": "rp", "client_secret": null"#,
            r#", "client_id": "rp", "client_secret_expires_at": 0"#,
            r#", "client_id": "rp", "client_id_issued_at": 1"#,
            r#", "client_id": "rp", "registration_access_token": "t""#,
            r#", "client_id": "rp", "registration_client_uri": "https://id.example/register/rp""#,
            r#", "client_id": "rp", "hosho_roles": []"#,
        ] {
            assert_eq!(replaced(bad).unwrap_err().code.as_str(), "invalid_client_metadata", "{bad}");
        }
    }

    #[test]
    fn stricter_rules_of_the_operator_stay() {
        let before = with(
            r#"{"redirect_uris": ["https://rp.example/cb"], "hosho_profile": "fapi2", "dpop_bound_access_tokens": true,
                "token_endpoint_auth_method": "private_key_jwt", "jwks_uri": "https://rp.example/jwks"}"#,
        );
        let weaker = replace(&sent(r#", "client_id": "rp""#), &before, &compatible()).unwrap_err();
        assert!(weaker.description().contains("fapi2"), "{weaker}");
    }
}
