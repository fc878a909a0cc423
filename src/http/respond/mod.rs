//! Answering: pages, JSON, problems, redirects.

pub mod ceremony;
pub mod end;
pub mod front_channel;
pub mod oauth;
pub mod output;
pub mod page;
pub mod problem;
pub mod reply;
