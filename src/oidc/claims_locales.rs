//! Languages and scripts in which a client wishes claims: the `claims_locales` parameter. OpenID Connect Core §5.2.
//!
//! # Decisions
//! - A wish changes the values without a tag: each is told in the first wished language that there is. Of the tagged
//!   forms that a scope brings along, those that are wished are told besides; none beside a single wish, which needs no
//!   tags. What is asked for by its tagged name comes under that name, whatever is wished.
//! - A value without a tag is in a language that nobody tagged, unless it equals a tagged one. So `en ja` leaves a name
//!   that is written "Yamada" as it is, and does not replace it by its kana.

use std::fmt;

use serde_json::{Map, Value};

use crate::base::Locale;

/// The languages and scripts of the tagged claims, and of the names of products: `claims_locales_supported`.
pub const SUPPORTED: [&str; 4] = ["ja", "ja-Hani-JP", "ja-Kana-JP", "en"];

/// Most languages that are looked at.
const MOST: usize = 10;
/// Longest tag ([RFC 5646 §4.4.1](https://www.rfc-editor.org/rfc/rfc5646#section-4.4.1)).
const LONGEST: usize = 35;

/// Wished languages, the best first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClaimsLocales(Vec<String>);

impl ClaimsLocales {
    /// Read the parameter. What is no language tag is no wish: nothing here is ever an error.
    pub fn parse(text: Option<&str>) -> Self {
        let is_tag = |tag: &&str| {
            let is_part = |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric());
            tag.len() <= LONGEST && tag.split('-').all(is_part)
        };
        Self(text.unwrap_or_default().split(' ').filter(is_tag).take(MOST).map(str::to_owned).collect())
    }

    /// The first of them in which everything else is written here.
    pub fn locale(&self) -> Option<Locale> {
        self.0.iter().find_map(|wish| Locale::from_tag(wish))
    }

    /// Whether the tagged form of a claim is told beside the one without a tag.
    pub fn keeps(&self, tag: &str) -> bool {
        match self.0.as_slice() {
            [] => true,
            [_] => false,
            wishes => wishes.iter().any(|wish| matches(wish, tag)),
        }
    }

    /// The value that is told without a tag, of all that there are of a claim.
    pub fn best<'a>(&self, base: &str, all: &'a Map<String, Value>) -> Option<&'a Value> {
        let plain = all.get(base);
        let is_plain_tagged = tagged(base, all).any(|(_, value)| Some(value) == plain);
        let is_tagged_in =
            |wish: &str| tagged(base, all).any(|(tag, _)| language(tag).eq_ignore_ascii_case(language(wish)));
        for wish in &self.0 {
            if let Some(value) = nearest(wish, base, all) {
                return Some(value);
            }
            if plain.is_some() && !is_plain_tagged && !is_tagged_in(wish) {
                return plain;
            }
        }
        plain
    }
}

impl fmt::Display for ClaimsLocales {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(" "))
    }
}

/// The value of a claim in a language: the first in the order of the tags, in which kanji come before kana. A client
/// that asks for `ja` need not know how finely we tell scripts apart.
pub fn nearest<'a>(range: &str, base: &str, all: &'a Map<String, Value>) -> Option<&'a Value> {
    let mut fitting: Vec<_> = tagged(base, all).filter(|(tag, _)| matches(range, tag)).collect();
    fitting.sort_by_key(|(tag, _)| *tag);
    fitting.first().map(|(_, value)| *value)
}

fn tagged<'a>(base: &str, all: &'a Map<String, Value>) -> impl Iterator<Item = (&'a str, &'a Value)> {
    all.iter().filter_map(move |(name, value)| {
        let (of, tag) = name.split_once('#')?;
        (of == base).then_some((tag, value))
    })
}

fn language(tag: &str) -> &str {
    tag.split('-').next().unwrap_or(tag)
}

/// Whether a tag is in a range: every part of the range is in it, in that order.
/// [RFC 4647 §3.3.2](https://www.rfc-editor.org/rfc/rfc4647#section-3.3.2)
fn matches(range: &str, tag: &str) -> bool {
    let mut parts = tag.split('-');
    let mut wanted = range.split('-');
    let is_same_language = wanted.next().zip(parts.next()).is_some_and(|(one, other)| one.eq_ignore_ascii_case(other));
    is_same_language && wanted.all(|want| parts.by_ref().any(|part| part.eq_ignore_ascii_case(want)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(json: &Value) -> Map<String, Value> {
        json.as_object().unwrap().clone()
    }

    fn best(wishes: &str, all: &Map<String, Value>) -> String {
        let best = ClaimsLocales::parse(Some(wishes)).best("name", all).unwrap();
        best.as_str().unwrap().to_owned()
    }

    #[test]
    fn a_value_comes_in_the_first_wished_language_that_there_is() {
        let latin =
            names(&serde_json::json!({"name": "Yamada", "name#ja-Hani-JP": "山田", "name#ja-Kana-JP": "ヤマダ"}));
        let kanji = names(&serde_json::json!({"name": "山田", "name#ja-Hani-JP": "山田", "name#ja-Kana-JP": "ヤマダ"}));
        for (wishes, of_latin, of_kanji) in [
            ("", "Yamada", "山田"),
            ("ja", "山田", "山田"),
            ("ja-JP", "山田", "山田"),
            ("JA-kana", "ヤマダ", "ヤマダ"),
            ("ja-Kana-JP", "ヤマダ", "ヤマダ"),
            ("fr", "Yamada", "山田"),
            ("en ja-Kana-JP", "Yamada", "ヤマダ"),
            ("ja-Hira ja-Kana", "ヤマダ", "ヤマダ"),
            ("ja-Hira", "Yamada", "山田"),
        ] {
            assert_eq!(
                (best(wishes, &latin).as_str(), best(wishes, &kanji).as_str()),
                (of_latin, of_kanji),
                "{wishes}"
            );
        }
        // Kana alone are better than nothing, but no better than what is asked for.
        let kana = names(&serde_json::json!({"name": "Yamada", "name#ja-Kana-JP": "ヤマダ"}));
        assert_eq!((best("en ja", &kana).as_str(), best("ja", &kana).as_str()), ("Yamada", "ヤマダ"));
    }

    #[test]
    fn a_single_wish_needs_no_tags_and_several_keep_theirs() {
        let keeps =
            |wishes: &str| ["ja-Hani-JP", "ja-Kana-JP"].map(|tag| ClaimsLocales::parse(Some(wishes)).keeps(tag));
        assert_eq!(keeps(""), [true, true]);
        assert_eq!(keeps("ja-Kana-JP"), [false, false]);
        assert_eq!(keeps("ja-Hani-JP ja-Kana-JP"), [true, true]);
        assert_eq!(keeps("en ja-Kana"), [false, true]);
    }

    #[test]
    fn what_is_no_tag_is_no_wish() {
        let many = "de ".repeat(100);
        for (text, read) in [
            ("se ja-Kana-JP", "se ja-Kana-JP"),
            ("  ja   en ", "ja en"),
            ("日本語 * ja_JP <b> --", ""),
            (&"a".repeat(60), ""),
            (&many, "de de de de de de de de de de"),
        ] {
            let locales = ClaimsLocales::parse(Some(text));
            assert_eq!(locales.to_string(), read, "{text}");
            assert_eq!(ClaimsLocales::parse(Some(&locales.to_string())), locales);
        }
        assert_eq!(ClaimsLocales::parse(Some("se en-GB ja")).locale(), Some(Locale::En));
    }
}
