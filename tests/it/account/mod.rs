//! What people change about their account.

mod password;
mod profile;
mod states;
