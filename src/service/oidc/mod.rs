//! Keys, clients, grants and tokens: what the protocol's endpoints do.

pub mod signing_key;
