//! The protocol as clients and browsers meet it.

mod authorization;
mod client_command;
mod consent;
mod discovery;
mod errors;
mod logout;
mod prompt;
