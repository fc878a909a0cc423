//! The secret of a client at Apple: a token that is signed with the key that Apple gave out, at most half a year long.
//! One is made for every use and lives a few minutes, so that none ever has to be renewed.

use std::path::Path;

use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::pki_types::pem::PemObject as _;
use serde_json::json;

use crate::base::secret::Secret;
use crate::base::time::minutes;
use crate::base::{Fault, Result, Timestamp};
use crate::config::upstream::{AppleKey, Upstream};
use crate::jose::{Algorithm, SigningKey, Typ, sign};

/// Read the `.p8` file.
pub(super) fn open(id: &str, settings: &AppleKey) -> Result<SigningKey> {
    let unusable = |why: String| Fault::new(format!("upstream.{id}.key_file: {} {why}", settings.file.display()));
    let key = read(&settings.file).map_err(|error| unusable(format!("cannot be read: {error}")))?;
    let key = SigningKey::from_pkcs8(Algorithm::Es256, key.secret_pkcs8_der())
        .map_err(|_| unusable("holds no key on P-256".to_owned()))?;
    Ok(key.called(&settings.key_id))
}

fn read(path: &Path) -> Result<PrivatePkcs8KeyDer<'static>, rustls::pki_types::pem::Error> {
    PrivatePkcs8KeyDer::from_pem_file(path)
}

/// Make a secret.
pub(super) fn secret(key: &SigningKey, apple: &AppleKey, settings: &Upstream, now: Timestamp) -> Result<Secret> {
    let claims = json!({
        "iss": apple.team_id,
        "sub": settings.client_id,
        "aud": settings.issuer,
        "iat": now.seconds(),
        "exp": now.plus(minutes(5)).seconds(),
    });
    Ok(Secret::new(sign(key, Typ::Jwt, &claims)?))
}
