//! Passkeys, and until when nobody is asked again to make one.

use crate::base::id::Subject;
use crate::base::{Error, Fault, Result, Timestamp};
use crate::domain::auth::passkey::Name;
use crate::domain::auth::{Passkey, PasskeyId};
use crate::row;
use crate::store::db::Tx;
use crate::store::query::{Count, sql};

row! {
    struct PasskeyRow {
        id: PasskeyId,
        sub: Subject,
        credential_id: String,
        user_handle: Vec<u8>,
        public_key: Vec<u8>,
        sign_count: i64,
        transports: String,
        backup_eligible: bool,
        backed_up: bool,
        user_verified: bool,
        aaguid: String,
        name: String,
        added_at: Timestamp,
        used_at: Option<Timestamp>,
    }
}

impl TryFrom<PasskeyRow> for Passkey {
    type Error = Error;

    fn try_from(row: PasskeyRow) -> Result<Self> {
        let sign_count = u32::try_from(row.sign_count).map_err(|_| Fault::new("a passkey has an impossible count"))?;
        Ok(Self {
            id: row.id,
            sub: row.sub,
            credential_id: row.credential_id,
            user_handle: row.user_handle,
            public_key: row.public_key,
            sign_count,
            transports: row.transports.split_whitespace().map(str::to_owned).collect(),
            backup_eligible: row.backup_eligible,
            backed_up: row.backed_up,
            user_verified: row.user_verified,
            aaguid: row.aaguid,
            name: Name::known(row.name),
            added_at: row.added_at,
            used_at: row.used_at,
        })
    }
}

/// Keep a passkey; `false` if its credential belongs to somebody already, whoever it is.
pub async fn insert(tx: &mut Tx, passkey: &Passkey) -> Result<bool> {
    let inserted = sql("INSERT INTO passkey (id, sub, credential_id, user_handle, public_key, sign_count, transports,
                                             backup_eligible, backed_up, user_verified, aaguid, name, added_at, used_at)
                        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
                        ON CONFLICT (credential_id) DO NOTHING")
    .bind(&passkey.id)
    .bind(&passkey.sub)
    .bind(&passkey.credential_id)
    .bind(passkey.user_handle.as_slice())
    .bind(passkey.public_key.as_slice())
    .bind(passkey.sign_count)
    .bind(passkey.transports.join(" "))
    .bind(passkey.backup_eligible)
    .bind(passkey.backed_up)
    .bind(passkey.user_verified)
    .bind(&passkey.aaguid)
    .bind(passkey.name.as_str())
    .bind(passkey.added_at)
    .bind(passkey.used_at)
    .run(tx)
    .await?;
    Ok(inserted == 1)
}

/// The passkey of a credential, whosever it is.
pub async fn find_by_credential(tx: &mut Tx, credential_id: &str) -> Result<Option<Passkey>> {
    sql("SELECT id, sub, credential_id, user_handle, public_key, sign_count, transports, backup_eligible, backed_up,
                user_verified, aaguid, name, added_at, used_at
           FROM passkey WHERE credential_id = $1")
    .bind(credential_id)
    .optional::<PasskeyRow>(tx)
    .await?
    .map(Passkey::try_from)
    .transpose()
}

/// One passkey of an account.
pub async fn find(tx: &mut Tx, sub: &Subject, id: &PasskeyId) -> Result<Option<Passkey>> {
    sql("SELECT id, sub, credential_id, user_handle, public_key, sign_count, transports, backup_eligible, backed_up,
                user_verified, aaguid, name, added_at, used_at
           FROM passkey WHERE sub = $1 AND id = $2")
    .bind(sub)
    .bind(id)
    .optional::<PasskeyRow>(tx)
    .await?
    .map(Passkey::try_from)
    .transpose()
}

/// The passkeys of an account, the oldest first.
pub async fn list(tx: &mut Tx, sub: &Subject) -> Result<Vec<Passkey>> {
    sql("SELECT id, sub, credential_id, user_handle, public_key, sign_count, transports, backup_eligible, backed_up,
                user_verified, aaguid, name, added_at, used_at
           FROM passkey WHERE sub = $1
       ORDER BY added_at, id")
    .bind(sub)
    .all::<PasskeyRow>(tx)
    .await?
    .into_iter()
    .map(Passkey::try_from)
    .collect()
}

/// How many passkeys an account has.
pub async fn count(tx: &mut Tx, sub: &Subject) -> Result<i64> {
    let counted = sql("SELECT COUNT(*) AS count FROM passkey WHERE sub = $1").bind(sub).one::<Count>(tx).await?;
    Ok(counted.count)
}

/// It was used.
pub async fn set_used(tx: &mut Tx, id: &PasskeyId, sign_count: u32, backed_up: bool, now: Timestamp) -> Result<()> {
    sql("UPDATE passkey SET sign_count = $2, backed_up = $3, used_at = $4 WHERE id = $1")
        .bind(id)
        .bind(sign_count)
        .bind(backed_up)
        .bind(now)
        .run(tx)
        .await?;
    Ok(())
}

/// Give it another name; `false` if the account has no such passkey.
pub async fn rename(tx: &mut Tx, sub: &Subject, id: &PasskeyId, name: &Name) -> Result<bool> {
    let renamed = sql("UPDATE passkey SET name = $3 WHERE sub = $1 AND id = $2")
        .bind(sub)
        .bind(id)
        .bind(name.as_str())
        .run(tx)
        .await?;
    Ok(renamed == 1)
}

/// Remove it; `false` if the account has no such passkey.
pub async fn delete(tx: &mut Tx, sub: &Subject, id: &PasskeyId) -> Result<bool> {
    Ok(sql("DELETE FROM passkey WHERE sub = $1 AND id = $2").bind(sub).bind(id).run(tx).await? == 1)
}

row! {
    struct OfferRow {
        postponed_until: Timestamp,
    }
}

/// Until when somebody is not asked to make a passkey, if they said so.
pub async fn postponed_until(tx: &mut Tx, sub: &Subject) -> Result<Option<Timestamp>> {
    let row =
        sql("SELECT postponed_until FROM passkey_offer WHERE sub = $1").bind(sub).optional::<OfferRow>(tx).await?;
    Ok(row.map(|row| row.postponed_until))
}

/// Somebody said "not now".
pub async fn postpone(tx: &mut Tx, sub: &Subject, until: Timestamp) -> Result<()> {
    sql("INSERT INTO passkey_offer (sub, postponed_until) VALUES ($1, $2)
         ON CONFLICT (sub) DO UPDATE SET postponed_until = excluded.postponed_until")
    .bind(sub)
    .bind(until)
    .run(tx)
    .await?;
    Ok(())
}
