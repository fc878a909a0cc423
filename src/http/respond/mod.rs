//! Answering: pages, JSON, problems, redirects.

pub mod output;
pub mod page;
pub mod problem;
pub mod reply;
