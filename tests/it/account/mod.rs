//! What people change about their account.

mod apps;
mod commands;
mod email;
mod imported_passwords;
mod password;
mod profile;
mod states;
