//! Reading members of a metadata document with the error its standard asks for. RFC 7591 §3.2.2.

use serde_json::{Map, Value};

use super::localized::Localized;
use crate::base::text::is_storable;
use crate::base::url::is_showable_link;
use crate::oidc::error::OAuthError;

/// Most elements of one list.
const MOST: usize = 100;
/// Longest text.
const LONGEST: usize = 2048;

/// The members of one JSON object; `null` is absent, unknown members are ignored.
/// [RFC 7591 §2](https://www.rfc-editor.org/rfc/rfc7591#section-2)
pub struct Members<'a>(pub &'a Map<String, Value>);

impl<'a> Members<'a> {
    /// A text.
    pub fn text(&self, name: &str) -> Result<Option<&'a str>, OAuthError> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => storable(name, text).map(Some),
            Some(_) => Err(wrong(name, "must be a string")),
        }
    }

    /// A truth value.
    pub fn flag(&self, name: &str) -> Result<bool, OAuthError> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(false),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(_) => Err(wrong(name, "must be true or false")),
        }
    }

    /// An object, as it is.
    pub fn object(&self, name: &str) -> Result<Option<&'a Map<String, Value>>, OAuthError> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Object(object)) => Ok(Some(object)),
            Some(_) => Err(wrong(name, "must be an object")),
        }
    }

    /// A number of seconds.
    pub fn seconds(&self, name: &str) -> Result<Option<u32>, OAuthError> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => match value.as_u64().and_then(|number| u32::try_from(number).ok()) {
                Some(number) => Ok(Some(number)),
                None => Err(wrong(name, "must be a number of seconds")),
            },
        }
    }

    /// A list of texts; absent is not the same as empty.
    pub fn list(&self, name: &str) -> Result<Option<Vec<&'a str>>, OAuthError> {
        let elements = match self.0.get(name) {
            None | Some(Value::Null) => return Ok(None),
            Some(Value::Array(elements)) if elements.len() <= MOST => elements,
            Some(Value::Array(_)) => return Err(wrong(name, "has too many elements")),
            Some(_) => return Err(wrong(name, "must be an array of strings")),
        };
        let texts = elements.iter().map(|element| match element {
            Value::String(text) => storable(name, text),
            _ => Err(wrong(name, "must be an array of strings")),
        });
        texts.collect::<Result<_, _>>().map(Some)
    }

    /// One word of a closed set.
    pub fn choice<T>(&self, name: &str, read: impl Fn(&str) -> Option<T>) -> Result<Option<T>, OAuthError> {
        match self.text(name)? {
            None => Ok(None),
            Some(word) => read(word).map(Some).ok_or_else(|| wrong(name, "has a value that is not supported")),
        }
    }

    /// Several words of a closed set.
    pub fn choices<T>(&self, name: &str, read: impl Fn(&str) -> Option<T>) -> Result<Option<Vec<T>>, OAuthError> {
        let Some(words) = self.list(name)? else { return Ok(None) };
        let read = |word| read(word).ok_or_else(|| wrong(name, "has a value that is not supported"));
        words.into_iter().map(read).collect::<Result<_, _>>().map(Some)
    }

    /// A text with translations: `name`, `name#ja`.
    pub fn localized(&self, name: &str) -> Result<Localized, OAuthError> {
        let mut texts = Localized::default();
        for member in self.0.keys() {
            let tag = match member.strip_prefix(name) {
                Some("") => "",
                Some(rest) => match rest.strip_prefix('#') {
                    Some(tag) => language_tag(tag).ok_or_else(|| wrong(name, "has a malformed language tag"))?,
                    None => continue,
                },
                None => continue,
            };
            if let Some(text) = self.text(member)?.filter(|text| !text.is_empty()) {
                texts.insert(tag, text.to_owned());
            }
        }
        Ok(texts)
    }

    /// A link that people will be shown, with translations.
    pub fn localized_link(&self, name: &str) -> Result<Localized, OAuthError> {
        let links = self.localized(name)?;
        if links.iter().all(|(_, link)| is_showable_link(link)) {
            Ok(links)
        } else {
            Err(wrong(name, "must be an https URL"))
        }
    }
}

/// `invalid_client_metadata`, naming the member.
pub fn wrong(name: &str, what: &str) -> OAuthError {
    OAuthError::invalid_client_metadata(format!("{name} {what}"))
}

fn storable<'a>(name: &str, text: &'a str) -> Result<&'a str, OAuthError> {
    if text.len() > LONGEST {
        return Err(wrong(name, "is too long"));
    }
    if !is_storable(text, false) {
        return Err(wrong(name, "contains control characters"));
    }
    Ok(text)
}

fn language_tag(tag: &str) -> Option<&str> {
    let shaped =
        tag.split('-').all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric()));
    (shaped && tag.len() <= 35).then_some(tag)
}
