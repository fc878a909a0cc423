//! Products: registering them, what is covered, imports, and what relying parties learn.

mod api;
mod app;
mod import;
mod races;
mod register;
pub mod shelf;
mod strangers;
