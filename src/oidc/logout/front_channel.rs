//! A client is told by the browser that a session has ended: its page is loaded in a frame.
//! OpenID Connect Front-Channel Logout 1.0 §2 and §3.

use crate::oidc::client::metadata::LogoutUris;

/// The address to load, with `iss` and `sid` where the client asks for them. What it registered as query stays.
pub fn address(uris: &LogoutUris, issuer: &str, sid: &str) -> Option<String> {
    let uri = uris.front_channel.as_deref()?;
    if !uris.front_channel_session {
        return Some(uri.to_owned());
    }
    let joint = if uri.contains('?') { '&' } else { '?' };
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("iss", issuer).append_pair("sid", sid);
    Some(format!("{uri}{joint}{}", query.finish()))
}

/// The origin of an address, for the policy of the page that loads it: nothing in it can end the policy's directive.
pub fn origin(address: &str) -> Option<String> {
    let url = url::Url::parse(address).ok().filter(|url| matches!(url.scheme(), "https" | "http"))?;
    Some(url.origin().ascii_serialization())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uris(uri: &str, session: bool) -> LogoutUris {
        LogoutUris { front_channel: Some(uri.to_owned()), front_channel_session: session, ..LogoutUris::default() }
    }

    #[test]
    fn issuer_and_session_are_added_where_they_are_asked_for() {
        let with = |uri: &str, session| address(&uris(uri, session), "https://id.example", "s1").unwrap();
        assert_eq!(with("https://rp.example/out", false), "https://rp.example/out");
        assert_eq!(with("https://rp.example/out", true), "https://rp.example/out?iss=https%3A%2F%2Fid.example&sid=s1");
        assert_eq!(
            with("https://rp.example/out?a=1", true),
            "https://rp.example/out?a=1&iss=https%3A%2F%2Fid.example&sid=s1"
        );
        assert_eq!(address(&LogoutUris::default(), "https://id.example", "s1"), None);
    }

    #[test]
    fn an_origin_has_neither_path_nor_blanks() {
        assert_eq!(origin("https://rp.example:8443/out?a=1;x").as_deref(), Some("https://rp.example:8443"));
        assert_eq!(origin("javascript:alert(1)"), None);
    }
}
