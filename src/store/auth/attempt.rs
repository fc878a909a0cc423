//! Sign-ins in progress.

use serde::{Deserialize, Serialize};

use crate::base::id::Subject;
use crate::base::{Error, Fault, Result, Timestamp};
use crate::domain::auth::attempt::{AskingClient, Attempt, AttemptId, OwnPath};
use crate::domain::auth::flow::Wanted;
use crate::domain::auth::{Acr, Proofs};
use crate::row;
use crate::store::db::Tx;
use crate::store::query::sql;

row! {
    struct AttemptRow {
        id: AttemptId,
        browser_hash: String,
        continue_to: String,
        asked_by: Option<String>,
        login_hint: Option<String>,
        reauthenticate: bool,
        must_acr: String,
        wish_acr: String,
        sub: Option<Subject>,
        proofs: String,
        stay: bool,
        step: i64,
        expires_at: Timestamp,
    }
}

/// The column `asked_by`.
#[derive(Serialize, Deserialize)]
struct AskedBy {
    name_ja: String,
    name_en: String,
    logo_uri: Option<String>,
    client_uri: Option<String>,
    policy_uri: Option<String>,
    tos_uri: Option<String>,
    #[serde(default)]
    unverified: Option<String>,
    cancel_to: Option<String>,
}

impl From<&AskingClient> for AskedBy {
    fn from(client: &AskingClient) -> Self {
        Self {
            name_ja: client.name_ja.clone(),
            name_en: client.name_en.clone(),
            logo_uri: client.logo_uri.clone(),
            client_uri: client.client_uri.clone(),
            policy_uri: client.policy_uri.clone(),
            tos_uri: client.tos_uri.clone(),
            unverified: client.unverified.clone(),
            cancel_to: client.cancel_to.as_ref().map(|path| path.as_str().to_owned()),
        }
    }
}

impl From<AskedBy> for AskingClient {
    fn from(column: AskedBy) -> Self {
        Self {
            name_ja: column.name_ja,
            name_en: column.name_en,
            logo_uri: column.logo_uri,
            client_uri: column.client_uri,
            policy_uri: column.policy_uri,
            tos_uri: column.tos_uri,
            unverified: column.unverified,
            cancel_to: column.cancel_to.as_deref().and_then(OwnPath::parse),
        }
    }
}

impl TryFrom<AttemptRow> for Attempt {
    type Error = Error;

    fn try_from(row: AttemptRow) -> Result<Self> {
        let asked_by = match &row.asked_by {
            Some(json) => Some(
                serde_json::from_str::<AskedBy>(json)
                    .map_err(|error| Fault::because("an attempt cannot be read", error))?
                    .into(),
            ),
            None => None,
        };
        let continue_to =
            OwnPath::parse(&row.continue_to).ok_or_else(|| Fault::new("an attempt leads to no path of ours"))?;
        let acr = |text: &str| Acr::from_value(text).ok_or_else(|| Fault::new("an attempt wants an unknown acr"));
        let wanted = Wanted { must: acr(&row.must_acr)?, wish: acr(&row.wish_acr)? };
        Ok(Self {
            id: row.id,
            browser_hash: row.browser_hash,
            continue_to,
            asked_by,
            login_hint: row.login_hint,
            reauthenticate: row.reauthenticate,
            wanted,
            sub: row.sub,
            proofs: Proofs::from_text(&row.proofs),
            stay: row.stay,
            step: row.step,
            expires_at: row.expires_at,
        })
    }
}

/// Begin an attempt.
pub async fn insert(tx: &mut Tx, attempt: &Attempt) -> Result<()> {
    let asked_by = attempt.asked_by.as_ref().and_then(|client| serde_json::to_string(&AskedBy::from(client)).ok());
    sql("INSERT INTO attempt (id, browser_hash, continue_to, asked_by, login_hint, reauthenticate, must_acr, wish_acr,
                              sub, proofs, stay, step, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)")
    .bind(&attempt.id)
    .bind(&attempt.browser_hash)
    .bind(attempt.continue_to.as_str())
    .bind(asked_by)
    .bind(attempt.login_hint.as_deref())
    .bind(attempt.reauthenticate)
    .bind(attempt.wanted.must.value())
    .bind(attempt.wanted.wish.value())
    .bind(attempt.sub.as_ref())
    .bind(attempt.proofs.to_text())
    .bind(attempt.stay)
    .bind(attempt.step)
    .bind(attempt.expires_at)
    .run(tx)
    .await?;
    Ok(())
}

/// One attempt, whosever it is and however old.
pub async fn find(tx: &mut Tx, id: &AttemptId) -> Result<Option<Attempt>> {
    sql("SELECT id, browser_hash, continue_to, asked_by, login_hint, reauthenticate, must_acr, wish_acr, sub, proofs,
                stay, step, expires_at
           FROM attempt WHERE id = $1")
    .bind(id)
    .optional::<AttemptRow>(tx)
    .await?
    .map(Attempt::try_from)
    .transpose()
}

/// Take a step: what was proven, and what is wanted from now on. `false` if another step was taken meanwhile, or the
/// attempt is over; nothing has happened then.
pub async fn advance(tx: &mut Tx, before: &Attempt, after: &Attempt, now: Timestamp) -> Result<bool> {
    let advanced = sql("UPDATE attempt SET sub = $4, proofs = $5, stay = $6, wish_acr = $7, step = $8
                         WHERE id = $1 AND step = $2 AND $3 < expires_at AND (sub IS NULL OR sub = $4)")
    .bind(&before.id)
    .bind(before.step)
    .bind(now)
    .bind(after.sub.as_ref())
    .bind(after.proofs.to_text())
    .bind(after.stay)
    .bind(after.wanted.wish.value())
    .bind(after.step)
    .run(tx)
    .await?;
    Ok(advanced == 1)
}

/// An attempt that led to a session is over; `false` if it was over before.
pub async fn consume(tx: &mut Tx, id: &AttemptId) -> Result<bool> {
    Ok(sql("DELETE FROM attempt WHERE id = $1").bind(id).run(tx).await? == 1)
}

/// End the attempts in which an account was proven.
pub async fn delete_all(tx: &mut Tx, sub: &Subject) -> Result<u64> {
    sql("DELETE FROM attempt WHERE sub = $1").bind(sub).run(tx).await
}

/// Forget attempts that are over. Nothing depends on when this happens.
pub async fn purge(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    sql("DELETE FROM attempt WHERE expires_at <= $1").bind(now).run(tx).await
}
