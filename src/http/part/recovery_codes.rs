//! The recovery codes, once: to print, to copy, or to keep as a file.

use askama::Template;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::i18n::Words;

/// The list.
#[derive(Template)]
#[template(path = "part/recovery_codes.html")]
pub struct RecoveryCodes {
    words: Words,
    codes: Vec<String>,
    file: String,
}

impl askama::filters::HtmlSafe for RecoveryCodes {}

impl RecoveryCodes {
    /// These codes, of an account at the maker of that name.
    pub fn new(words: Words, maker: &str, codes: Vec<String>) -> Self {
        let text = format!("{maker}\r\n{}\r\n\r\n{}\r\n", words.recovery_codes_title(), codes.join("\r\n"));
        // Inside the page: the codes are not kept anywhere from where they could be fetched.
        let file = format!("data:text/plain;charset=utf-8;base64,{}", STANDARD.encode(text));
        Self { words, codes, file }
    }
}
