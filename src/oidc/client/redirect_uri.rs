//! Redirection URIs: what may be registered, and when a requested one is a registered one.
//! RFC 9700 §2.1, RFC 8252 §7 and §8.3. Plain `http` is for loopback hosts only, whatever the application type.

use std::fmt;

use url::Url;

use super::ApplicationType;
use crate::base::url::is_loopback;

/// Where answers are sent. Compared byte for byte; never interpreted as a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RedirectUri(String);

impl RedirectUri {
    /// A URI that may be registered, or a sentence that says why not.
    pub fn register(text: &str, application: ApplicationType) -> Result<Self, &'static str> {
        check(text, application)?;
        Ok(Self(text.to_owned()))
    }

    /// A URI as it was stored. Nothing is checked: one that could not be registered today
    /// still matches nothing but itself.
    pub fn from_stored(text: String) -> Self {
        Self(text)
    }

    /// The URI as registered or requested.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The host, where the scheme has one.
    pub fn host(&self) -> Option<String> {
        Url::parse(&self.0).ok()?.host_str().map(str::to_owned)
    }

    /// Whether it leads to the device itself.
    pub fn is_loopback(&self) -> bool {
        Url::parse(&self.0).is_ok_and(|url| is_loopback(&url))
    }

    /// Whether it is at this origin.
    pub fn is_at(&self, origin: &url::Origin) -> bool {
        origin.is_tuple() && Url::parse(&self.0).is_ok_and(|url| url.origin() == *origin)
    }

    /// What a person is told about it: the host, or the scheme by which an application on the device is found.
    pub fn named(&self) -> String {
        let scheme = || self.0.split(':').next().unwrap_or_default().to_owned();
        self.host().unwrap_or_else(scheme)
    }

    /// Whether a request for `requested` means this one. For native applications the port of a
    /// loopback address is free, because the system picks it at run time.
    /// [RFC 8252 §7.3](https://www.rfc-editor.org/rfc/rfc8252#section-7.3)
    pub fn matches(&self, requested: &str, application: ApplicationType) -> bool {
        if self.0 == requested {
            return true;
        }
        application == ApplicationType::Native
            && without_loopback_port(&self.0).is_some_and(|known| Some(known) == without_loopback_port(requested))
    }

    /// The same URI with the requested port: what an answer is sent to. The caller has matched it.
    pub(super) fn as_requested(requested: &str) -> Self {
        Self(requested.to_owned())
    }
}

impl fmt::Display for RedirectUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Host and the rest of a loopback URI without its port. `localhost` is left out on purpose:
/// it is a name that may resolve elsewhere (RFC 8252 §8.3).
fn without_loopback_port(uri: &str) -> Option<(&'static str, &str)> {
    let (host, rest) = ["http://127.0.0.1", "http://[::1]"]
        .into_iter()
        .find_map(|host| uri.strip_prefix(host).map(|rest| (host, rest)))?;
    let rest = match rest.strip_prefix(':') {
        Some(port) => {
            let digits = port.bytes().take_while(u8::is_ascii_digit).count();
            port[..digits].parse::<u16>().ok().filter(|port| *port != 0)?;
            &port[digits..]
        }
        None => rest,
    };
    (rest.is_empty() || rest.starts_with(['/', '?'])).then_some((host, rest))
}

fn check(text: &str, application: ApplicationType) -> Result<(), &'static str> {
    if text.is_empty() || text.len() > 2048 {
        return Err("must have 1 to 2048 characters");
    }
    // Parsers disagree about these, and disagreement is how redirections escape.
    if !text.bytes().all(|b| matches!(b, 0x21..=0x7E)) || text.contains(['\\', '"', '<', '>', '^', '`', '{', '|', '}'])
    {
        return Err("must consist of URI characters only");
    }
    if text.contains('*') {
        return Err("must not contain a wildcard");
    }
    if text.contains('#') {
        return Err("must not have a fragment");
    }
    let url = Url::parse(text).map_err(|_| "must be an absolute URI")?;
    if !text.starts_with(url.scheme()) {
        return Err("must have its scheme in lower case");
    }
    match url.scheme() {
        "https" => check_web(text, &url),
        "http" if is_loopback(&url) => check_web(text, &url),
        "http" => Err("must use https; plain http is for loopback hosts only"),
        scheme => check_private_scheme(scheme, application),
    }
}

fn check_web(text: &str, url: &Url) -> Result<(), &'static str> {
    let Some(rest) = text.strip_prefix(url.scheme()).and_then(|rest| rest.strip_prefix("://")) else {
        return Err("must have an authority after its scheme");
    };
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    if authority.contains('@') || !url.username().is_empty() || url.password().is_some() {
        return Err("must not contain user information");
    }
    // Spellings of addresses that only some parsers take for an address (`127.1`, `0x7f.1`) end here.
    let host = url.host_str().unwrap_or_default();
    let spelled = authority.strip_prefix(host).is_some_and(|port| port.is_empty() || port.starts_with(':'));
    if host.is_empty() || host.ends_with('.') || !spelled {
        return Err("must have its host in its usual form, in lower case");
    }
    let path = rest[authority.len()..].split('?').next().unwrap_or_default().to_ascii_lowercase();
    let escapes = ["%2e", "%2f", "%5c", "%00", "//", "..;"].iter().any(|trick| path.contains(trick));
    if escapes || path.split('/').any(|segment| segment == "." || segment == "..") {
        return Err("must not contain path traversal");
    }
    Ok(())
}

/// [RFC 8252 §7.1](https://www.rfc-editor.org/rfc/rfc8252#section-7.1): a domain name under the developer's control,
/// reversed. The dot it requires also keeps `javascript:`, `data:`, `file:` and their like out.
fn check_private_scheme(scheme: &str, application: ApplicationType) -> Result<(), &'static str> {
    if application == ApplicationType::Native && scheme.contains('.') {
        Ok(())
    } else {
        Err("must use https (native applications may use a reversed domain name as scheme)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str, application: ApplicationType) -> bool {
        RedirectUri::register(text, application).is_err()
    }

    #[test]
    fn usual_uris_may_be_registered() {
        for good in [
            "https://rp.example/cb",
            "https://rp.example",
            "https://rp.example:8443/cb?a=1&b=%20",
            "http://localhost:8081/cb",
            "http://127.0.0.1/cb",
            "http://[::1]:3000/cb",
            "https://xn--r8jz45g.example/cb",
        ] {
            assert!(!refused(good, ApplicationType::Web), "{good}");
        }
        assert!(!refused("com.example.app:/cb", ApplicationType::Native));
        assert!(refused("com.example.app:/cb", ApplicationType::Web));
    }

    /// (A002), (A003), (A005), (A008)
    #[test]
    fn dangerous_uris_may_not_be_registered_a002_a003_a005_a008_a009() {
        for bad in [
            "",
            " ",
            "*",
            "/cb",
            "//rp.example/cb",
            "rp.example/cb",
            "https:rp.example/cb",
            "https:/rp.example/cb",
            "https:///rp.example/cb",
            "HTTPS://rp.example/cb",
            "https://*.rp.example/cb",
            "https://rp.example/*",
            "https://rp.example*",
            "https://rp.example/cb#x",
            "https://rp.example/cb#",
            "https://a@rp.example/cb",
            "https://a@b@rp.example/cb",
            "https://@rp.example/cb",
            "https://a:b@rp.example/cb",
            "https://rp.example\\cb",
            "https://rp.example/../cb",
            "https://rp.example/./cb",
            "https://rp.example/..;/cb",
            "https://rp.example/%2e%2e/cb",
            "https://rp.example/%2E%2E/cb",
            "https://rp.example//cb",
            "https://rp.example/a%2fcb",
            "https://rp.example/a%5ccb",
            "https://rp.example/%00",
            "https://rp.example/c b",
            " https://rp.example/cb",
            "https://rp.example/cb ",
            "https://rp.example/cb\n",
            "https://rp\t.example/cb",
            "https://rp.example/日本",
            "https://RP.example/cb",
            "https://rp.example./cb",
            "http://rp.example/cb",
            "http://127.1/cb",
            "http://0x7f.1/cb",
            "http://2130706433/cb",
            "http://localhost.evil.tld/cb",
            "http://10.0.0.1/cb",
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "\tjavascript:alert(1)",
            "data:text/html,x",
            "vbscript:x",
            "blob:https://rp.example/x",
            "file:///etc/passwd",
            "about:blank",
            "ftp://rp.example/cb",
            "ws://rp.example/cb",
            "myapp:/cb",
        ] {
            for application in [ApplicationType::Web, ApplicationType::Native] {
                assert!(refused(bad, application), "{bad:?}");
            }
        }
    }

    #[test]
    fn the_port_is_free_for_native_clients_on_loopback_addresses_only_a007() {
        let registered = |text: &str| RedirectUri::from_stored(text.to_owned());
        let native = ApplicationType::Native;
        let four = registered("http://127.0.0.1/cb");
        assert!(four.matches("http://127.0.0.1:51234/cb", native));
        assert!(registered("http://[::1]:1/cb?a").matches("http://[::1]:65535/cb?a", native));
        for bad in [
            "http://127.0.0.1:51234/other",
            "http://127.0.0.2:51234/cb",
            "http://127.0.0.1:0/cb",
            "http://127.0.0.1:/cb",
            "http://127.0.0.1:65536/cb",
            "http://127.0.0.1:80@evil.tld/cb",
            "http://127.0.0.1.evil.tld/cb",
            "https://127.0.0.1:51234/cb",
            "http://localhost:51234/cb",
            "http://[::1]/cb",
        ] {
            assert!(!four.matches(bad, native), "{bad}");
        }
        assert!(!four.matches("http://127.0.0.1:51234/cb", ApplicationType::Web));
        assert!(!registered("http://localhost/cb").matches("http://localhost:1/cb", native));
        assert!(!registered("https://rp.example/cb").matches("https://rp.example:1/cb", native));
    }

    /// (A005)
    #[test]
    fn a_stored_wildcard_is_a_literal_a005() {
        let old = RedirectUri::from_stored("https://*.rp.example/cb".to_owned());
        assert!(!old.matches("https://a.rp.example/cb", ApplicationType::Web));
        assert!(old.matches("https://*.rp.example/cb", ApplicationType::Web));
    }
}
