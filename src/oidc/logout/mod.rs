//! Signing out: at a client's wish ([`rp_initiated`]), and how clients are told about it ([`back_channel`],
//! [`front_channel`]) or can ask ([`session_management`]).

pub mod back_channel;
pub mod front_channel;
pub mod rp_initiated;
pub mod session_management;
