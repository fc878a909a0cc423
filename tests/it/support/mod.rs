//! What tests stand on: a server without sockets, a browser, a mailbox, a database of their own.

mod authenticator;
mod authority;
mod browser;
mod database;
mod keys;
mod lost;
mod opening;
pub mod passkey;
mod person;
mod registering;
mod relying_party;
mod server;
mod setting;
mod shop;
mod stand_in;
mod web_host;

pub use authenticator::{Authenticator, SecondFactor};
pub use authority::{Authority, Issued};
pub use browser::{Answer, Browser, ISSUER};
pub use database::{KEY_ENCRYPTION_KEY, tables};
pub use keys::{ASSERTION_TYPE, TestKey, asserting, differing};
pub use opening::{OneAgreement, client_jwks, header, open};
pub use passkey::SoftPasskey;
pub use registering::Registered;
pub use relying_party::{CHALLENGE, RelyingParty, VERIFIER};
pub use server::Server;
pub use setting::{rounds, variable};
pub use shop::{Shop, basic, claims, text};
pub use stand_in::{CLIENT, SECRET, StandIn, Way};
pub use web_host::WebHost;
