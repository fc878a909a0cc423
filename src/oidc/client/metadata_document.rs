//! Clients whose identifier is the address of a document that describes them.
//! draft-ietf-oauth-client-id-metadata-document §3 and §4.
//!
//! # Decisions
//! - An address has one spelling, without a query: otherwise one document would be many clients.
//! - There is nobody to share a secret with, so that a client is public or signs with keys of its own; where the
//!   document does not say, it is public.
//! - A document is read by many servers: grants and response types that are not for it here are passed over, not
//!   refused. Everything else that is wrong refuses the document.
//! - Answers go to the origin of the document, which is what people are shown, or to an application on the device.

use serde_json::{Map, Value, json};
use url::Url;

use super::member::{Members, wrong};
use super::metadata::{ClientMetadata, document};
use super::profile::Profile;
use super::redirect_uri::RedirectUri;
use super::registration::refuse_privileges;
use super::words::{AuthMethod, GrantType};
use crate::base::id::ClientId;
use crate::oidc::error::OAuthError;
use crate::oidc::response_type::ResponseType;

/// Longest address.
const LONGEST: usize = 512;

/// The grants that such a client may have.
pub const GRANTS: [GrantType; 3] = [GrantType::AuthorizationCode, GrantType::RefreshToken, GrantType::DeviceCode];

/// How such a client may authenticate.
pub const AUTH_METHODS: [AuthMethod; 2] = [AuthMethod::None, AuthMethod::PrivateKeyJwt];

/// The address of a document, which is the identifier of a client.
#[derive(Clone, Debug)]
pub struct DocumentUrl(Url);

impl DocumentUrl {
    /// Read a client identifier that is such an address: `https` with a path, without query, fragment, user
    /// information and dot segments, spelled as it is asked for.
    pub fn parse(id: &ClientId) -> Option<Self> {
        let text = id.as_ref();
        if text.len() > LONGEST || !text.starts_with("https://") {
            return None;
        }
        // What has dot segments, an empty port, capitals or the like is spelled otherwise afterwards.
        let url = Url::parse(text).ok().filter(|url| url.as_str() == text)?;
        let is_plain = url.username().is_empty()
            && url.password().is_none()
            && url.query().is_none()
            && url.fragment().is_none()
            && url.path() != "/";
        is_plain.then_some(Self(url))
    }

    /// The address.
    pub fn url(&self) -> &Url {
        &self.0
    }

    /// Read the document that was found there.
    pub fn read(&self, body: &[u8]) -> Result<ClientMetadata, OAuthError> {
        let text =
            std::str::from_utf8(body).map_err(|_| OAuthError::invalid_client_metadata("the document is not UTF-8"))?;
        let mut members = document(text)?;
        match members.remove("client_id") {
            Some(Value::String(id)) if id == self.0.as_str() => {}
            _ => return Err(wrong("client_id", "must be the address of the document")),
        }
        let foreign = |name: &&String| name.starts_with("hosho_") || name.starts_with("client_secret");
        if let Some(name) = members.keys().find(foreign) {
            return Err(wrong(name, "cannot be in a document"));
        }
        members.entry("token_endpoint_auth_method").or_insert_with(|| json!(AuthMethod::None.as_str()));
        members.insert("hosho_profile".to_owned(), json!(Profile::Standard.as_str()));
        let is_granted = |word: &str| GrantType::from_word(word).is_some_and(|grant| GRANTS.contains(&grant));
        pass_over(&mut members, "grant_types", is_granted);
        pass_over(&mut members, "response_types", |word| ResponseType::from_words(word) == Some(ResponseType::CODE));
        if !members.contains_key("application_type") && leads_to_a_device(&members)? {
            members.insert("application_type".to_owned(), json!("native"));
        }
        let metadata = ClientMetadata::from_members(&members)?;
        self.check(&metadata)?;
        Ok(metadata)
    }

    fn check(&self, metadata: &ClientMetadata) -> Result<(), OAuthError> {
        refuse_privileges(metadata)?;
        if !AUTH_METHODS.contains(&metadata.token_endpoint_auth_method) {
            return Err(wrong("token_endpoint_auth_method", "must be none or private_key_jwt in a document"));
        }
        let origin = self.0.origin();
        let is_web = |uri: &RedirectUri| uri.as_str().starts_with("https:") || uri.as_str().starts_with("http:");
        let is_elsewhere = |uri: &&RedirectUri| is_web(uri) && !uri.is_at(&origin) && !uri.is_loopback();
        if let Some(uri) = metadata.redirect_uris.iter().find(is_elsewhere) {
            return Err(OAuthError::invalid_redirect_uri(format!("{uri} is not at the origin of the document")));
        }
        let sector = metadata.sector_identifier_uri.as_deref().map(Url::parse);
        if sector.is_some_and(|url| url.map(|url| url.origin()) != Ok(origin)) {
            return Err(wrong("sector_identifier_uri", "must be at the origin of the document"));
        }
        Ok(())
    }
}

/// Whether some answer goes to an application on the device, whose port is free (RFC 8252 §7.3).
fn leads_to_a_device(members: &Map<String, Value>) -> Result<bool, OAuthError> {
    let uris = Members(members).list("redirect_uris")?.unwrap_or_default();
    Ok(uris.iter().any(|uri| !uri.starts_with("https:")))
}

/// Leave out the words of a list that are for other servers. What is no list of texts is refused later.
fn pass_over(members: &mut Map<String, Value>, name: &str, is_known: impl Fn(&str) -> bool) {
    if let Some(Value::Array(words)) = members.get_mut(name) {
        words.retain(|word| word.as_str().is_none_or(&is_known));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADDRESS: &str = "https://agent.example/oauth/client.json";

    fn address() -> DocumentUrl {
        DocumentUrl::parse(&ClientId::from(ADDRESS)).unwrap()
    }

    fn read(members: &str) -> Result<ClientMetadata, OAuthError> {
        let text = format!(r#"{{"client_id": "{ADDRESS}", "redirect_uris": ["https://agent.example/cb"]{members}}}"#);
        address().read(text.as_bytes())
    }

    #[test]
    fn an_address_has_one_spelling() {
        for good in [ADDRESS, "https://agent.example:8443/a", "https://agent.example/a/"] {
            assert!(DocumentUrl::parse(&ClientId::from(good)).is_some(), "{good}");
        }
        let long = format!("https://agent.example/{}", "a".repeat(512));
        for bad in [
            "x3k9",
            "http://agent.example/client.json",
            "https://agent.example",
            "https://agent.example/",
            "https://agent.example/a?b",
            "https://agent.example/a?",
            "https://agent.example/a#b",
            "https://agent.example/a#",
            "https://a@agent.example/a",
            "https://a:b@agent.example/a",
            "https://agent.example/./a",
            "https://agent.example/b/../a",
            "https://agent.example/%2e%2e/a",
            "https://AGENT.example/a",
            "HTTPS://agent.example/a",
            "https:agent.example/a",
            "https:///agent.example/a",
            "https://agent.example:443/a",
            "https://0x7f.1/a",
            "https://agent.example/日本",
            " https://agent.example/a",
            "https://agent.example/a\n",
            "https://agent.example\\a",
            "urn:example:a",
            long.as_str(),
        ] {
            assert!(DocumentUrl::parse(&ClientId::from(bad)).is_none(), "{bad:?}");
        }
    }

    #[test]
    fn a_document_that_says_little_is_a_public_client_of_the_code_flow() {
        let metadata = read("").unwrap();
        assert_eq!(metadata.token_endpoint_auth_method, AuthMethod::None);
        assert_eq!(metadata.grant_types, [GrantType::AuthorizationCode]);
        assert_eq!(metadata.hosho_profile, Profile::Standard);
        assert!(!metadata.scope.contains("management"));
    }

    #[test]
    fn what_is_meant_for_other_servers_is_passed_over() {
        let metadata = read(
            r#", "grant_types": ["authorization_code", "refresh_token", "client_credentials", "urn:other"],
                 "response_types": ["code", "token"], "unknown": {}"#,
        )
        .unwrap();
        assert_eq!(metadata.grant_types, [GrantType::AuthorizationCode, GrantType::RefreshToken]);
        assert_eq!(metadata.response_types, [ResponseType::CODE]);
    }

    #[test]
    fn applications_on_devices_may_be_described_too() {
        let text = format!(
            r#"{{"client_id": "{ADDRESS}", "redirect_uris": ["http://127.0.0.1/cb", "https://agent.example/cb"]}}"#
        );
        let metadata = address().read(text.as_bytes()).unwrap();
        assert!(metadata.redirect_uri("http://127.0.0.1:33418/cb").is_some());
        assert_eq!(metadata.sector(), None);
    }

    #[test]
    fn each_bad_document_is_refused() {
        for bad in [
            r#", "client_secret": "x""#,
            r#", "client_secret_expires_at": 0"#,
            r#", "hosho_first_party": true"#,
            r#", "hosho_profile": "standard""#,
            r#", "scope": "openid management""#,
            r#", "token_endpoint_auth_method": "client_secret_basic""#,
            r#", "token_endpoint_auth_method": "client_secret_post""#,
            r#", "token_endpoint_auth_method": "client_secret_jwt""#,
            r#", "token_endpoint_auth_method": "tls_client_auth""#,
            r#", "sector_identifier_uri": "https://other.example/sector""#,
            r#", "grant_types": "authorization_code""#,
            r#", "grant_types": [1]"#,
            r#", "logo_uri": "javascript:alert(1)""#,
            r#", "client_id": "https://agent.example/other""#,
        ] {
            assert!(read(bad).is_err(), "{bad}");
        }
        for (id, uris) in [
            ("https://agent.example/other", r#"["https://agent.example/cb"]"#),
            (ADDRESS, r#"["https://other.example/cb"]"#),
            (ADDRESS, r#"["https://agent.example:8443/cb"]"#),
            (ADDRESS, r#"["https://agent.example/cb", "http://other.example/cb"]"#),
            (ADDRESS, "[]"),
        ] {
            let text = format!(r#"{{"client_id": "{id}", "redirect_uris": {uris}}}"#);
            assert!(address().read(text.as_bytes()).is_err(), "{text}");
        }
        assert!(address().read(br#"{"redirect_uris": ["https://agent.example/cb"]}"#).is_err());
        assert!(address().read(b"\xff").is_err());
    }
}
