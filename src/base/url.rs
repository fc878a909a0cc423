//! URLs that clients store with us and that pages show: which schemes are acceptable, and which hosts are this machine.

use url::{Host, Url};

/// Whether the host of an absolute URL is a loopback address or `localhost`.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// A link that may be shown to people: `https`, or `http` on this machine, without user information,
/// control characters or blanks. Checked where it is stored and again where it is rendered.
pub fn is_showable_link(text: &str) -> bool {
    if text.len() > 2048 || text.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return false;
    }
    let Ok(url) = Url::parse(text) else { return false };
    let scheme_is_fine = url.scheme() == "https" || (url.scheme() == "http" && is_loopback(&url));
    scheme_is_fine && url.has_host() && url.username().is_empty() && url.password().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_web_links_are_shown() {
        for good in ["https://shop.example/terms", "http://localhost:8081/logo.png", "http://127.0.0.1/"] {
            assert!(is_showable_link(good), "{good}");
        }
        for bad in [
            "JaVaScRiPt:alert(1)",
            "\tjavascript:alert(1)",
            "data:text/html,x",
            "vbscript:x",
            "blob:https://a/b",
            "file:///etc/passwd",
            "about:blank",
            "http://shop.example/",
            "https://a@b.example/",
            "//shop.example",
            "https://shop.example/a b",
            "",
        ] {
            assert!(!is_showable_link(bad), "{bad}");
        }
    }
}
