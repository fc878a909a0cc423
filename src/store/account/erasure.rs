//! Erasing: one statement for each table of [`crate::domain::account::data_map`].

use crate::base::id::Subject;
use crate::base::time::Date;
use crate::base::{Error, Fault, Result, Timestamp};
use crate::domain::account::CustomerNumber;
use crate::domain::account::retention::Kept;
use crate::row;
use crate::store::db::Tx;
use crate::store::query::{Count, sql};

row! {
    /// The address letters went to.
    pub struct LastAddress {
        /// The address.
        pub address: String,
        /// When it was proved.
        pub verified_at: Option<Timestamp>,
    }
}

/// The last primary address, even where somebody else may have taken it by now.
pub async fn last_address(tx: &mut Tx, sub: &Subject) -> Result<Option<LastAddress>> {
    sql("SELECT address, verified_at FROM email_address WHERE sub = $1 AND is_primary
      ORDER BY released_at IS NOT NULL, added_at DESC LIMIT 1")
    .bind(sub)
    .optional(tx)
    .await
}

row! {
    /// When products came into somebody's hands, and how many there were.
    pub struct HandedOver {
        /// How many registrations.
        pub count: i64,
        /// The last day of a purchase, or of a registration where that is all that is known.
        pub last: Option<Date>,
    }
}

/// What somebody registered.
pub async fn handed_over(tx: &mut Tx, sub: &Subject) -> Result<HandedOver> {
    sql("SELECT COUNT(*) AS count, MAX(COALESCE(purchased_on, declared_on)) AS last FROM registration WHERE sub = $1")
        .bind(sub)
        .one(tx)
        .await
}

row! {
    /// Where an account came from, as the other system named it.
    pub struct BroughtAlong {
        /// The other system, or a provider that was linked there.
        pub source: String,
        /// The account's name in it.
        pub source_id: String,
    }
}

/// Where an account came from.
pub async fn brought_along(tx: &mut Tx, sub: &Subject) -> Result<Vec<BroughtAlong>> {
    sql("SELECT source, source_id FROM account_source WHERE sub = $1
          UNION ALL
         SELECT provider AS source, provider_subject AS source_id FROM imported_identity WHERE sub = $1")
    .bind(sub)
    .all(tx)
    .await
}

/// How many texts somebody accepted.
pub async fn count_agreements(tx: &mut Tx, sub: &Subject) -> Result<i64> {
    let count = sql("SELECT COUNT(*) AS count FROM terms_acceptance WHERE sub = $1");
    Ok(count.bind(sub).one::<Count>(tx).await?.count)
}

row! {
    struct LastDay {
        last: Option<Date>,
    }
}

/// The last day of any cover of the units that somebody holds.
pub async fn last_covered(tx: &mut Tx, sub: &Subject) -> Result<Option<Date>> {
    let row = sql("SELECT MAX(c.ends_on) AS last
                     FROM ownership o
                     JOIN warranty w ON w.unit = o.unit AND w.state = 'given'
                     JOIN warranty_cover c ON c.warranty = w.id
                    WHERE o.sub = $1 AND o.held_to IS NULL")
    .bind(sub)
    .one::<LastDay>(tx)
    .await?;
    Ok(row.last)
}

/// The account keeps its subject, so that nobody else gets it, and says nothing more.
pub async fn empty_account(tx: &mut Tx, sub: &Subject, number: &CustomerNumber) -> Result<bool> {
    let emptied = sql("UPDATE account SET customer_number = $2, profile = '{}', search_text = '', last_used_at = 0
                        WHERE sub = $1
                          AND NOT EXISTS (SELECT 1 FROM account other WHERE other.customer_number = $2)")
    .bind(sub)
    .bind(number.digits())
    .run(tx)
    .await?;
    Ok(emptied == 1)
}

/// The units are nobody's from now on; claims that wait are taken back.
pub async fn end_products(tx: &mut Tx, sub: &Subject, today: Date, now: Timestamp) -> Result<()> {
    sql("UPDATE ownership
            SET held_to = CASE WHEN held_from > $2 THEN held_from ELSE $2 END, ended_by = 'erasure'
          WHERE sub = $1 AND held_to IS NULL")
    .bind(sub)
    .bind(today)
    .run(tx)
    .await?;
    sql("UPDATE registration SET state = 'ended', decided_at = $2 WHERE sub = $1 AND state = 'active'")
        .bind(sub)
        .bind(now)
        .run(tx)
        .await?;
    sql("UPDATE registration SET state = 'withdrawn', reasons = '', decided_at = $2
          WHERE sub = $1 AND state IN ('pending', 'disputed')")
    .bind(sub)
    .bind(now)
    .run(tx)
    .await?;
    Ok(())
}

/// What was given to applications, and what they wait for.
pub async fn delete_apps(tx: &mut Tx, sub: &Subject) -> Result<()> {
    let statements = [
        sql("DELETE FROM authorization_code WHERE grant_id IN (SELECT id FROM grant_ WHERE sub = $1)"),
        sql("DELETE FROM refresh_token_family WHERE grant_id IN (SELECT id FROM grant_ WHERE sub = $1)"),
        sql("DELETE FROM grant_ WHERE sub = $1"),
        sql("DELETE FROM former_subject WHERE sub = $1"),
        sql("DELETE FROM consent WHERE sub = $1"),
        sql("DELETE FROM offered_unit WHERE sub = $1"),
        sql("DELETE FROM authorization_request WHERE consented_by = $1"),
        sql("DELETE FROM decoupled_request
              WHERE sub = $1 OR id IN (SELECT id FROM backchannel_request WHERE sub = $1)"),
        sql("DELETE FROM idempotent_request WHERE sub = $1"),
    ];
    for statement in statements {
        statement.bind(sub).run(tx).await?;
    }
    Ok(())
}

/// How the person signed in, how they were reached, what they were found by.
pub async fn delete_person(tx: &mut Tx, sub: &Subject) -> Result<()> {
    let statements = [
        sql("DELETE FROM session WHERE sub = $1"),
        sql("DELETE FROM password WHERE sub = $1"),
        sql("DELETE FROM passkey WHERE sub = $1"),
        sql("DELETE FROM passkey_ceremony WHERE sub = $1"),
        sql("DELETE FROM passkey_offer WHERE sub = $1"),
        sql("DELETE FROM data_export WHERE sub = $1"),
        sql("DELETE FROM attempt WHERE sub = $1"),
        sql("DELETE FROM account_source WHERE sub = $1"),
        sql("DELETE FROM imported_identity WHERE sub = $1"),
        sql("DELETE FROM upstream_identity WHERE sub = $1"),
        sql("DELETE FROM upstream_journey WHERE sub = $1"),
        sql("DELETE FROM likeness_key WHERE sub = $1"),
        sql("DELETE FROM duplicate_account WHERE one = $1 OR other = $1"),
        sql("DELETE FROM known_browser WHERE sub = $1"),
        sql("DELETE FROM known_network WHERE sub = $1"),
        sql("DELETE FROM sign_in_notice WHERE sub = $1"),
        sql("DELETE FROM proof WHERE sub = $1"),
        sql("DELETE FROM sign_in_code WHERE sub = $1"),
        sql("DELETE FROM totp WHERE sub = $1"),
        sql("DELETE FROM recovery_code WHERE sub = $1"),
        sql("DELETE FROM trusted_browser WHERE sub = $1"),
        sql("DELETE FROM factor_reset WHERE sub = $1"),
        sql("DELETE FROM email_change WHERE sub = $1"),
        sql("DELETE FROM email_address WHERE sub = $1"),
        sql("DELETE FROM account_bigram WHERE sub = $1"),
        sql("DELETE FROM account_hold WHERE sub = $1"),
        sql("DELETE FROM account_merge_part
              WHERE merge_id IN (SELECT id FROM account_merge WHERE kept = $1 OR gone = $1)"),
        sql("UPDATE account_merge SET reason = '', state = CASE WHEN state = 'merged' THEN 'final' ELSE state END
              WHERE kept = $1 OR gone = $1"),
        sql("DELETE FROM dormancy WHERE sub = $1"),
        sql("DELETE FROM staff_role WHERE sub = $1"),
        // With its key everything private in the audit entries becomes unreadable.
        sql("DELETE FROM audit_key WHERE sub = $1"),
    ];
    for statement in statements {
        statement.bind(sub).run(tx).await?;
    }
    Ok(())
}

/// Write down what is kept.
pub async fn keep(tx: &mut Tx, sub: &Subject, kept: Kept, records: i64, until: Date) -> Result<()> {
    sql("INSERT INTO kept_record (sub, what, records, kept_until) VALUES ($1, $2, $3, $4)")
        .bind(sub)
        .bind(kept.word())
        .bind(records)
        .bind(until)
        .run(tx)
        .await?;
    Ok(())
}

row! {
    struct GoneRow {
        sub: Subject,
    }
}

/// The accounts that were merged into one.
pub async fn merged_into(tx: &mut Tx, sub: &Subject) -> Result<Vec<Subject>> {
    let rows = sql("SELECT sub FROM account WHERE merged_into = $1 ORDER BY sub").bind(sub).all::<GoneRow>(tx).await?;
    Ok(rows.into_iter().map(|row| row.sub).collect())
}

/// What is kept of an account.
pub struct KeptRecord {
    /// Of which.
    pub sub: Subject,
    /// What.
    pub what: Kept,
    /// How many records.
    pub records: i64,
    /// The last day.
    pub until: Date,
}

row! {
    struct KeptRow {
        sub: Subject,
        what: String,
        records: i64,
        kept_until: Date,
    }
}

impl TryFrom<KeptRow> for KeptRecord {
    type Error = Error;

    fn try_from(row: KeptRow) -> Result<Self> {
        let what = Kept::from_word(&row.what)
            .ok_or_else(|| Fault::new(format!("a kept record is of the unknown kind {}", row.what)))?;
        Ok(Self { sub: row.sub, what, records: row.records, until: row.kept_until })
    }
}

/// What is kept of an erased account.
pub async fn kept(tx: &mut Tx, sub: &Subject) -> Result<Vec<KeptRecord>> {
    sql("SELECT sub, what, records, kept_until FROM kept_record WHERE sub = $1 ORDER BY what")
        .bind(sub)
        .all::<KeptRow>(tx)
        .await?
        .into_iter()
        .map(KeptRecord::try_from)
        .collect()
}

/// What need not be kept any more.
pub async fn kept_too_long(tx: &mut Tx, today: Date) -> Result<Vec<KeptRecord>> {
    sql("SELECT sub, what, records, kept_until FROM kept_record WHERE kept_until < $1 ORDER BY kept_until LIMIT 100")
        .bind(today)
        .all::<KeptRow>(tx)
        .await?
        .into_iter()
        .map(KeptRecord::try_from)
        .collect()
}

/// Let go of what was kept: nothing of it is about somebody any more.
pub async fn let_go(tx: &mut Tx, sub: &Subject, what: Kept) -> Result<()> {
    match what {
        Kept::Products => {
            // The unit's own history goes on; what a person said about it does not.
            sql("UPDATE registration SET dealer = '', serial_typed = '', purchased_on = NULL WHERE sub = $1")
                .bind(sub)
                .run(tx)
                .await?;
        }
        Kept::Agreements => {
            sql("DELETE FROM terms_acceptance WHERE sub = $1").bind(sub).run(tx).await?;
        }
        Kept::Choices => {}
    }
    sql("DELETE FROM kept_record WHERE sub = $1 AND what = $2").bind(sub).bind(what.word()).run(tx).await?;
    Ok(())
}
