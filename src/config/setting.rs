//! How one setting is declared, found and read. A bad one is named by key, and by line when it comes from the file.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::base::secret::Secret;

/// Why the settings cannot be used: one sentence that names the key.
#[derive(Debug)]
pub struct SettingError(pub String);

impl fmt::Display for SettingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for SettingError {}

/// A setting as `hosho config` prints it.
pub struct Described {
    /// `section.key`
    pub key: String,
    /// As text.
    pub default: &'static str,
    /// What it means, in English.
    pub about: String,
}

/// The values that were given, each with the place it came from.
pub struct Given(BTreeMap<String, (String, Place)>);

#[derive(Clone)]
enum Place {
    Line { file: String, line: usize },
    Variable(String),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line { file, line } => write!(f, "{file}, line {line}"),
            Self::Variable(name) => write!(f, "variable {name}"),
        }
    }
}

impl Given {
    /// Nothing given: every setting has its default.
    pub fn nothing() -> Self {
        Self(BTreeMap::new())
    }

    /// Read a TOML text; `file` is its name for messages.
    pub fn read_file(&mut self, file: &str, text: &str) -> Result<(), SettingError> {
        let table = DeTable::parse(text).map_err(|error| SettingError(format!("{file}: {error}")))?;
        for (key, value) in table.get_ref() {
            let name = key.get_ref().to_string();
            if let DeValue::Table(section) = value.get_ref() {
                for (inner, value) in section {
                    self.take_from_section(file, text, format!("{name}.{}", inner.get_ref()), value)?;
                }
            } else {
                self.take_from_file(file, text, name, value)?;
            }
        }
        Ok(())
    }

    /// A setting of a section, or one of the tables that a section is made of: `[upstream.line]`.
    fn take_from_section(
        &mut self,
        file: &str,
        text: &str,
        key: String,
        value: &Spanned<DeValue<'_>>,
    ) -> Result<(), SettingError> {
        let DeValue::Table(table) = value.get_ref() else { return self.take_from_file(file, text, key, value) };
        for (inner, value) in table {
            self.take_from_file(file, text, format!("{key}.{}", inner.get_ref()), value)?;
        }
        Ok(())
    }

    fn take_from_file(
        &mut self,
        file: &str,
        text: &str,
        key: String,
        value: &Spanned<DeValue<'_>>,
    ) -> Result<(), SettingError> {
        let line = text[..value.span().start].matches('\n').count() + 1;
        let plain = plain(value.get_ref()).ok_or_else(|| {
            SettingError(format!("{key} ({file}, line {line}): a text, a number, true, false or a list is expected"))
        })?;
        self.0.insert(key, (plain, Place::Line { file: file.to_owned(), line }));
        Ok(())
    }

    /// Take the value of a variable for the setting `key`.
    pub fn take_variable(&mut self, key: &str, variable: &str, value: String) {
        self.0.insert(key.to_owned(), (value, Place::Variable(variable.to_owned())));
    }

    /// The names of the tables that a section is made of, each once.
    pub fn tables_of(&self, section: &str) -> Vec<String> {
        let inside = |key: &String| Some(key.strip_prefix(section)?.strip_prefix('.')?.rsplit_once('.')?.0.to_owned());
        let mut names: Vec<String> = self.0.keys().filter_map(inside).collect();
        names.dedup();
        names
    }

    /// Read one setting, or its default.
    pub fn take<T: FromSetting>(&mut self, key: &str, default: &str) -> Result<T, SettingError> {
        let (text, place) = match self.0.remove(key) {
            Some((text, place)) => (text, Some(place)),
            None => (default.to_owned(), None),
        };
        T::from_setting(&text).map_err(|why| {
            let place = place.map_or_else(|| "default".to_owned(), |place| place.to_string());
            SettingError(format!("{key} ({place}): {why}"))
        })
    }

    /// What nobody took is unknown: misspelt, or of another version.
    pub fn refuse_the_rest(self) -> Result<(), SettingError> {
        match self.0.into_iter().next() {
            None => Ok(()),
            Some((key, (_, place))) => Err(SettingError(format!(
                "{key} ({place}): there is no such setting; `hosho config` prints all of them"
            ))),
        }
    }
}

fn plain(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) => Some(number.to_string()),
        DeValue::Boolean(flag) => Some(flag.to_string()),
        DeValue::Array(list) => {
            let parts: Option<Vec<String>> = list.iter().map(|item| plain(item.get_ref())).collect();
            Some(parts?.join(","))
        }
        DeValue::Float(_) | DeValue::Datetime(_) | DeValue::Table(_) => None,
    }
}

/// What a setting can be read into. `Err` says what is expected.
pub trait FromSetting: Sized {
    /// Read the text of a setting.
    fn from_setting(text: &str) -> Result<Self, String>;
}

impl FromSetting for String {
    fn from_setting(text: &str) -> Result<Self, String> {
        Ok(text.to_owned())
    }
}

impl FromSetting for Secret {
    fn from_setting(text: &str) -> Result<Self, String> {
        Ok(Self::new(text))
    }
}

impl FromSetting for bool {
    fn from_setting(text: &str) -> Result<Self, String> {
        text.parse().map_err(|_| "true or false is expected".to_owned())
    }
}

impl FromSetting for PathBuf {
    fn from_setting(text: &str) -> Result<Self, String> {
        if text.is_empty() { Err("a path is expected".to_owned()) } else { Ok(Self::from(text)) }
    }
}

impl FromSetting for std::net::SocketAddr {
    fn from_setting(text: &str) -> Result<Self, String> {
        text.parse().map_err(|_| "an address with a port, such as 127.0.0.1:8080, is expected".to_owned())
    }
}

impl FromSetting for http::HeaderName {
    /// With hyphens: a header with underscores is what somebody sends who wants to be taken for a proxy.
    fn from_setting(text: &str) -> Result<Self, String> {
        let expected = || "the name of a header, without underscores, is expected".to_owned();
        if text.contains('_') { Err(expected()) } else { text.parse().map_err(|_| expected()) }
    }
}

macro_rules! whole_numbers {
    ($($type:ty),+) => {$(
        impl FromSetting for $type {
            fn from_setting(text: &str) -> Result<Self, String> {
                text.replace('_', "").parse()
                    .map_err(|_| format!("a whole number from {} to {} is expected", <$type>::MIN, <$type>::MAX))
            }
        }
    )+};
}

whole_numbers!(u16, u32, u64, usize);

impl<T: FromSetting> FromSetting for Option<T> {
    /// Empty is "none".
    fn from_setting(text: &str) -> Result<Self, String> {
        if text.is_empty() { Ok(None) } else { T::from_setting(text).map(Some) }
    }
}

impl<T: FromSetting> FromSetting for Vec<T> {
    /// Separated by commas.
    fn from_setting(text: &str) -> Result<Self, String> {
        text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(T::from_setting).collect()
    }
}

impl FromSetting for Duration {
    /// `500ms`, `10s`, `15m`, `12h` or `30d`.
    fn from_setting(text: &str) -> Result<Self, String> {
        let expected = || "a duration such as 10s, 15m, 12h or 30d is expected".to_owned();
        let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let count: u64 = text[..digits].parse().map_err(|_| expected())?;
        let unit = match &text[digits..] {
            "ms" => 1,
            "s" => 1_000,
            "m" => 60_000,
            "h" => 3_600_000,
            "d" => 86_400_000,
            _ => return Err(expected()),
        };
        count.checked_mul(unit).map(Self::from_millis).ok_or_else(expected)
    }
}

/// Declare a section: a struct whose fields are its settings, each with its default and its meaning.
macro_rules! section {
    ($(#[doc = $about:literal])+ $name:ident in $section:literal {
        $($(#[doc = $doc:literal])+ $field:ident : $type:ty = $default:literal),+ $(,)?
    }) => {
        $(#[doc = $about])+
        #[derive(Clone, Debug)]
        pub struct $name {
            $($(#[doc = $doc])+ pub $field: $type),+
        }

        impl $name {
            pub(super) fn take(given: &mut $crate::config::setting::Given)
                -> Result<Self, $crate::config::setting::SettingError> {
                Ok(Self { $($field: given.take(&Self::key(stringify!($field)), $default)?),+ })
            }

            pub(super) fn describe(list: &mut Vec<$crate::config::setting::Described>) {
                $(list.push($crate::config::setting::Described {
                    key: Self::key(stringify!($field)),
                    default: $default,
                    about: concat!($($doc),+).trim().to_owned(),
                });)+
            }

            fn key(field: &str) -> String {
                if $section.is_empty() { field.to_owned() } else { format!("{}.{field}", $section) }
            }
        }
    };
}
pub(super) use section;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_with_their_unit() {
        assert_eq!(Duration::from_setting("15m"), Ok(Duration::from_secs(900)));
        assert!(Duration::from_setting("15").is_err());
        assert!(Duration::from_setting("-1s").is_err());
        assert!(Duration::from_setting("99999999999999999999d").is_err());
    }

    #[test]
    fn a_bad_value_names_its_key_and_line() {
        let mut given = Given::nothing();
        given.read_file("hosho.toml", "issuer = 'https://id.example'\n\n[token]\naccess = 'soon'\n").unwrap();
        let error = given.take::<Duration>("token.access", "10m").unwrap_err();
        assert!(error.0.starts_with("token.access (hosho.toml, line 4): "), "{error}");
    }

    #[test]
    fn an_unknown_key_is_refused_by_name() {
        let mut given = Given::nothing();
        given.read_file("hosho.toml", "isuer = 'https://id.example'").unwrap();
        let error = given.refuse_the_rest().unwrap_err();
        assert!(error.0.starts_with("isuer (hosho.toml, line 1): there is no such setting"), "{error}");
    }
}
