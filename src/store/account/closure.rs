//! Accounts that were closed, and when they are erased.

use crate::base::id::Subject;
use crate::base::{Error, Fault, Result, Timestamp};
use crate::domain::account::State;
use crate::domain::account::closure::{ClosedBy, Closure, ClosureId};
use crate::row;
use crate::store::db::Tx;
use crate::store::query::sql;

row! {
    struct ClosureRow {
        id: ClosureId,
        sub: Subject,
        closed_at: Timestamp,
        closed_by: String,
        was: String,
        undo_until: Timestamp,
        erased_at: Option<Timestamp>,
    }
}

impl TryFrom<ClosureRow> for Closure {
    type Error = Error;

    fn try_from(row: ClosureRow) -> Result<Self> {
        let unknown = |word: &str| Fault::new(format!("a closure holds the unknown word {word}"));
        Ok(Self {
            closed_by: ClosedBy::from_word(&row.closed_by).ok_or_else(|| unknown(&row.closed_by))?,
            was: State::from_word(&row.was).ok_or_else(|| unknown(&row.was))?,
            id: row.id,
            sub: row.sub,
            closed_at: row.closed_at,
            undo_until: row.undo_until,
            erased_at: row.erased_at,
        })
    }
}

/// Close an account.
pub async fn insert(tx: &mut Tx, closure: &Closure) -> Result<()> {
    sql("INSERT INTO account_closure (sub, id, closed_at, closed_by, was, undo_until)
         VALUES ($1, $2, $3, $4, $5, $6)")
    .bind(&closure.sub)
    .bind(&closure.id)
    .bind(closure.closed_at)
    .bind(closure.closed_by.word())
    .bind(closure.was.word())
    .bind(closure.undo_until)
    .run(tx)
    .await?;
    Ok(())
}

/// The closure of an account.
pub async fn of(tx: &mut Tx, sub: &Subject) -> Result<Option<Closure>> {
    sql("SELECT id, sub, closed_at, closed_by, was, undo_until, erased_at FROM account_closure WHERE sub = $1")
        .bind(sub)
        .optional::<ClosureRow>(tx)
        .await?
        .map(Closure::try_from)
        .transpose()
}

/// The closure of a link.
pub async fn find(tx: &mut Tx, id: &ClosureId) -> Result<Option<Closure>> {
    sql("SELECT id, sub, closed_at, closed_by, was, undo_until, erased_at FROM account_closure WHERE id = $1")
        .bind(id)
        .optional::<ClosureRow>(tx)
        .await?
        .map(Closure::try_from)
        .transpose()
}

/// Its owner comes back; `false` if that is no longer possible.
pub async fn undo(tx: &mut Tx, sub: &Subject, now: Timestamp) -> Result<bool> {
    let undone = sql("DELETE FROM account_closure WHERE sub = $1 AND erased_at IS NULL AND $2 < undo_until")
        .bind(sub)
        .bind(now)
        .run(tx)
        .await?;
    Ok(undone == 1)
}

/// Closures that end before `soon` and whose owners were not reminded.
pub async fn to_remind(tx: &mut Tx, now: Timestamp, soon: Timestamp) -> Result<Vec<Closure>> {
    sql("SELECT id, sub, closed_at, closed_by, was, undo_until, erased_at
           FROM account_closure
          WHERE erased_at IS NULL AND reminded_at IS NULL AND undo_until > $1 AND undo_until <= $2
       ORDER BY undo_until, sub LIMIT 100")
    .bind(now)
    .bind(soon)
    .all::<ClosureRow>(tx)
    .await?
    .into_iter()
    .map(Closure::try_from)
    .collect()
}

/// Its owner is reminded, once.
pub async fn set_reminded(tx: &mut Tx, sub: &Subject, now: Timestamp) -> Result<bool> {
    let reminded = sql("UPDATE account_closure SET reminded_at = $2
                         WHERE sub = $1 AND reminded_at IS NULL AND erased_at IS NULL AND undo_until > $2")
    .bind(sub)
    .bind(now)
    .run(tx)
    .await?;
    Ok(reminded == 1)
}

/// Closures whose time to come back is over, after one of them.
pub async fn to_erase(tx: &mut Tx, now: Timestamp, after: &str) -> Result<Vec<Closure>> {
    sql("SELECT id, sub, closed_at, closed_by, was, undo_until, erased_at
           FROM account_closure
          WHERE erased_at IS NULL AND undo_until <= $1 AND sub > $2
       ORDER BY sub LIMIT 100")
    .bind(now)
    .bind(after)
    .all::<ClosureRow>(tx)
    .await?
    .into_iter()
    .map(Closure::try_from)
    .collect()
}

/// It is erased, once.
pub async fn set_erased(tx: &mut Tx, sub: &Subject, now: Timestamp) -> Result<bool> {
    let erased = sql("UPDATE account_closure SET erased_at = $2
                       WHERE sub = $1 AND erased_at IS NULL AND undo_until <= $2")
    .bind(sub)
    .bind(now)
    .run(tx)
    .await?;
    Ok(erased == 1)
}
