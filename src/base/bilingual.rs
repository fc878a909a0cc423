//! A text that exists in both languages: names of models, plans, components and scopes.

use super::Locale;

/// One text in Japanese and in English; where one is missing the other stands in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bilingual {
    ja: String,
    en: String,
}

impl Bilingual {
    /// Both texts, blanks at the ends removed; `None` when both are empty.
    pub fn new(ja: &str, en: &str) -> Option<Self> {
        let (ja, en) = (ja.trim(), en.trim());
        if ja.is_empty() && en.is_empty() {
            return None;
        }
        Some(Self {
            ja: if ja.is_empty() { en } else { ja }.to_owned(),
            en: if en.is_empty() { ja } else { en }.to_owned(),
        })
    }

    /// The text for a reader of `locale`.
    pub fn in_locale(&self, locale: Locale) -> &str {
        match locale {
            Locale::Ja => &self.ja,
            Locale::En => &self.en,
        }
    }

    /// The Japanese text.
    pub fn ja(&self) -> &str {
        &self.ja
    }

    /// The English text.
    pub fn en(&self) -> &str {
        &self.en
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_other_language_stands_in() {
        let name = Bilingual::new(" エアコン ", "").unwrap();
        assert_eq!(name.in_locale(Locale::En), "エアコン");
        assert_eq!(name.in_locale(Locale::Ja), "エアコン");
        assert_eq!(Bilingual::new(" ", ""), None);
    }
}
