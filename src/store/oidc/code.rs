//! Authorization codes, by the hash of each.

use crate::base::id::{ClientId, GrantId};
use crate::base::{Result, Timestamp};
use crate::oidc::grant::IssuedCode;
use crate::oidc::pkce::CodeChallenge;
use crate::oidc::token::authorization_code::BoundCode;
use crate::row;
use crate::store::db::Tx;
use crate::store::query::sql;

row! {
    struct CodeRow {
        grant_id: GrantId,
        client_id: ClientId,
        redirect_uri: String,
        code_challenge: Option<String>,
        dpop_jkt: String,
        nonce: Option<String>,
        expires_at: Timestamp,
        consumed_at: Option<Timestamp>,
    }
}

impl From<CodeRow> for IssuedCode {
    fn from(row: CodeRow) -> Self {
        Self {
            grant: row.grant_id,
            bound: BoundCode {
                client: row.client_id,
                redirect_uri: row.redirect_uri,
                challenge: row.code_challenge.as_deref().and_then(CodeChallenge::from_text),
                dpop_jkt: Some(row.dpop_jkt).filter(|jkt| !jkt.is_empty()),
                expires_at: row.expires_at,
            },
            nonce: row.nonce,
            consumed_at: row.consumed_at,
        }
    }
}

/// Write down a code.
pub async fn insert(tx: &mut Tx, hash: &str, code: &IssuedCode, now: Timestamp) -> Result<()> {
    sql("INSERT INTO authorization_code (hash, grant_id, client_id, redirect_uri, code_challenge, dpop_jkt, nonce,
                                         issued_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)")
    .bind(hash)
    .bind(&code.grant)
    .bind(&code.bound.client)
    .bind(&code.bound.redirect_uri)
    .bind(code.bound.challenge.as_ref().map(CodeChallenge::as_str))
    .bind(code.bound.dpop_jkt.as_deref().unwrap_or_default())
    .bind(code.nonce.as_deref())
    .bind(now)
    .bind(code.bound.expires_at)
    .run(tx)
    .await?;
    Ok(())
}

/// A code, exchanged or not, expired or not.
pub async fn find(tx: &mut Tx, hash: &str) -> Result<Option<IssuedCode>> {
    let row = sql("SELECT grant_id, client_id, redirect_uri, code_challenge, dpop_jkt, nonce, expires_at, consumed_at
           FROM authorization_code WHERE hash = $1")
    .bind(hash)
    .optional::<CodeRow>(tx)
    .await?;
    Ok(row.map(IssuedCode::from))
}

/// Exchange it; `false` if somebody was faster.
pub async fn consume(tx: &mut Tx, hash: &str, now: Timestamp) -> Result<bool> {
    let changed = sql("UPDATE authorization_code SET consumed_at = $2 WHERE hash = $1 AND consumed_at IS NULL");
    Ok(changed.bind(hash).bind(now).run(tx).await? == 1)
}

/// Forget codes that ended before `before`. Until then a code that comes again is known as a replay.
pub async fn purge(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    sql("DELETE FROM authorization_code WHERE expires_at <= $1").bind(before).run(tx).await
}
