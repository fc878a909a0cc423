//! Signing in with another provider. The way there and back is [`journey`]; who is linked comes back as one proof of a
//! sign-in, and who is not decides in [`newcomer`] what becomes of it; [`link`] is what an account's owner does with it.

pub mod journey;
pub mod link;
pub mod newcomer;
mod told_json;
