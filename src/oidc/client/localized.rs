//! Texts of client metadata in several languages: `client_name`, `client_name#ja`. RFC 7591 §2.2.

use std::collections::BTreeMap;

use crate::base::Locale;

/// One text with its translations, by BCP 47 tag; the untagged one has an empty tag.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Localized(BTreeMap<String, String>);

impl Localized {
    /// Put in the text of one language; an empty tag means untagged.
    pub fn insert(&mut self, tag: &str, text: String) {
        self.0.insert(tag.to_owned(), text);
    }

    /// The best text for a reader: the reader's language, else untagged, else any.
    pub fn get(&self, locale: Locale) -> Option<&str> {
        let tagged = self.0.iter().find(|(tag, _)| Locale::from_tag(tag) == Some(locale));
        let text = tagged.map(|(_, text)| text).or_else(|| self.0.get("")).or_else(|| self.0.values().next());
        text.map(String::as_str)
    }

    /// Every text with its tag, untagged first.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(tag, text)| (tag.as_str(), text.as_str()))
    }

    /// Whether there is no text in any language.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_readers_language_comes_first_then_the_untagged_text() {
        let mut name = Localized::default();
        assert_eq!(name.get(Locale::Ja), None);
        name.insert("", "Shop".to_owned());
        name.insert("ja-JP", "お店".to_owned());
        assert_eq!(name.get(Locale::Ja), Some("お店"));
        assert_eq!(name.get(Locale::En), Some("Shop"));
    }
}
