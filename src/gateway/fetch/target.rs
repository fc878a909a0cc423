//! Which URLs may be asked at all. What a name leads to is judged later, when it is looked up.

use url::{Host, Url};

use super::{FetchError, address};
use crate::config::allowed_host::AllowedHost;

/// A URL that may be asked.
#[derive(Debug)]
pub(super) struct Target {
    /// Where, without a fragment.
    pub(super) url: Url,
    /// Whether the operator vouches for the host: its address may be a private one.
    pub(super) is_allowed: bool,
}

impl Target {
    /// Read a URL that a client gave: `https` without user information, or `http` where the operator allows the
    /// host. An address instead of a name must be public. What is judged is the URL as it was read, which is what
    /// is asked: of the many ways to write an address, none is left then.
    pub(super) fn read(text: &str, allowed: &[AllowedHost]) -> Result<Self, FetchError> {
        let is_odd = |c: char| c.is_control() || c.is_whitespace() || c == '\\';
        if text.len() > 2048 || text.chars().any(is_odd) {
            return Err(FetchError::Url);
        }
        let mut url = Url::parse(text).map_err(|_| FetchError::Url)?;
        let is_allowed = allowed.iter().any(|host| host.covers(&url));
        let scheme_is_fine = url.scheme() == "https" || (url.scheme() == "http" && is_allowed);
        if !scheme_is_fine || !url.username().is_empty() || url.password().is_some() {
            return Err(FetchError::Url);
        }
        let is_public = match url.host() {
            Some(Host::Domain(_)) => true,
            Some(Host::Ipv4(address)) => address::is_public(address.into()),
            Some(Host::Ipv6(address)) => address::is_public(address.into()),
            None => return Err(FetchError::Url),
        };
        if !is_public && !is_allowed {
            return Err(FetchError::NotPublic);
        }
        url.set_fragment(None);
        Ok(Self { url, is_allowed })
    }

    /// The host, for the log.
    pub(super) fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    fn read(text: &str, allowed: &str) -> Result<String, FetchError> {
        let config = Config::from_variables(&[("HOSHO_FETCH_ALLOW_HOSTS", allowed)]).unwrap();
        Target::read(text, &config.fetch.allow_hosts).map(|target| target.url.to_string())
    }

    #[test]
    fn a_public_https_url_is_asked_without_its_fragment() {
        assert_eq!(read("https://rp.example/jwks?a=b#c", ""), Ok("https://rp.example/jwks?a=b".to_owned()));
        assert_eq!(read("https://8.8.8.8:8443/", ""), Ok("https://8.8.8.8:8443/".to_owned()));
        assert!(read("https://[2606:4700::1111]/", "").is_ok());
    }

    #[test]
    fn plain_http_and_private_addresses_are_for_allowed_hosts() {
        for (text, allowed, expected) in [
            ("http://rp.example/", "", Err(FetchError::Url)),
            ("http://rp.example/", "rp.example", Ok(())),
            ("http://rp.example:81/", "rp.example", Err(FetchError::Url)),
            ("http://rp.example:81/", "other.example:81", Err(FetchError::Url)),
            ("https://10.0.0.1/", "", Err(FetchError::NotPublic)),
            ("https://10.0.0.1/", "10.0.0.1", Ok(())),
            ("https://10.0.0.1:8443/", "10.0.0.1", Err(FetchError::NotPublic)),
            ("https://10.0.0.1:8443/", "10.0.0.2:8443", Err(FetchError::NotPublic)),
            ("https://user@rp.example/", "rp.example", Err(FetchError::Url)),
            ("ftp://rp.example/", "rp.example", Err(FetchError::Url)),
        ] {
            assert_eq!(read(text, allowed).map(drop), expected, "{text} with {allowed}");
        }
    }
}
