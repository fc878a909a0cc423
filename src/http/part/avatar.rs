//! A person's picture: the first letter of their name.

use std::fmt;

use askama::filters::HtmlSafe;

/// The first letter of a name in a circle. The name itself always stands beside it, so it is hidden from
/// screen readers.
#[derive(Clone, Debug)]
pub struct Avatar(char);

impl Avatar {
    /// Of a name; a person without one gets a round dot.
    pub fn of(name: &str) -> Self {
        let letter = name.chars().find(|c| c.is_alphanumeric()).unwrap_or('・');
        Self(letter.to_uppercase().next().unwrap_or(letter))
    }
}

impl fmt::Display for Avatar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<span class=\"avatar\" aria-hidden=\"true\">{}</span>", self.0)
    }
}

impl HtmlSafe for Avatar {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_letters_and_digits_become_an_avatar() {
        assert!(Avatar::of("<b>hanako").to_string().contains(">B<"));
        assert!(Avatar::of("山田 花子").to_string().contains(">山<"));
        assert!(Avatar::of("<>").to_string().contains(">・<"));
    }
}
