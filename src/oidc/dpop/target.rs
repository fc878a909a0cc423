//! Whether two addresses are the same, as far as a proof is concerned: without query and fragment, after
//! normalisation by syntax and scheme. RFC 9449 §4.3, RFC 3986 §6.2.2 and §6.2.3.

use url::Url;

/// Whether the `htu` of a proof is this address of ours.
pub(super) fn are_same(htu: &str, address: &str) -> bool {
    let normal = normalised(htu);
    normal.is_some() && normal == normalised(address)
}

/// Scheme and host in lower case, the scheme's own port left out, dot segments removed: `url` does so. What it would
/// forgive (blanks, backslashes, user information) is no address here.
fn normalised(text: &str) -> Option<String> {
    if text.chars().any(|c| c.is_control() || c.is_whitespace() || c == '\\') {
        return None;
    }
    let mut url = Url::parse(text).ok()?;
    if !matches!(url.scheme(), "https" | "http") || !url.username().is_empty() || url.password().is_some() {
        return None;
    }
    url.set_query(None);
    url.set_fragment(None);
    let path = plain(url.path());
    url.set_path(&path);
    Some(url.into())
}

/// Letters, digits and `-._~` stand for themselves however they are written, and other escapes are in capitals.
fn plain(path: &str) -> String {
    let mut text = String::with_capacity(path.len());
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('%') {
        text.push_str(before);
        let escape = after.get(..2).filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
        match escape.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) => text.push(char::from(byte)),
            Some(byte) => text.push_str(&format!("%{byte:02X}")),
            None => {
                text.push('%');
                rest = after;
                continue;
            }
        }
        rest = &after[2..];
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "https://id.example/token";

    #[test]
    fn spellings_of_one_address_are_the_same_a096() {
        for same in [
            TOKEN,
            "HTTPS://ID.EXAMPLE/token",
            "https://id.example:443/token",
            "https://id.example/token?x=1",
            "https://id.example/token#x",
            "https://id.example/a/../token",
            "https://id.example/%74oken",
            "https://id.example/%74o%6Ben?code=1#x",
        ] {
            assert!(are_same(same, TOKEN), "{same}");
        }
        assert!(are_same("https://id.example/a%2fb", "https://id.example/a%2Fb"));
    }

    #[test]
    fn other_addresses_are_others_a096() {
        for other in [
            "",
            "/token",
            "id.example/token",
            "http://id.example/token",
            "https://id.example:8443/token",
            "https://id.example.evil.tld/token",
            "https://evil.tld/token",
            "https://id.example/Token",
            "https://id.example/token/",
            "https://id.example/tok en",
            "https://id.example/tok\nen",
            "https://id.example\\token",
            "https://me@id.example/token",
            "https://id.example/%2574oken",
            "https://id.example/token%",
            "https://id.example/",
            "javascript:1",
        ] {
            assert!(!are_same(other, TOKEN), "{other}");
        }
        assert!(!are_same("https://id.example/a/b", "https://id.example/a%2Fb"));
    }
}
