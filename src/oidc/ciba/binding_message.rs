//! The message that a person compares on two devices. OpenID Connect CIBA §7.1 (`binding_message`), §13.

use crate::oidc::error::OAuthError;

/// Longest message, in characters.
const LONGEST: usize = 20;

/// A short message of letters, digits, blanks, `-` and `#`: it can be read aloud and compared at a glance, and nothing
/// of it can be followed, dialled or mistaken for words of this site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BindingMessage(String);

impl BindingMessage {
    /// Read one.
    pub fn parse(text: &str) -> Result<Self, OAuthError> {
        let plain = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '#' | 'ー');
        let fits = text.chars().count() <= LONGEST && text.chars().all(plain) && !text.trim().is_empty();
        if fits { Ok(Self(text.to_owned())) } else { Err(refused()) }
    }

    /// The message.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn refused() -> OAuthError {
    OAuthError::invalid_binding_message(
        "binding_message has more than 20 characters, or others than letters, digits, blanks, - and #",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_can_be_read_aloud_is_shown() {
        for good in ["1234", "W4SCT", "ご予約 4711", "A-12 #3", "コーヒー"] {
            assert_eq!(BindingMessage::parse(good).unwrap().as_str(), good);
        }
        let long = "1".repeat(21);
        for bad in
            ["", "   ", &long, "1234 👍🏿 品川 Lor", "a<b", "evil.example", "03(1234)", "line\nbreak", "\u{202e}321"]
        {
            assert_eq!(BindingMessage::parse(bad).unwrap_err().code.as_str(), "invalid_binding_message", "{bad:?}");
        }
    }
}
