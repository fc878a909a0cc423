//! The secret of an authenticator application, once: as a QR code and as letters to type.

use askama::Template;
use qrcode::{Color, EcLevel, QrCode};

use crate::base::{Fault, Result};
use crate::i18n::Words;

/// Both ways to take over a secret.
#[derive(Template)]
#[template(path = "part/totp_secret.html")]
pub struct TotpSecret {
    words: Words,
    modules: String,
    width: usize,
    secret: String,
    address: String,
}

impl askama::filters::HtmlSafe for TotpSecret {}

/// Light modules around the code: readers look for them. ISO/IEC 18004 §6.3.8.
const QUIET: usize = 4;

impl TotpSecret {
    /// For a secret and the address that carries it.
    pub fn new(words: Words, secret: &str, address: &str) -> Result<Self> {
        let code = QrCode::with_error_correction_level(address, EcLevel::M)
            .map_err(|error| Fault::because("a QR code cannot be drawn", error))?;
        let (colors, across) = (code.to_colors(), code.width());
        let dark = colors.iter().enumerate().filter(|(_, color)| **color == Color::Dark);
        let square = |(at, _): (usize, &Color)| format!("M{} {}h1v1h-1z", QUIET + at % across, QUIET + at / across);
        let modules = dark.map(square).collect();
        let (secret, address) = (secret.to_owned(), address.to_owned());
        Ok(Self { words, modules, width: across + 2 * QUIET, secret, address })
    }
}
