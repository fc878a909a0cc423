//! The protocol as clients and browsers meet it.

mod access_token;
mod authorization;
mod authorization_code;
mod client_auth;
mod client_command;
mod consent;
mod device;
mod discovery;
mod encryption_keys;
mod errors;
mod forged_tokens;
mod logout;
mod logout_back_channel;
mod logout_front_channel;
mod par;
mod prompt;
mod redirect_uri;
mod refresh_token;
mod registration;
mod registration_management;
mod second_reader;
mod signing_keys;
mod stored_names;
mod tampering;
mod whole_way;
