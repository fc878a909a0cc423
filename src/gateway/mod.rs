//! The ways out of the program: letters, and requests to other servers.

pub mod archive;
pub mod fetch;
pub mod mail;
pub mod upstream;
