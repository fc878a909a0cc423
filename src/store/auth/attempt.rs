//! Sign-ins in progress.

use serde::{Deserialize, Serialize};

use crate::base::{Error, Fault, Result, Timestamp};
use crate::domain::auth::attempt::{AskingClient, Attempt, AttemptId, OwnPath};
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
        Ok(Self {
            id: row.id,
            browser_hash: row.browser_hash,
            continue_to,
            asked_by,
            login_hint: row.login_hint,
            reauthenticate: row.reauthenticate,
            expires_at: row.expires_at,
        })
    }
}

/// Begin an attempt.
pub async fn insert(tx: &mut Tx, attempt: &Attempt) -> Result<()> {
    let asked_by = attempt.asked_by.as_ref().and_then(|client| serde_json::to_string(&AskedBy::from(client)).ok());
    sql("INSERT INTO attempt (id, browser_hash, continue_to, asked_by, login_hint, reauthenticate, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)")
    .bind(&attempt.id)
    .bind(&attempt.browser_hash)
    .bind(attempt.continue_to.as_str())
    .bind(asked_by)
    .bind(attempt.login_hint.as_deref())
    .bind(attempt.reauthenticate)
    .bind(attempt.expires_at)
    .run(tx)
    .await?;
    Ok(())
}

/// One attempt, whosever it is and however old.
pub async fn find(tx: &mut Tx, id: &AttemptId) -> Result<Option<Attempt>> {
    sql("SELECT id, browser_hash, continue_to, asked_by, login_hint, reauthenticate, expires_at
           FROM attempt WHERE id = $1")
    .bind(id)
    .optional::<AttemptRow>(tx)
    .await?
    .map(Attempt::try_from)
    .transpose()
}

/// An attempt that led to a session is over; `false` if it was over before.
pub async fn consume(tx: &mut Tx, id: &AttemptId) -> Result<bool> {
    Ok(sql("DELETE FROM attempt WHERE id = $1").bind(id).run(tx).await? == 1)
}

/// Forget attempts that are over. Nothing depends on when this happens.
pub async fn purge(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    sql("DELETE FROM attempt WHERE expires_at <= $1").bind(now).run(tx).await
}
