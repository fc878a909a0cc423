//! What people change about their account.

mod apps;
mod breached_passwords;
mod commands;
mod copy;
mod email;
mod export;
mod history;
pub mod import;
mod import_command;
mod imported_passwords;
mod leaving;
mod passkeys;
mod password;
mod profile;
mod state_matrix;
mod states;
mod terms;
