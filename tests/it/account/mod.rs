//! What people change about their account.

mod apps;
mod commands;
mod password;
mod profile;
mod states;
