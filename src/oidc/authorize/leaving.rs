//! Whether a browser is sent to a client at once, or told first where it goes. RFC 9700 §4.11.2.

/// Nobody vouches for a client that is not verified, and an error comes back without anybody signing in: its
/// redirection URI would make this server a way to send people from a trusted name to anywhere. So the page names the
/// host first, unless the person is signed in here or saw a page of ours for this very request.
pub const fn is_named_first(is_unverified: bool, somebody_is_there: bool) -> bool {
    is_unverified && !somebody_is_there
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_client_that_is_not_verified_is_named_and_only_to_strangers_a014() {
        assert!(is_named_first(true, false));
        for (is_unverified, somebody_is_there) in [(true, true), (false, false), (false, true)] {
            assert!(!is_named_first(is_unverified, somebody_is_there));
        }
    }
}
