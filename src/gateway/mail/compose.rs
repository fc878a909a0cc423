//! From a letter's content to subject, text and HTML. One template per letter and language says everything;
//! the HTML is the same sentences in a frame, so that the two can never differ.
//!
//! A template's first line is the subject. A paragraph `[label](address)` is a button, `# text` is a code.

use askama::Template;
use serde::{Deserialize, Serialize};

use crate::base::{Fault, Locale, Result};
use crate::domain::auth::recovery_code::FEW;
use crate::domain::letter::{Content, Letter};

/// A letter that is ready to leave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Composed {
    /// The address.
    pub to: String,
    /// One line.
    pub subject: String,
    /// For readers of plain text.
    pub text: String,
    /// For everybody else.
    pub html: String,
}

impl Composed {
    /// For the outbox.
    pub fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// From the outbox.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        serde_json::from_slice(bytes).map_err(|error| Fault::because("a letter cannot be read", error).into())
    }
}

/// A part of a letter.
#[derive(Debug, PartialEq, Eq)]
enum Block<'a> {
    Paragraph(Vec<&'a str>),
    Button { label: &'a str, address: &'a str },
    Code(&'a str),
}

impl Block<'_> {
    fn lines(&self) -> &[&str] {
        if let Self::Paragraph(lines) = self { lines } else { &[] }
    }
    fn button(&self) -> Option<(&str, &str)> {
        if let Self::Button { label, address } = self { Some((label, address)) } else { None }
    }
    fn code(&self) -> Option<&str> {
        if let Self::Code(code) = self { Some(code) } else { None }
    }
}

#[derive(Template)]
#[template(path = "mail/letter.html")]
struct Frame<'a> {
    language: &'static str,
    subject: &'a str,
    sender: &'a str,
    blocks: &'a [Block<'a>],
}

/// Put a letter into words.
pub fn compose(letter: &Letter, sender: &str) -> Result<Composed> {
    let prose = prose(letter, sender)?;
    let (subject, body) = prose.split_once('\n').unwrap_or((&prose, ""));
    let blocks = blocks(body);
    let language = letter.locale.tag();
    let html = Frame { language, subject, sender, blocks: &blocks }
        .render()
        .map_err(|error| Fault::because("a letter cannot be rendered", error))?;
    Ok(Composed { to: letter.to.clone(), subject: subject.trim().to_owned(), text: text_of(&blocks), html })
}

fn blocks(body: &str) -> Vec<Block<'_>> {
    body.split("\n\n")
        .map(str::trim)
        .filter(|paragraph| !paragraph.is_empty())
        .map(|paragraph| {
            let button = paragraph.strip_prefix('[').and_then(|p| p.strip_suffix(')')).and_then(|p| p.split_once("]("));
            match (button, paragraph.strip_prefix("# ")) {
                (Some((label, address)), _) => Block::Button { label, address },
                (None, Some(code)) => Block::Code(code),
                (None, None) => Block::Paragraph(paragraph.lines().collect()),
            }
        })
        .collect()
}

fn text_of(blocks: &[Block<'_>]) -> String {
    let parts: Vec<String> = blocks
        .iter()
        .map(|block| match block {
            Block::Paragraph(lines) => lines.join("\n"),
            Block::Button { label, address } => format!("{label}:\n{address}"),
            Block::Code(code) => format!("    {code}"),
        })
        .collect();
    parts.join("\n\n") + "\n"
}

macro_rules! prose {
    ($locale:expr, $sender:expr, $ja:literal, $en:literal { $($field:ident : $value:expr),* $(,)? }) => {{
        #[derive(Template)]
        #[template(path = $ja, escape = "none")]
        struct Ja<'a> { sender: &'a str, $($field: String),* }
        #[derive(Template)]
        #[template(path = $en, escape = "none")]
        struct En<'a> { sender: &'a str, $($field: String),* }
        match $locale {
            Locale::Ja => Ja { sender: $sender, $($field: one_line(&$value.to_string())),* }.render(),
            Locale::En => En { sender: $sender, $($field: one_line(&$value.to_string())),* }.render(),
        }
    }};
}

fn prose(letter: &Letter, sender: &str) -> Result<String> {
    let locale = letter.locale;
    let rendered = match &letter.content {
        Content::SignUpCode { code, link, minutes } => {
            prose!(locale, sender, "mail/ja/sign_up_code.txt", "mail/en/sign_up_code.txt" { code: code, link: link, minutes: minutes })
        }
        Content::AlreadyRegistered { sign_in, recover } => {
            prose!(locale, sender, "mail/ja/already_registered.txt", "mail/en/already_registered.txt" { sign_in: sign_in, recover: recover })
        }
        Content::PasswordReset { code, link, minutes } => {
            prose!(locale, sender, "mail/ja/password_reset.txt", "mail/en/password_reset.txt" { code: code, link: link, minutes: minutes })
        }
        Content::NoAccount { sign_up } => {
            prose!(locale, sender, "mail/ja/no_account.txt", "mail/en/no_account.txt" { sign_up: sign_up })
        }
        Content::EmailChangeCode { code, link, minutes } => {
            prose!(locale, sender, "mail/ja/email_change_code.txt", "mail/en/email_change_code.txt" { code: code, link: link, minutes: minutes })
        }
        Content::EmailTaken { sign_in, recover } => {
            prose!(locale, sender, "mail/ja/email_taken.txt", "mail/en/email_taken.txt" { sign_in: sign_in, recover: recover })
        }
        Content::EmailChanged { at, until, undo } => {
            prose!(locale, sender, "mail/ja/email_changed.txt", "mail/en/email_changed.txt" { at: at, until: until, undo: undo })
        }
        Content::EmailBroughtBack { at, recover } => {
            prose!(locale, sender, "mail/ja/email_brought_back.txt", "mail/en/email_brought_back.txt" { at: at, recover: recover })
        }
        Content::PhoneChanged { at, link } => {
            prose!(locale, sender, "mail/ja/phone_changed.txt", "mail/en/phone_changed.txt" { at: at, link: link })
        }
        Content::AccountClosed { until, link } => {
            prose!(locale, sender, "mail/ja/account_closed.txt", "mail/en/account_closed.txt" { until: until, link: link })
        }
        Content::ErasureNear { until, link } => {
            prose!(locale, sender, "mail/ja/erasure_near.txt", "mail/en/erasure_near.txt" { until: until, link: link })
        }
        Content::AccountErased { kept } => {
            prose!(locale, sender, "mail/ja/account_erased.txt", "mail/en/account_erased.txt" { kept: kept })
        }
        Content::AccountUnused { until, link } => {
            prose!(locale, sender, "mail/ja/account_unused.txt", "mail/en/account_unused.txt" { until: until, link: link })
        }
        Content::AccountsMerged { at, stays, until } => {
            prose!(locale, sender, "mail/ja/accounts_merged.txt", "mail/en/accounts_merged.txt" { at: at, stays: stays, until: until })
        }
        Content::AccountsApart { at } => {
            prose!(locale, sender, "mail/ja/accounts_apart.txt", "mail/en/accounts_apart.txt" { at: at })
        }
        Content::ExportReady { until, link } => {
            prose!(locale, sender, "mail/ja/export_ready.txt", "mail/en/export_ready.txt" { until: until, link: link })
        }
        Content::PasswordChanged { at, recover } => {
            prose!(locale, sender, "mail/ja/password_changed.txt", "mail/en/password_changed.txt" { at: at, recover: recover })
        }
        Content::PasskeyAdded { name, at, link } => {
            prose!(locale, sender, "mail/ja/passkey_added.txt", "mail/en/passkey_added.txt" { name: name, at: at, link: link })
        }
        Content::PasskeyRemoved { name, at, link } => {
            prose!(locale, sender, "mail/ja/passkey_removed.txt", "mail/en/passkey_removed.txt" { name: name, at: at, link: link })
        }
        Content::ProviderLinked { provider, at, link } => {
            prose!(locale, sender, "mail/ja/provider_linked.txt", "mail/en/provider_linked.txt" { provider: provider, at: at, link: link })
        }
        Content::ProviderUnlinked { provider, at, link } => {
            prose!(locale, sender, "mail/ja/provider_unlinked.txt", "mail/en/provider_unlinked.txt" { provider: provider, at: at, link: link })
        }
        Content::ApprovalAsked { app, message, minutes, link } => {
            prose!(locale, sender, "mail/ja/approval_asked.txt", "mail/en/approval_asked.txt" { app: app, message: message, minutes: minutes, link: link })
        }
        Content::DeviceConnected { app, device, at, link } => {
            prose!(locale, sender, "mail/ja/device_connected.txt", "mail/en/device_connected.txt" { app: app, device: device, at: at, link: link })
        }
        Content::NewSignIn { at, device, network, link } => {
            prose!(locale, sender, "mail/ja/new_sign_in.txt", "mail/en/new_sign_in.txt" { at: at, device: device, network: network, link: link })
        }
        Content::ProductRegistered { product, serial, active: true, link } => {
            prose!(locale, sender, "mail/ja/product_registered.txt", "mail/en/product_registered.txt" { product: product, serial: serial, link: link })
        }
        Content::ProductRegistered { product, serial, active: false, link } => {
            prose!(locale, sender, "mail/ja/product_pending.txt", "mail/en/product_pending.txt" { product: product, serial: serial, link: link })
        }
        Content::ProductClaimed { product, serial, link } => {
            prose!(locale, sender, "mail/ja/product_claimed.txt", "mail/en/product_claimed.txt" { product: product, serial: serial, link: link })
        }
        Content::RegistrationDeclined { product, serial, link } => {
            prose!(locale, sender, "mail/ja/registration_declined.txt", "mail/en/registration_declined.txt" { product: product, serial: serial, link: link })
        }
        Content::SignInCode { code, link, minutes, device } => {
            prose!(locale, sender, "mail/ja/sign_in_code.txt", "mail/en/sign_in_code.txt" { code: code, link: link, minutes: minutes, device: device })
        }
        Content::FactorResetAsked { at, keep } => {
            prose!(locale, sender, "mail/ja/factor_reset_asked.txt", "mail/en/factor_reset_asked.txt" { at: at, keep: keep })
        }
        Content::FactorChanged { change, at, link } => {
            let (name, left) = change.details();
            let few = left <= i64::try_from(FEW).unwrap_or(0);
            prose!(locale, sender, "mail/ja/factor_changed.txt", "mail/en/factor_changed.txt" { kind: change.word(), name: name, left: left, few: few, at: at, link: link })
        }
        Content::Test => prose!(locale, sender, "mail/ja/test.txt", "mail/en/test.txt" {}),
    };
    rendered.map_err(|error| Fault::because("a letter cannot be rendered", error).into())
}

/// A value from outside stays inside its sentence: no line break, no direction override, no other control.
fn one_line(value: &str) -> String {
    let unsafe_mark = |c: char| {
        c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}')
    };
    value.chars().map(|c| if unsafe_mark(c) { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter(locale: Locale, product: &str) -> Letter {
        let content = Content::ProductRegistered {
            product: product.into(),
            serial: "AB-12".into(),
            active: true,
            link: "https://id.example/my/products/x".into(),
        };
        Letter { to: "hanako@example.jp".into(), locale, content }
    }

    #[test]
    fn text_and_html_say_the_same() {
        let composed = compose(&letter(Locale::Ja, "エアコン X100"), "Sakura").unwrap();
        assert!(composed.text.contains("エアコン X100") && composed.html.contains("エアコン X100"));
        assert!(composed.html.contains("href=\"https://id.example/my/products/x\""));
        assert_eq!(Composed::from_bytes(&composed.to_bytes()).unwrap(), composed);
    }

    #[test]
    fn values_from_outside_are_inert() {
        let nasty = "X\r\nBcc: all@example.com\n\n[free](https://evil.example)\n\n<b>{{7*7}}</b>\u{202e}";
        let composed = compose(&letter(Locale::En, nasty), "Sakura").unwrap();
        assert!(!composed.subject.contains('\n') && !composed.html.contains("<b>"));
        assert!(!composed.html.contains("href=\"https://evil.example\""));
        assert!(!composed.text.contains('\u{202e}'));
    }
}
