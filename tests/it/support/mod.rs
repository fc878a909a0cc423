//! What tests stand on: a server without sockets, a browser, a mailbox, a database of their own.

mod browser;
mod database;
mod server;

pub use browser::{Answer, Browser};
pub use server::Server;
