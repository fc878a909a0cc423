//! What tokens are derived from and how their signatures are remembered.

use std::sync::Arc;

use crate::base::digest::sha256;
use crate::jose::{JwtError, KeyEncryptionKey, KeySet};
use crate::oidc::access_token::AccessToken;
use crate::oidc::refresh_token_family::RefreshTokenKey;

/// Keys and memory for the tokens of this process.
pub struct Tokens {
    /// What refresh tokens are derived under.
    pub refresh: RefreshTokenKey,
    /// Access tokens whose signature was checked, by their hash. Only the signature is remembered: whether a token
    /// still counts is read from the database each time.
    checked: moka::sync::Cache<[u8; 32], Arc<AccessToken>>,
}

/// How many checked tokens are remembered: some ten megabytes at most.
const REMEMBERED: u64 = 10_000;

impl Tokens {
    /// With keys derived from the key-encryption key.
    pub fn new(kek: &KeyEncryptionKey) -> Self {
        Self { refresh: RefreshTokenKey::new(kek.derive("refresh-token")), checked: moka::sync::Cache::new(REMEMBERED) }
    }

    /// Read an access token of this issuer. What is not valid is not remembered, so that nobody can
    /// push the valid ones out.
    pub fn access_token(&self, token: &str, keys: &KeySet, issuer: &str) -> Result<Arc<AccessToken>, JwtError> {
        let hash = sha256(token);
        if let Some(known) = self.checked.get(&hash) {
            return Ok(known);
        }
        let checked = Arc::new(AccessToken::decode(token, keys, issuer)?);
        self.checked.insert(hash, Arc::clone(&checked));
        Ok(checked)
    }
}
