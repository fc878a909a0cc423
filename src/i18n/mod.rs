//! Words: every text a person reads, in Japanese and English.
//!
//! # How we write
//!
//! - Japanese is written first, in です・ます, short, without blame; katakana only where people say it.
//!   English is in sentence case. Both say the same; neither is a translation word by word.
//! - A button is a verb with its object: 「製品を登録する」, "Register product". A heading names the
//!   one thing to do on the page. What happens afterwards is said before the button.
//! - An error says what happened and what to do next. It never says whether an account exists, and
//!   never which half of a sign-in was wrong.
//! - Dates are 2026年11月22日 and 22 November 2026; the days left stand beside them where that is what
//!   matters. Numbers are grouped; serial numbers, codes and customer numbers are never wrapped.
//! - 「お客さま」 for the person, 「製品」 for what was bought, 「保証」 for cover, "you" and "your" in English.
//!
//! # How it works
//!
//! Texts are [Fluent](https://projectfluent.org) files, `src/i18n/{ja,en}/<area>.ftl`, embedded. The
//! build makes a method of every message: `warranty-ends = { $date }まで` becomes
//! `words.warranty_ends(date)`. A text missing in one language, or with other arguments there, does not
//! build. An operator replaces any text by a folder of the same shape (setting `i18n.folder`).

pub mod format;
mod messages;
mod words;

pub use words::{Arg, Words, read_folder};
