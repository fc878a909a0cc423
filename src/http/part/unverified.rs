//! The warning of an application that nobody knows, wherever people decide about it. RFC 9700 §4.11, RFC 7591 §5.

use super::Notice;
use crate::i18n::Words;

/// That nobody knows who is behind an application, and where it leads.
pub fn unverified(words: Words, host: &str) -> Notice {
    Notice::warn(words, words.unverified_title()).text(words.unverified_text(host))
}
