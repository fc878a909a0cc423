//! What people change about their account.

mod apps;
mod commands;
mod email;
mod password;
mod profile;
mod states;
