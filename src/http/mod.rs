//! Transport: request → service → response.

pub mod assets;
pub mod chrome;
pub mod part;
