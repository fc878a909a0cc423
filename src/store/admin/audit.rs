//! Audit entries. They are only ever added.

use serde_json::json;

use crate::base::id::Subject;
use crate::base::{Result, Timestamp};
use crate::domain::actor::Actor;
use crate::domain::admin::audit::{Entry, link};
use crate::domain::event::Event;
use crate::row;
use crate::store::db::Tx;
use crate::store::query::sql;

row! {
    /// The end of the chain.
    pub struct Head {
        /// The number of the last entry; 0 where there is none.
        pub seq: i64,
        /// Its hash.
        pub hash: String,
    }
}

row! {
    struct EntryRow {
        seq: i64,
        at: Timestamp,
        actor_kind: String,
        actor_id: String,
        network: Option<String>,
        request_id: String,
        name: String,
        object_kind: String,
        object_id: String,
        subject: Option<String>,
        details: String,
        hash: String,
    }
}

impl From<EntryRow> for Entry {
    fn from(row: EntryRow) -> Self {
        Self {
            seq: row.seq,
            at: row.at,
            actor_kind: row.actor_kind,
            actor_id: row.actor_id,
            network: row.network,
            request_id: row.request_id,
            name: row.name,
            object_kind: row.object_kind,
            object_id: row.object_id,
            subject: row.subject,
            details: row.details,
            hash: row.hash,
        }
    }
}

/// A fact as it is kept: what is private in it is sealed.
pub struct Fact {
    /// What happened.
    pub event: Event,
    /// From which address.
    pub network: Option<String>,
}

/// Add the facts of one unit of work to the end of the chain. Call it last: on PostgreSQL it holds the head
/// until the commit, so that the chain has no forks.
pub async fn append(
    tx: &mut Tx,
    key: &[u8],
    actor: &Actor,
    request_id: &str,
    facts: &[Fact],
    now: Timestamp,
) -> Result<()> {
    let count = i64::try_from(facts.len()).unwrap_or(i64::MAX);
    let claimed = sql("UPDATE audit_head SET seq = seq + $1 WHERE name = 'main' RETURNING seq, hash")
        .bind(count)
        .one::<Head>(tx)
        .await?;
    let (actor_kind, actor_id) = actor.named();
    let mut hash = claimed.hash;
    for (Fact { event, network }, seq) in facts.iter().zip(claimed.seq - count + 1..) {
        let mut entry = Entry {
            seq,
            at: now,
            actor_kind: actor_kind.to_owned(),
            actor_id: actor_id.to_owned(),
            network: network.clone(),
            request_id: request_id.to_owned(),
            name: event.name.to_owned(),
            object_kind: event.object_kind.to_owned(),
            object_id: event.object_id.clone(),
            subject: event.subject.as_ref().map(|sub| sub.as_ref().to_owned()),
            details: details(event),
            hash: String::new(),
        };
        entry.hash = link(key, &hash, &entry);
        hash.clone_from(&entry.hash);
        insert(tx, entry).await?;
    }
    sql("UPDATE audit_head SET hash = $1 WHERE name = 'main'").bind(hash).run(tx).await?;
    Ok(())
}

async fn insert(tx: &mut Tx, entry: Entry) -> Result<u64> {
    sql("INSERT INTO audit_entry (seq, at, actor_kind, actor_id, network, request_id, name, object_kind, object_id,
                                  subject, details, hash)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)")
    .bind(entry.seq)
    .bind(entry.at)
    .bind(entry.actor_kind)
    .bind(entry.actor_id)
    .bind(entry.network)
    .bind(entry.request_id)
    .bind(entry.name)
    .bind(entry.object_kind)
    .bind(entry.object_id)
    .bind(entry.subject)
    .bind(entry.details)
    .bind(entry.hash)
    .run(tx)
    .await
}

fn details(event: &Event) -> String {
    let changes: Vec<_> = event
        .changes
        .iter()
        .map(|change| match change.private {
            false => json!({"field": change.field, "before": change.before, "after": change.after}),
            true => json!({"field": change.field, "before": change.before, "after": change.after, "private": true}),
        })
        .collect();
    json!({"changes": changes, "shown": event.shown}).to_string()
}

/// The end of the chain.
pub async fn head(tx: &mut Tx) -> Result<Head> {
    sql("SELECT seq, hash FROM audit_head WHERE name = 'main'").one(tx).await
}

/// The next entries after a number, at most `limit`, in the order of the chain.
pub async fn list_after(tx: &mut Tx, seq: i64, limit: u32) -> Result<Vec<Entry>> {
    let rows = sql("SELECT seq, at, actor_kind, actor_id, network, request_id, name, object_kind, object_id, subject,
                           details, hash
                      FROM audit_entry WHERE seq > $1 ORDER BY seq LIMIT $2")
    .bind(seq)
    .bind(limit)
    .all::<EntryRow>(tx)
    .await?;
    Ok(rows.into_iter().map(Entry::from).collect())
}

/// The youngest entries about somebody before a number; only those of others where that is wanted.
pub async fn about(tx: &mut Tx, sub: &Subject, by_others: bool, before: i64, limit: u32) -> Result<Vec<Entry>> {
    let rows = sql("SELECT seq, at, actor_kind, actor_id, network, request_id, name, object_kind, object_id, subject,
                           details, hash
                      FROM audit_entry
                     WHERE subject = $1 AND seq < $2 AND ($3 = 'all' OR actor_kind NOT IN ('customer', 'anonymous'))
                  ORDER BY seq DESC LIMIT $4")
    .bind(sub)
    .bind(before)
    .bind(if by_others { "others" } else { "all" })
    .bind(limit)
    .all::<EntryRow>(tx)
    .await?;
    Ok(rows.into_iter().map(Entry::from).collect())
}

/// Which entries are wanted. An empty text stands for any.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// About this customer.
    pub subject: String,
    /// About this kind of thing,
    pub object_kind: String,
    /// and this one of them.
    pub object_id: String,
    /// By this actor.
    pub actor: String,
    /// At this moment or later.
    pub from: Timestamp,
    /// Before this moment.
    pub until: Timestamp,
    /// Before the entry of this number.
    pub before: i64,
}

/// The newest entries that are wanted, at most `limit`. One statement for each index that can lead to them.
pub async fn list(tx: &mut Tx, wanted: &Wanted, limit: u32) -> Result<Vec<Entry>> {
    let statement = if !wanted.subject.is_empty() {
        sql("SELECT seq, at, actor_kind, actor_id, network, request_id, name, object_kind, object_id, subject,
                    details, hash
               FROM audit_entry
              WHERE subject = $1 AND seq < $7 AND (object_kind = $2 OR $2 = '') AND (object_id = $3 OR $3 = '')
                AND (actor_id = $4 OR $4 = '') AND at >= $5 AND at < $6
           ORDER BY seq DESC LIMIT $8")
    } else if !wanted.object_id.is_empty() {
        sql("SELECT seq, at, actor_kind, actor_id, network, request_id, name, object_kind, object_id, subject,
                    details, hash
               FROM audit_entry
              WHERE (subject = $1 OR $1 = '') AND seq < $7 AND object_kind = $2 AND object_id = $3
                AND (actor_id = $4 OR $4 = '') AND at >= $5 AND at < $6
           ORDER BY seq DESC LIMIT $8")
    } else if !wanted.actor.is_empty() {
        sql("SELECT seq, at, actor_kind, actor_id, network, request_id, name, object_kind, object_id, subject,
                    details, hash
               FROM audit_entry
              WHERE (subject = $1 OR $1 = '') AND seq < $7 AND (object_kind = $2 OR $2 = '')
                AND (object_id = $3 OR $3 = '') AND actor_id = $4 AND at >= $5 AND at < $6
           ORDER BY seq DESC LIMIT $8")
    } else {
        sql("SELECT seq, at, actor_kind, actor_id, network, request_id, name, object_kind, object_id, subject,
                    details, hash
               FROM audit_entry
              WHERE (subject = $1 OR $1 = '') AND seq < $7 AND (object_kind = $2 OR $2 = '')
                AND (object_id = $3 OR $3 = '') AND (actor_id = $4 OR $4 = '') AND at >= $5 AND at < $6
           ORDER BY seq DESC LIMIT $8")
    };
    let statement = statement.bind(&wanted.subject).bind(&wanted.object_kind).bind(&wanted.object_id);
    let statement = statement.bind(&wanted.actor).bind(wanted.from).bind(wanted.until).bind(wanted.before);
    let rows = statement.bind(limit).all::<EntryRow>(tx).await?;
    Ok(rows.into_iter().map(Entry::from).collect())
}
