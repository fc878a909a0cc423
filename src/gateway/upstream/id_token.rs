//! The ID token of a provider. OpenID Connect Core §3.1.3.7.

use serde_json::Value;

use crate::base::Timestamp;
use crate::base::digest::same;
use crate::base::time::minutes;
use crate::config::upstream::{SignedWith, Upstream};
use crate::domain::auth::upstream::LONGEST_SUBJECT;
use crate::jose::foreign::LONGEST_ASSERTION;
use crate::jose::{Algorithm, Claims, ClientKeys, JwtError, MacAlgorithm, Trust};

/// What an ID token must be like.
#[derive(Clone, Copy)]
pub(super) struct Expected<'a> {
    pub(super) settings: &'a Upstream,
    pub(super) nonce: &'a str,
    pub(super) access_token: &'a str,
    pub(super) now: Timestamp,
}

impl Expected<'_> {
    /// Its claims, if it is for us, about this very sign-in, and signed as the settings say.
    pub(super) fn read(&self, token: &str, keys: &ClientKeys) -> Result<Claims, JwtError> {
        let algorithm = self.algorithm();
        let secret = self.settings.client_secret.as_ref().map_or("", |secret| secret.expose());
        let trust = match &algorithm {
            Some(algorithm) => Trust::Keys(keys, std::slice::from_ref(algorithm)),
            // No key is ever looked at: LINE's tokens do not name one.
            None => Trust::Secret(secret.as_bytes(), &[MacAlgorithm::Hs256]),
        };
        let form = crate::jose::Expected { trust, typ: &["JWT"], typ_may_be_absent: true, longest: LONGEST_ASSERTION };
        let claims = form.read(token)?.claims;
        claims.issued_by(&self.settings.issuer)?;
        self.check_audience(&claims)?;
        let times = claims.timely(self.now, minutes(1))?;
        if times.expires.is_none() || times.issued.is_none() {
            return Err(JwtError::Claim("exp"));
        }
        if !same(claims.text("nonce")?, self.nonce) {
            return Err(JwtError::Claim("nonce"));
        }
        let hash = claims.optional_text("at_hash")?;
        if hash.is_some_and(|hash| hash != algorithm.unwrap_or(Algorithm::Rs256).half_hash(self.access_token)) {
            return Err(JwtError::Claim("at_hash"));
        }
        if claims.text("sub")?.len() > LONGEST_SUBJECT {
            return Err(JwtError::Claim("sub"));
        }
        Ok(claims)
    }

    fn algorithm(&self) -> Option<Algorithm> {
        match self.settings.signed_with {
            SignedWith::Rs256 => Some(Algorithm::Rs256),
            SignedWith::Ps256 => Some(Algorithm::Ps256),
            SignedWith::Es256 => Some(Algorithm::Es256),
            SignedWith::EdDsa => Some(Algorithm::EdDsa),
            SignedWith::Hs256 => None,
        }
    }

    /// For us; where it is for others too, made for us.
    fn check_audience(&self, claims: &Claims) -> Result<(), JwtError> {
        let (audience, us) = (claims.audience()?, self.settings.client_id.as_str());
        let authorized = claims.members().get("azp");
        let is_authorized = match authorized {
            None => audience.len() == 1,
            Some(party) => party.as_str() == Some(us),
        };
        let is_for_us = audience.contains(&us) && is_authorized && !matches!(authorized, Some(Value::Null));
        if is_for_us { Ok(()) } else { Err(JwtError::Audience) }
    }
}
