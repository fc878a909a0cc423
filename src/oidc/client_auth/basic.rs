//! The `Basic` scheme as OAuth uses it: both parts form-encoded before they are joined.
//! RFC 6749 §2.3.1, RFC 7617.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use crate::base::id::ClientId;
use crate::base::secret::Secret;
use crate::oidc::error::OAuthError;
use crate::oidc::params;

/// Read the value of an `Authorization` header.
pub fn parse(header: &str) -> Result<(ClientId, Secret), OAuthError> {
    let malformed = || OAuthError::invalid_client("the Authorization header is malformed");
    let (scheme, credentials) = header.split_once(' ').ok_or_else(malformed)?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return Err(OAuthError::invalid_client("the Authorization header must use the Basic scheme"));
    }
    let bytes = Zeroizing::new(STANDARD.decode(credentials.trim_start_matches(' ')).map_err(|_| malformed())?);
    let at = bytes.iter().position(|byte| *byte == b':').ok_or_else(malformed)?;
    let part = |bytes: &[u8]| {
        let text = params::decode(bytes).map_err(|_| malformed())?;
        if text.chars().any(char::is_control) { Err(malformed()) } else { Ok(text) }
    };
    let (client, secret) = (part(&bytes[..at])?, Secret::new(part(&bytes[at + 1..])?));
    if client.is_empty() {
        return Err(malformed());
    }
    Ok((ClientId::from(client.as_str()), secret))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(text: impl AsRef<[u8]>) -> String {
        format!("Basic {}", STANDARD.encode(text))
    }

    #[test]
    fn both_parts_are_form_decoded_once() {
        let (client, secret) = parse(&header("shop%3Aone:a%2Bb%2525+c:d")).unwrap();
        assert_eq!((client.as_ref(), secret.expose()), ("shop:one", "a+b%25 c:d"));
        assert!(parse(&header("shop:").replace("Basic", "bAsIc")).is_ok());
    }

    #[test]
    fn anything_crooked_is_refused_a046() {
        let mut headers = vec![
            String::new(),
            "Basic".to_owned(),
            "Basic ".to_owned(),
            "Basic !!!".to_owned(),
            "Bearer abc".to_owned(),
            header("no colon"),
            header(":secret"),
            header("shop:%"),
            header("shop:%4"),
            header("shop:%zz"),
            header("shop:%ff"),
            header("sh\r\nop:x"),
            header("shop:x%0d%0aX: y"),
            header("shop:%00"),
            header(b"shop:\xff"),
        ];
        let good = header("shop:secret!");
        headers.extend([format!("{good}garbage!"), format!("{good} x"), format!("{good}\n"), format!("{good}=")]);
        headers.push(header("shop:secret").trim_end_matches('=').to_owned());
        for bad in headers {
            assert_eq!(parse(&bad).unwrap_err().code.as_str(), "invalid_client", "{bad:?}");
        }
    }
}
