//! `request_uri` as the address of a request object. OpenID Connect Core §6.2, RFC 9101 §5.2,
//! OpenID Connect Dynamic Client Registration §2 (`request_uris`).
//!
//! # Decisions
//! - Only registered addresses are asked: whoever holds a browser could send this server anywhere else.
//! - A fragment is no part of the address. It is the hash of the document, so one that does not fit what is remembered
//!   is a reason to look again. Registered with its address it counts for nothing more, since not every client means a
//!   hash by it; one that is not registered must be the hash, or everybody could invent some.

use crate::base::digest;
use crate::oidc::client::Client;
use crate::oidc::error::OAuthError;

/// The address of a request object of a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reference<'a> {
    /// What is fetched.
    pub url: &'a str,
    fragment: Option<&'a str>,
    is_registered_so: bool,
}

impl<'a> Reference<'a> {
    /// Read the parameter.
    pub fn read(request_uri: &'a str, client: &Client) -> Result<Self, OAuthError> {
        let (url, fragment) = parts(request_uri);
        let registered = &client.metadata.request.uris;
        if !registered.iter().any(|uri| parts(uri).0 == url) {
            return Err(OAuthError::invalid_request_uri("request_uri is not registered for this client"));
        }
        Ok(Self { url, fragment, is_registered_so: registered.iter().any(|uri| uri == request_uri) })
    }

    /// Whether a document may be the one that is meant; if not, it is worth fetching again.
    pub fn fits(&self, document: &[u8]) -> bool {
        self.fragment.is_none_or(|fragment| fragment == digest::fingerprint(document))
    }

    /// The document that was fetched for it must be taken or refused.
    pub fn check(&self, document: &[u8]) -> Result<(), OAuthError> {
        if self.is_registered_so || self.fits(document) {
            Ok(())
        } else {
            Err(OAuthError::invalid_request_uri("the fragment of request_uri is not the hash of the document"))
        }
    }
}

fn parts(uri: &str) -> (&str, Option<&str>) {
    uri.split_once('#').map_or((uri, None), |(url, fragment)| (url, Some(fragment)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oidc::client::tests::with;

    #[test]
    fn an_address_is_registered_with_or_without_a_fragment() {
        let client = with(
            r#"{"redirect_uris": ["https://rp.example/cb"],
                "request_uris": ["https://rp.example/one#registered", "https://rp.example/two"]}"#,
        );
        let hash = digest::fingerprint("document");
        for (requested, fits, taken) in [
            ("https://rp.example/one", true, true),
            ("https://rp.example/one#registered", false, true),
            ("https://rp.example/one#another", false, false),
            ("https://rp.example/one#", false, false),
            ("https://rp.example/two", true, true),
            (&format!("https://rp.example/one#{hash}"), true, true),
            (&format!("https://rp.example/two#{hash}"), true, true),
        ] {
            let reference = Reference::read(requested, &client).unwrap();
            assert_eq!(reference.fits(b"document"), fits, "{requested}");
            assert_eq!(reference.check(b"document").is_ok(), taken, "{requested}");
        }
        for unknown in ["https://rp.example/", "https://rp.example/one?x", "https://rp.example/one/", "#", ""] {
            let error = Reference::read(unknown, &client).unwrap_err();
            assert_eq!(error.code.as_str(), "invalid_request_uri", "{unknown}");
        }
    }
}
