//! Reading: what comes in, parsed once at the edge.

pub mod browser;
pub mod call;
pub mod client_certificate;
pub mod client_ip;
pub mod form;
pub mod input;
