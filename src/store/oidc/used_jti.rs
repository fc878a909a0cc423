//! Names of assertions and proofs that may be used once: `jti` of client assertions (RFC 7523 §3), request objects
//! (RFC 9101 §10.8) and DPoP proofs (RFC 9449 §11.1).

use crate::base::digest::fingerprint;
use crate::base::{Result, Timestamp};
use crate::store::db::Tx;
use crate::store::query::sql;

/// What the name stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A client assertion; its issuer is the client.
    ClientAssertion,
    /// A request object; its issuer is the client.
    RequestObject,
    /// A DPoP proof; its issuer is the thumbprint of its key.
    Dpop,
}

impl Kind {
    const fn word(self) -> &'static str {
        match self {
            Self::ClientAssertion => "client_assertion",
            Self::RequestObject => "request_object",
            Self::Dpop => "dpop",
        }
    }
}

/// Use a name; `false` if it was used before. It is remembered until `expires_at`, after which its bearer must be
/// refused for its age.
pub async fn claim(tx: &mut Tx, kind: Kind, issuer: &str, jti: &str, expires_at: Timestamp) -> Result<bool> {
    let added = sql("INSERT INTO used_jti (kind, issuer, jti_hash, expires_at) VALUES ($1, $2, $3, $4)
                     ON CONFLICT DO NOTHING");
    Ok(added.bind(kind.word()).bind(issuer).bind(fingerprint(jti)).bind(expires_at).run(tx).await? == 1)
}

/// Forget names whose bearers are refused for their age. Nothing depends on when this happens.
pub async fn purge(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    sql("DELETE FROM used_jti WHERE expires_at <= $1").bind(now).run(tx).await
}
