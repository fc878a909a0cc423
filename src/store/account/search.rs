//! Finding people by a part of a name, an address or a number, with an index that works for Japanese.

use crate::base::Result;
use crate::base::id::Subject;
use crate::domain::account::Account;
use crate::domain::account::search::search_bigrams;
use crate::store::account::AccountRow;
use crate::store::db::Tx;
use crate::store::query::{Query, sql};

/// Pairs that one statement writes or asks for; fewer are filled up by repeating the last.
const AT_ONCE: usize = 16;

/// Forget the pairs of an account, before its new ones are written.
pub async fn clear(tx: &mut Tx, sub: &Subject) -> Result<()> {
    sql("DELETE FROM account_bigram WHERE sub = $1").bind(sub).run(tx).await?;
    Ok(())
}

/// Write the pairs of an account's search text.
pub async fn index(tx: &mut Tx, sub: &Subject, search_text: &str) -> Result<()> {
    for pairs in search_bigrams(search_text).chunks(AT_ONCE) {
        let insert = sql("INSERT INTO account_bigram (sub, bigram)
                          VALUES ($1, $2), ($1, $3), ($1, $4), ($1, $5), ($1, $6), ($1, $7), ($1, $8), ($1, $9),
                                 ($1, $10), ($1, $11), ($1, $12), ($1, $13), ($1, $14), ($1, $15), ($1, $16), ($1, $17)
                          ON CONFLICT DO NOTHING")
        .bind(sub);
        filled_up(insert, pairs).run(tx).await?;
    }
    Ok(())
}

/// Accounts whose search text contains `wanted` (see [`crate::domain::account::search::query`]), in the order of
/// their subjects, after the last one of the previous page.
pub async fn find(tx: &mut Tx, wanted: &str, after: Option<&Subject>, limit: u32) -> Result<Vec<Account>> {
    let mut pairs = search_bigrams(wanted);
    pairs.truncate(AT_ONCE);
    if pairs.is_empty() {
        return Ok(Vec::new());
    }
    let select = sql("SELECT a.sub, a.customer_number, a.state, a.profile, a.opened_at, a.updated_at, a.signed_out_at,
                e.address, e.verified_at
           FROM account a
           LEFT JOIN email_address e ON e.sub = a.sub AND e.is_primary AND e.released_at IS NULL
          WHERE a.sub IN (SELECT b.sub FROM account_bigram b
                           WHERE b.bigram IN ($5, $6, $7, $8, $9, $10, $11, $12,
                                              $13, $14, $15, $16, $17, $18, $19, $20)
                        GROUP BY b.sub HAVING COUNT(*) = $1)
            AND a.search_text LIKE $2 ESCAPE '!'
            AND a.sub > $3
       ORDER BY a.sub
          LIMIT $4")
    .bind(i64::try_from(pairs.len()).unwrap_or(i64::MAX))
    .bind(containing(wanted))
    .bind(after.map(AsRef::as_ref).unwrap_or_default())
    .bind(limit);
    filled_up(select, &pairs).all::<AccountRow>(tx).await?.into_iter().map(Account::try_from).collect()
}

fn filled_up(query: Query, pairs: &[String]) -> Query {
    let Some(last) = pairs.last() else { return query };
    (0..AT_ONCE).fold(query, |query, place| query.bind(pairs.get(place).unwrap_or(last)))
}

/// A pattern for "contains", in which nothing that was typed is a wildcard.
fn containing(text: &str) -> String {
    let mut pattern = String::from("%");
    for c in text.chars() {
        if matches!(c, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}
