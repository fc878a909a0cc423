//! The keys of a client, to which is encrypted for it, and tokens that it signed with them: client assertions, request
//! objects, CIBA requests.
//! RFC 7591 §2 (`jwks`, `jwks_uri`).

use std::sync::Arc;

use crate::app::Work;
use crate::base::Result;
use crate::gateway::fetch::Purpose;
use crate::jose::{Algorithm, ClientCertificate, ClientKeys, Expected, Foreign, JwtError, KeyManagement, Trust};
use crate::oidc::client::{Client, KeySource};
use crate::oidc::client_auth::certificate;

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

/// The keys of a client; `None` where it has none or they cannot be had now. Where they must be fetched, what the work
/// did before is committed first: no transaction waits for another server.
pub async fn of(work: &mut Work, client: &Client) -> Result<Option<Arc<ClientKeys>>> {
    match &client.metadata.keys {
        KeySource::Nothing => Ok(None),
        KeySource::Registered { keys, .. } => Ok(Some(Arc::clone(keys))),
        KeySource::Published(url) => published(work, url, Look::Once).await,
    }
}

/// Read a token that a client signed. Without its keys the answer is [`JwtError::Key`]. If the token names a key that a
/// published set does not have, the set may be older than the key: it is fetched again, at most once in a minute.
pub async fn read(
    work: &mut Work,
    client: &Client,
    token: &str,
    reading: Reading<'_>,
) -> Result<std::result::Result<Foreign, JwtError>> {
    let Some(keys) = of(work, client).await? else { return Ok(Err(JwtError::Key)) };
    let read = reading.with(&keys).read(token);
    let (Err(JwtError::Key), KeySource::Published(url)) = (&read, &client.metadata.keys) else { return Ok(read) };
    match published(work, url, Look::Again).await? {
        Some(newer) if !Arc::ptr_eq(&keys, &newer) => Ok(reading.with(&newer).read(token)),
        Some(_) | None => Ok(read),
    }
}

/// Whether a certificate is one of a client's own. A published set that does not have it may be older than it, and is
/// fetched again, at most once in a minute.
pub async fn have_certificate(work: &mut Work, client: &Client, certificate: &ClientCertificate) -> Result<bool> {
    let Some(keys) = of(work, client).await? else { return Ok(false) };
    let now = work.now();
    let is_own = certificate::is_own(&keys, certificate, now);
    match &client.metadata.keys {
        KeySource::Published(url) if !is_own => {
            let newer = published(work, url, Look::Again).await?;
            Ok(newer.is_some_and(|newer| certificate::is_own(&newer, certificate, now)))
        }
        KeySource::Nothing | KeySource::Registered { .. } | KeySource::Published(_) => Ok(is_own),
    }
}

/// Why there is no key to encrypt to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lack {
    /// The keys cannot be had now.
    Unreachable,
    /// None of them is for it.
    NoKey,
}

/// The keys of a client, of which one is to encrypt to by this algorithm. A published set without one is fetched again,
/// at most once in a minute: the client may have made the key since.
pub async fn encrypting(
    work: &mut Work,
    client: &Client,
    algorithm: KeyManagement,
) -> Result<std::result::Result<Arc<ClientKeys>, Lack>> {
    let has_one = |keys: &Arc<ClientKeys>| keys.encrypting(algorithm).is_some();
    let url = match &client.metadata.keys {
        KeySource::Nothing => return Ok(Err(Lack::NoKey)),
        KeySource::Registered { keys, .. } => return Ok(Some(Arc::clone(keys)).filter(has_one).ok_or(Lack::NoKey)),
        KeySource::Published(url) => url,
    };
    if let Some(keys) = published(work, url, Look::Once).await?.filter(has_one) {
        return Ok(Ok(keys));
    }
    let newer = published(work, url, Look::Again).await?;
    Ok(newer.map_or(Err(Lack::Unreachable), |keys| Some(keys).filter(has_one).ok_or(Lack::NoKey)))
}

/// Whether a document that is remembered will do.
enum Look {
    Once,
    Again,
}

async fn published(work: &mut Work, url: &str, look: Look) -> Result<Option<Arc<ClientKeys>>> {
    work.settle().await?;
    let app = Arc::clone(work.app());
    let fetched = match look {
        Look::Once => app.documents.get(Purpose::JwksUri, url).await,
        Look::Again => app.documents.again(Purpose::JwksUri, url).await,
    };
    match fetched {
        Ok(document) => Ok(app.published_keys.read(url, &document)),
        Err(error) => {
            tracing::warn!(url, %error, "the keys of a client cannot be fetched");
            Ok(None)
        }
    }
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
