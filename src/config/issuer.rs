//! The issuer: the one name under which everything is published. Never taken from a request.

use url::Url;

use super::setting::FromSetting;
use crate::base::url::is_loopback;

/// An issuer identifier: `https`, or `http` on this machine. No query, no fragment, no trailing slash.
/// [RFC 8414 §2](https://www.rfc-editor.org/rfc/rfc8414#section-2)
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issuer {
    text: String,
    url: Url,
}

impl Issuer {
    /// Read one.
    pub fn parse(text: &str) -> Result<Self, String> {
        let url = Url::parse(text).map_err(|_| "a URL such as https://id.example is expected".to_owned())?;
        let loopback = is_loopback(&url);
        match url.scheme() {
            "https" => {}
            "http" if loopback => {}
            "http" => return Err("http is accepted for localhost only; use https".to_owned()),
            _ => return Err("an https URL is expected".to_owned()),
        }
        if url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() || url.password().is_some() {
            return Err("a URL without query, fragment or user is expected".to_owned());
        }
        if text.ends_with('/') {
            return Err("a URL without a slash at its end is expected".to_owned());
        }
        if url.path() != "/" {
            return Err("a URL without a path is expected".to_owned());
        }
        Ok(Self { text: text.to_owned(), url })
    }

    /// As configured, byte for byte.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// An absolute URL of ours, from a path that begins with a slash.
    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.text)
    }

    /// Whether pages are served over TLS, so that cookies are `Secure` and `__Host-`.
    pub fn is_secure(&self) -> bool {
        self.url.scheme() == "https"
    }

    /// Whether this is a development issuer on this machine.
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.url)
    }

    /// The host, where it is a name and not an address: passkeys are bound to names.
    pub fn domain(&self) -> Option<&str> {
        self.url.domain()
    }

    /// The origin of its pages, as browsers spell it.
    pub fn origin(&self) -> String {
        self.url.origin().ascii_serialization()
    }

    /// The host name, with the port where it is not the scheme's own: what `Host` must say.
    pub fn authority(&self) -> String {
        let host = self.url.host_str().unwrap_or_default();
        self.url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    }
}

impl FromSetting for Issuer {
    fn from_setting(text: &str) -> Result<Self, String> {
        Self::parse(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn http_is_for_this_machine_only() {
        assert!(Issuer::parse("http://localhost:8080").is_ok());
        assert!(Issuer::parse("http://id.example").is_err());
        assert!(Issuer::parse("https://id.example/").is_err());
        assert!(Issuer::parse("https://id.example?x=1").is_err());
        assert!(Issuer::parse("id.example").is_err());
    }
}
