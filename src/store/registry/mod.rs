//! Products, units, registrations, ownerships and warranties. Dates are ISO text; words of closed sets are
//! the `name()` of their enum, checked again when they are read.

pub mod hand_over;
pub mod idempotent_request;
pub mod import_run;
pub mod ownership;
pub mod product;
pub mod product_model;
pub mod registration;
pub mod unit;
pub mod warranty;
pub mod warranty_plan;

use crate::base::{Error, Fault};

/// A word in a column that no release of the program writes.
#[track_caller]
pub(super) fn unknown_word(column: &'static str, word: &str) -> Error {
    Fault::new(format!("{column} holds an unknown word: {word}")).into()
}
