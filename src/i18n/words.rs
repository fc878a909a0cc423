//! The texts of one language, as methods: see the opening of [`crate::i18n`].

use std::borrow::Cow;
use std::path::Path;
use std::sync::OnceLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::types::{FluentNumber, FluentValue};
use fluent_bundle::{FluentArgs, FluentResource};

use super::{format, messages};
use crate::base::Locale;

include!(concat!(env!("OUT_DIR"), "/words.rs"));

type Bundle = FluentBundle<FluentResource>;

/// The texts of one language. A handle: copying it costs nothing, and any thread may use it.
#[derive(Clone, Copy)]
pub struct Words {
    locale: Locale,
    bundle: &'static Bundle,
}

/// Both languages, made once: at the first use, or earlier with an operator's own texts.
static BUNDLES: OnceLock<[Bundle; 2]> = OnceLock::new();

impl Words {
    /// The words of a language.
    pub fn of(locale: Locale) -> Self {
        let [japanese, english] = BUNDLES.get_or_init(|| Locale::ALL.map(embedded));
        Self { locale, bundle: if locale == Locale::Ja { japanese } else { english } }
    }

    /// The language these words are in.
    pub fn locale(&self) -> Locale {
        self.locale
    }

    /// The sentence for a wrong field, by the reason word of [`crate::base::FieldError`]; a reason without a
    /// sentence of its own gets one that is always true.
    pub fn field_reason(&self, reason: &str) -> String {
        let key = format!("reason-{}", reason.replace('_', "-"));
        if self.bundle.has_message(&key) { self.text(&key, []) } else { self.reason_other() }
    }

    /// What kind of entry of the audit log it is, in words people read.
    pub fn name_of_event(&self, name: &str) -> String {
        let key = format!("event-{}", name.replace(['.', '_'], "-"));
        if self.bundle.has_message(&key) { self.text(&key, []) } else { self.event_other() }
    }

    /// The name of a field of a person's record; `None` where it is for staff only.
    pub fn name_of_field(&self, claim: &str) -> Option<String> {
        let key = format!("field-{}", claim.to_lowercase().replace(['_', '#', '.'], "-"));
        self.bundle.has_message(&key).then(|| self.text(&key, []))
    }

    /// What a member of a person's copy is called, if it has a name.
    pub fn name_of_copied(&self, member: &str) -> Option<String> {
        let key = format!("copied-{}", member.to_lowercase().replace(['_', '#', '.'], "-"));
        self.bundle.has_message(&key).then(|| self.text(&key, []))
    }

    fn text<'a, const N: usize>(&self, key: &str, arguments: [(&'static str, FluentValue<'a>); N]) -> String {
        let Some(pattern) = self.bundle.get_message(key).and_then(|message| message.value()) else {
            return key.to_owned();
        };
        let arguments: FluentArgs<'a> = arguments.into_iter().collect();
        let mut errors = Vec::new();
        self.bundle.format_pattern(pattern, Some(&arguments), &mut errors).into_owned()
    }
}

impl std::fmt::Debug for Words {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Words({})", self.locale.tag())
    }
}

/// Read an operator's own texts (`<folder>/ja/*.ftl`, `<folder>/en/*.ftl`) over the embedded ones. To be
/// called once, before the first page; the error names the file and the key.
pub fn read_folder(folder: &Path) -> Result<(), String> {
    let mut bundles = Locale::ALL.map(embedded);
    for (locale, bundle) in Locale::ALL.into_iter().zip(&mut bundles) {
        let folder = folder.join(locale.tag());
        if !folder.exists() {
            continue;
        }
        let entries = std::fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        for entry in entries {
            let path = entry.map_err(|error| format!("{}: {error}", folder.display()))?.path();
            if path.extension().is_some_and(|extension| extension == "ftl") {
                let named = |reason: String| format!("{}: {reason}", path.display());
                let source = std::fs::read_to_string(&path).map_err(|error| named(error.to_string()))?;
                check(&source).map_err(named)?;
                bundle.add_resource_overriding(resource(&source));
            }
        }
    }
    BUNDLES.set(bundles).map_err(|_| "the words were already in use when i18n.folder was read".to_owned())
}

/// An operator's file may only say again, in other words, what the embedded files say.
fn check(source: &str) -> Result<(), String> {
    for message in messages::read(source)? {
        let Some((_, known)) = MESSAGES.iter().find(|(key, _)| *key == message.key) else {
            return Err(format!("there is no text `{}`", message.key));
        };
        if let Some(argument) = message.arguments.iter().find(|argument| !known.contains(&argument.as_str())) {
            return Err(format!("`{}` has no `${argument}`; it has {known:?}", message.key));
        }
    }
    Ok(())
}

fn embedded(locale: Locale) -> Bundle {
    let areas = match locale {
        Locale::Ja => JAPANESE,
        Locale::En => ENGLISH,
    };
    let mut bundle = FluentBundle::new_concurrent(vec![locale.tag().parse().unwrap_or_default()]);
    // Isolation marks are for mixed writing directions; in copied serial numbers they do harm.
    bundle.set_use_isolating(false);
    bundle.set_formatter(Some(grouped));
    for (_, source) in areas {
        bundle.add_resource_overriding(resource(source));
    }
    bundle
}

/// What the parser could read of a file. The build and [`check`] have refused files it cannot read.
fn resource(source: &str) -> FluentResource {
    FluentResource::try_new(source.to_owned()).unwrap_or_else(|(readable, _)| readable)
}

fn grouped<M>(value: &FluentValue<'_>, _: &M) -> Option<String> {
    match value {
        FluentValue::Number(FluentNumber { value, .. }) if value.fract() == 0.0 => {
            Some(format::number(format::whole(*value)))
        }
        _ => None,
    }
}

/// What may stand in a text: a word or a whole number, or a reference to one.
pub trait Arg {
    /// As Fluent takes it.
    fn value(&self) -> FluentValue<'_>;
}

impl<T: Arg + ?Sized> Arg for &T {
    fn value(&self) -> FluentValue<'_> {
        (**self).value()
    }
}

impl Arg for str {
    fn value(&self) -> FluentValue<'_> {
        FluentValue::from(self)
    }
}

impl Arg for String {
    fn value(&self) -> FluentValue<'_> {
        FluentValue::from(self.as_str())
    }
}

impl Arg for Cow<'_, str> {
    fn value(&self) -> FluentValue<'_> {
        FluentValue::from(self.as_ref())
    }
}

macro_rules! whole_numbers {
    ($($number:ty)*) => {$(
        impl Arg for $number {
            fn value(&self) -> FluentValue<'_> {
                FluentValue::from(*self)
            }
        }
    )*};
}
whole_numbers!(i8 u8 i16 u16 i32 u32 i64 u64 usize);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_takes_its_arguments_in_both_languages() {
        assert_eq!(Words::of(Locale::Ja).days_left(123), "あと123日");
        assert_eq!(Words::of(Locale::En).days_left(1), "1 day left");
        assert_eq!(Words::of(Locale::En).days_left(1_234_u64), "1,234 days left");
    }

    #[test]
    fn no_invisible_marks_surround_an_argument() {
        let text = Words::of(Locale::En).page_title("Products", "Hosho");
        assert_eq!(text, "Products · Hosho");
        assert!(text.chars().all(|c| !('\u{2066}'..='\u{2069}').contains(&c)));
    }

    #[test]
    fn english_texts_hold_no_japanese_letter() {
        for (area, source) in ENGLISH {
            for (line, text) in source.lines().enumerate() {
                let text = text.replace("日本語", "");
                let japanese = text
                    .chars()
                    .find(|c| matches!(c, '\u{3000}'..='\u{30ff}' | '\u{4e00}'..='\u{9fff}' | '\u{ff00}'..='\u{ffef}'));
                assert_eq!(japanese, None, "en/{area}.ftl, line {}", line + 1);
            }
        }
    }

    #[test]
    fn every_reason_word_gets_a_sentence() {
        let words = Words::of(Locale::En);
        assert_eq!(words.field_reason("required"), words.reason_required());
        assert_eq!(words.field_reason("never_heard_of"), words.reason_other());
    }

    #[test]
    fn an_operators_wrong_key_is_named() {
        assert_eq!(check("days-left = { $days }d"), Ok(()));
        assert_eq!(check("dais-left = x"), Err("there is no text `dais-left`".to_owned()));
        assert_eq!(check("days-left = { $hours }").unwrap_err(), "`days-left` has no `$hours`; it has [\"days\"]");
        assert!(check("days-left { broken").unwrap_err().starts_with("line 1: "));
    }
}
