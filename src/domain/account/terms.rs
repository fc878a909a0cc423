//! Terms and privacy texts: immutable versions, each in force from a day on.

use crate::base::text::is_storable;
use crate::base::{Locale, Timestamp};

/// Which of the two texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The terms of service.
    Terms,
    /// The privacy policy.
    Privacy,
}

impl Kind {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Terms, Self::Privacy];

    /// The word that is stored, that commands take and that stands in the address of the page.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Terms => "terms",
            Self::Privacy => "privacy",
        }
    }

    /// Read the word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// Where an acceptance happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// While the account was made.
    SignUp,
    /// At a sign-in, or when an application asked.
    SignIn,
}

impl Source {
    /// The word that is stored.
    pub const fn word(self) -> &'static str {
        match self {
            Self::SignUp => "sign_up",
            Self::SignIn => "sign_in",
        }
    }
}

/// One version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// Of which text.
    pub kind: Kind,
    /// Its name, such as `2026-11`.
    pub version: String,
    /// From when on it is the current one.
    pub from_at: Timestamp,
    /// What is new, in Japanese and in English.
    pub changes: (String, String),
    /// When it was published.
    pub published_at: Timestamp,
}

impl Version {
    /// What is new, in the reader's language.
    pub fn changes(&self, locale: Locale) -> &str {
        match locale {
            Locale::Ja => &self.changes.0,
            Locale::En => &self.changes.1,
        }
    }
}

/// Whether a text is the name of a version: it stands in addresses.
pub fn is_version_name(text: &str) -> bool {
    let is_fine = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    (1..=40).contains(&text.len()) && text.chars().all(is_fine) && text.starts_with(|c: char| c.is_ascii_alphanumeric())
}

/// The longest text, in characters.
pub const LONGEST: usize = 200_000;

/// Whether a text can be published.
pub fn is_body(text: &str) -> bool {
    !text.trim().is_empty() && text.chars().count() <= LONGEST && is_storable(text, true)
}

/// A part of a text as a page shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// `# …`, `## …`
    Heading(String),
    /// Lines that belong together.
    Paragraph(Vec<String>),
    /// Lines that begin with a hyphen or a middle dot.
    List(Vec<String>),
}

impl Block {
    /// The text of a heading.
    pub fn heading(&self) -> Option<&str> {
        if let Self::Heading(text) = self { Some(text) } else { None }
    }

    /// The points of a list.
    pub fn points(&self) -> &[String] {
        if let Self::List(points) = self { points } else { &[] }
    }

    /// The lines of a paragraph.
    pub fn lines(&self) -> &[String] {
        if let Self::Paragraph(lines) = self { lines } else { &[] }
    }
}

/// A text part by part: blank lines divide, a number sign begins a heading, a hyphen a point of a list. It is plain text
/// otherwise, so that what lawyers wrote is what people read.
pub fn blocks(body: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut begins = true;
    for line in body.lines().map(str::trim) {
        if line.is_empty() {
            begins = true;
            continue;
        }
        let point = line.strip_prefix("- ").or_else(|| line.strip_prefix('・'));
        if line.starts_with('#') {
            blocks.push(Block::Heading(line.trim_start_matches('#').trim().to_owned()));
            begins = true;
            continue;
        }
        match (point, blocks.last_mut()) {
            (Some(point), Some(Block::List(points))) if !begins => points.push(point.trim().to_owned()),
            (Some(point), _) => blocks.push(Block::List(vec![point.trim().to_owned()])),
            (None, Some(Block::Paragraph(lines))) if !begins => lines.push(line.to_owned()),
            (None, _) => blocks.push(Block::Paragraph(vec![line.to_owned()])),
        }
        begins = false;
    }
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_becomes_headings_paragraphs_and_lists() {
        let text = |text: &str| text.to_owned();
        assert_eq!(
            blocks("# 利用規約\n第1条\n本規約は…\n\n・一つ\n・二つ\n\nおわり"),
            [
                Block::Heading(text("利用規約")),
                Block::Paragraph(vec![text("第1条"), text("本規約は…")]),
                Block::List(vec![text("一つ"), text("二つ")]),
                Block::Paragraph(vec![text("おわり")]),
            ]
        );
    }

    #[test]
    fn a_version_has_a_name_for_an_address() {
        for good in ["2026-11", "1.0", "v2_b"] {
            assert!(is_version_name(good), "{good}");
        }
        for bad in ["", "../x", "a/b", "第1版", ".", "-1", &"1".repeat(41)] {
            assert!(!is_version_name(bad), "{bad}");
        }
        assert!(!is_body(" \n") && !is_body("a\u{0}b") && is_body("a\nb"));
    }
}
