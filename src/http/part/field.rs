//! A field of a form: label above, hint under it, the error between hint and input, the value kept.

use askama::Template;

use super::Icon;
use crate::base::FieldError;
use crate::i18n::Words;

/// RFC 5321 §4.5.3.1.3, without the angle brackets.
const LONGEST_ADDRESS: usize = 254;

/// One field of a form with everything that belongs to it, bound by ids.
#[derive(Clone, Debug, Template)]
#[template(path = "part/field.html")]
pub struct Field {
    words: Words,
    kind: Kind,
    name: &'static str,
    label: String,
    value: String,
    hint: Option<String>,
    error: Option<String>,
    autocomplete: Option<&'static str>,
    required: bool,
    placeholder: Option<String>,
    max_length: Option<u32>,
    bounds: Option<(String, String)>,
    choices: Vec<(String, String)>,
    script: Option<&'static str>,
    feeds: Option<&'static str>,
    list: Option<&'static str>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Text,
    Email,
    Password,
    Once,
    Code,
    Date,
    Select,
    Lines,
}

impl askama::filters::HtmlSafe for Field {}

impl Field {
    /// A line of text.
    pub fn text(words: Words, name: &'static str, label: impl Into<String>) -> Self {
        Self::new(words, Kind::Text, name, label.into())
    }

    /// An e-mail address.
    pub fn email(words: Words, name: &'static str, label: impl Into<String>) -> Self {
        Self { autocomplete: Some("email"), ..Self::new(words, Kind::Email, name, label.into()) }
    }

    /// Holding the address that was typed, as far as one can go.
    #[must_use]
    pub fn typed_address(self, typed: &str) -> Self {
        self.value(typed.chars().take(LONGEST_ADDRESS).collect::<String>())
    }

    /// A password: it can be shown, it may be pasted, and it never comes back in an answer.
    pub fn password(words: Words, name: &'static str, label: impl Into<String>) -> Self {
        Self::new(words, Kind::Password, name, label.into())
    }

    /// A one-time code of digits.
    pub fn once(words: Words, name: &'static str, label: impl Into<String>) -> Self {
        Self { autocomplete: Some("one-time-code"), ..Self::new(words, Kind::Once, name, label.into()) }
    }

    /// A serial number or another code of letters and digits: nothing corrects it while it is typed.
    pub fn code(words: Words, name: &'static str, label: impl Into<String>) -> Self {
        Self::new(words, Kind::Code, name, label.into())
    }

    /// A calendar date, as `2026-11-22`.
    pub fn date(words: Words, name: &'static str, label: impl Into<String>) -> Self {
        Self::new(words, Kind::Date, name, label.into())
    }

    /// One of several values, each with its text.
    pub fn select(
        words: Words,
        name: &'static str,
        label: impl Into<String>,
        choices: impl IntoIterator<Item = (String, String)>,
    ) -> Self {
        Self { choices: choices.into_iter().collect(), ..Self::new(words, Kind::Select, name, label.into()) }
    }

    /// Several lines of text.
    pub fn lines(words: Words, name: &'static str, label: impl Into<String>) -> Self {
        Self::new(words, Kind::Lines, name, label.into())
    }

    /// May be left empty: the label says so. Fields are required otherwise.
    #[must_use]
    pub fn optional(self) -> Self {
        Self { required: false, ..self }
    }

    /// With the value that was typed, or is known.
    #[must_use]
    pub fn value(self, value: impl Into<String>) -> Self {
        Self { value: value.into(), ..self }
    }

    /// With a hint under the label.
    #[must_use]
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    /// With what browsers may fill in: <https://html.spec.whatwg.org/#autofill>.
    #[must_use]
    pub fn autocomplete(self, value: &'static str) -> Self {
        Self { autocomplete: Some(value), ..self }
    }

    /// With an example inside; never instead of a hint.
    #[must_use]
    pub fn placeholder(self, example: impl Into<String>) -> Self {
        Self { placeholder: Some(example.into()), ..self }
    }

    /// With the number of letters it takes.
    #[must_use]
    pub fn max_length(self, letters: u32) -> Self {
        Self { max_length: Some(letters), ..self }
    }

    /// With the first and the last date (`2026-11-22`) a date may have.
    #[must_use]
    pub fn between(self, first: impl Into<String>, last: impl Into<String>) -> Self {
        Self { bounds: Some((first.into(), last.into())), ..self }
    }

    /// With the convenience of `hosho.js` by that name (`data-live`).
    #[must_use]
    pub fn live(self, script: &'static str) -> Self {
        Self { script: Some(script), ..self }
    }

    /// What is typed here is read back with the live field of that name.
    #[must_use]
    pub fn feeds(self, field: &'static str) -> Self {
        Self { feeds: Some(field), ..self }
    }

    /// With the suggestions of the `<datalist>` of that id.
    #[must_use]
    pub fn list(self, id: &'static str) -> Self {
        Self { list: Some(id), ..self }
    }

    /// With its error, where one of these is about it.
    #[must_use]
    pub fn errors(self, errors: &[FieldError]) -> Self {
        match errors.iter().find(|error| error.field == self.name) {
            Some(error) => Self { error: Some(self.words.field_reason(&error.reason)), ..self },
            None => self,
        }
    }

    /// With an error in a sentence of its own.
    #[must_use]
    pub fn error(self, sentence: impl Into<String>) -> Self {
        Self { error: Some(sentence.into()), ..self }
    }

    /// The id of its input: its name.
    pub fn id(&self) -> &str {
        self.name
    }

    /// Its label.
    pub fn label(&self) -> &str {
        &self.label
    }

    /// What is wrong with it.
    pub fn wrong(&self) -> Option<&str> {
        self.error.as_deref()
    }

    fn new(words: Words, kind: Kind, name: &'static str, label: String) -> Self {
        Self {
            words,
            kind,
            name,
            label,
            value: String::new(),
            hint: None,
            error: None,
            autocomplete: None,
            required: true,
            placeholder: None,
            max_length: None,
            bounds: None,
            choices: Vec::new(),
            script: None,
            feeds: None,
            list: None,
        }
    }

    fn input_type(&self) -> &'static str {
        match self.kind {
            Kind::Email => "email",
            Kind::Password => "password",
            Kind::Date => "date",
            Kind::Text | Kind::Once | Kind::Code | Kind::Select | Kind::Lines => "text",
        }
    }

    fn class(&self) -> &'static str {
        match self.kind {
            Kind::Once => "input input-once",
            Kind::Code => "input input-code",
            Kind::Date => "input input-date",
            Kind::Text | Kind::Email | Kind::Password | Kind::Select | Kind::Lines => "input",
        }
    }

    fn described_by(&self) -> String {
        let parts = [(self.hint.is_some(), "hint"), (self.error.is_some(), "error"), (self.script.is_some(), "live")];
        let ids: Vec<String> =
            parts.iter().filter(|(there, _)| *there).map(|(_, part)| format!("{}-{part}", self.name)).collect();
        ids.join(" ")
    }
}

/// A box to tick, with its text beside it.
#[derive(Clone, Debug, Template)]
#[template(path = "part/check.html")]
pub struct Check {
    name: &'static str,
    text: String,
    hint: Option<String>,
    ticked: bool,
}

impl askama::filters::HtmlSafe for Check {}

impl Check {
    /// A box that sends `name=on` when it is ticked.
    pub fn new(name: &'static str, text: impl Into<String>) -> Self {
        Self { name, text: text.into(), hint: None, ticked: false }
    }

    /// Ticked already, or not.
    #[must_use]
    pub fn ticked(self, ticked: bool) -> Self {
        Self { ticked, ..self }
    }

    /// With a hint below its text.
    #[must_use]
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Locale;

    #[test]
    fn label_hint_and_error_are_bound_to_the_input() {
        let words = Words::of(Locale::En);
        let wrong = [FieldError::new("email", "required")];
        let html = Field::email(words, "email", "E-mail").hint("We write to it.").errors(&wrong).to_string();
        assert!(html.contains(r#"<label for="email">"#), "{html}");
        assert!(html.contains(r#"aria-describedby="email-hint email-error""#), "{html}");
        assert!(html.contains(r#"aria-invalid="true""#), "{html}");
        assert!(html.contains("Please fill this in"), "{html}");
    }

    #[test]
    fn what_was_typed_comes_back_escaped_but_a_password_never_does() {
        let words = Words::of(Locale::Ja);
        let text = Field::text(words, "dealer", "販売店").value("\"><script>").to_string();
        assert!(!text.contains("<script>") && text.contains("script"), "{text}");
        let password = Field::password(words, "password", "パスワード").value("secret").to_string();
        assert!(!password.contains("secret"), "{password}");
    }
}
