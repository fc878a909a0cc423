//! The keys of a client, and tokens that it signed with them: client assertions, request objects, CIBA requests.
//! RFC 7591 §2 (`jwks`, `jwks_uri`).

use std::sync::Arc;

use crate::app::Work;
use crate::base::Result;
use crate::jose::{Algorithm, ClientKeys, Expected, Foreign, JwtError, Trust};
use crate::oidc::client::{Client, KeySource};

/// How a token of a client is read.
#[derive(Clone, Copy, Debug)]
pub struct Reading<'a> {
    /// The algorithms that count.
    pub algorithms: &'a [Algorithm],
    /// The `typ` values it may have, without `application/`.
    pub typ: &'a [&'a str],
    /// Whether it may do without `typ`.
    pub typ_may_be_absent: bool,
    /// How long it may be, in bytes.
    pub longest: usize,
}

/// The keys of a client; `None` where it has none or they cannot be had now.
pub async fn of(_work: &mut Work, client: &Client) -> Result<Option<Arc<ClientKeys>>> {
    match &client.metadata.keys {
        KeySource::Registered(keys) => Ok(ClientKeys::from_value(keys).ok().map(Arc::new)),
        KeySource::Nothing | KeySource::Published(_) => Ok(None),
    }
}

/// Read a token that a client signed. Without its keys the answer is [`JwtError::Key`].
pub async fn read(
    work: &mut Work,
    client: &Client,
    token: &str,
    reading: Reading<'_>,
) -> Result<std::result::Result<Foreign, JwtError>> {
    let Some(keys) = of(work, client).await? else { return Ok(Err(JwtError::Key)) };
    Ok(reading.with(&keys).read(token))
}

impl<'a> Reading<'a> {
    fn with(&self, keys: &'a ClientKeys) -> Expected<'a> {
        Expected {
            trust: Trust::Keys(keys, self.algorithms),
            typ: self.typ,
            typ_may_be_absent: self.typ_may_be_absent,
            longest: self.longest,
        }
    }
}
