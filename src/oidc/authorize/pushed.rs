//! Pushed authorization requests: the client sends what it asks for itself, and the browser carries only a name.
//! RFC 9126 §2.2 and §4.
//!
//! # Decisions
//! - A name is good until the request is answered, not until it is first seen: a page may be reloaded, and a person
//!   may come back to it. The first answer to the client ends it, however many pages were opened with it.
//! - The life of the name is the time to reach the first page. Who is at a page by then may finish there.

use crate::base::secret::Secret;
use crate::oidc::error::OAuthError;

use super::Untrusted;

/// What every name begins with. [RFC 9126 §2.2](https://www.rfc-editor.org/rfc/rfc9126#section-2.2)
const PREFIX: &str = "urn:ietf:params:oauth:request_uri:";

/// The `request_uri` of a pushed request.
pub fn request_uri(name: &Secret) -> String {
    format!("{PREFIX}{}", name.expose())
}

/// The name in a `request_uri`; `None` where it is the address of a document.
pub fn name(request_uri: &str) -> Option<&str> {
    request_uri.strip_prefix(PREFIX)
}

/// What a client that pushes a request is told where a browser would get a page.
/// [RFC 9126 §2.3](https://www.rfc-editor.org/rfc/rfc9126#section-2.3)
pub fn refusal(reason: Untrusted) -> OAuthError {
    let sentence = match reason {
        Untrusted::NoRedirectUri => "redirect_uri is missing",
        Untrusted::UnknownRedirectUri => "redirect_uri is not registered for this client",
        Untrusted::NoClient | Untrusted::UnknownClient => "client_id is not that of the client",
        Untrusted::Malformed | Untrusted::GoneRequest | Untrusted::GonePushedRequest | Untrusted::Refused(_) => {
            "the request cannot be read"
        }
    };
    OAuthError::invalid_request(sentence)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_told_from_an_address() {
        assert_eq!(name(&request_uri(&Secret::new("abc"))), Some("abc"));
        for other in ["https://rp.example/object", "urn:ietf:params:oauth:request_uri", "urn:example:abc", ""] {
            assert_eq!(name(other), None, "{other}");
        }
    }
}
