//! Accounts that look like one person's (名寄せ).

use serde::Serialize;
use utoipa::ToSchema;

use super::account::{AccountLine, Because};
use super::paging::{CURSOR, LIMIT, Paging};
use crate::app::Work;
use crate::base::{Error, Fault, Result};
use crate::domain::account::duplicate::DuplicateId;
use crate::domain::account::likeness::POSSIBLE;
use crate::domain::permission::Permission::{AccountRead, AccountWrite};
use crate::http::extract::form::Fields;
use crate::http::extract::input::{At, Json, Query, QueryFields};
use crate::http::respond::output::NoContent;
use crate::http::route::Routes;
use crate::service::admin::account;
use crate::service::admin::duplicate::{self, Found};

/// Routes of pairs.
pub fn routes() -> Routes {
    Routes::under("/api/v1/duplicates")
        .get_audited("", AccountRead, list)
        .about("List pairs of accounts that look like one person's, with the reasons, the most alike first")
        .post("/start-over", AccountWrite, start_over)
        .about("Compare every account with every other again; the pairs appear as they are found")
        .post("/{id}/dismiss", AccountWrite, dismiss)
        .about("Say that the accounts of a pair are two people's; it is not put forward again")
}

/// Pairs of accounts, the most alike first.
#[derive(Serialize, ToSchema)]
struct DuplicateList {
    items: Vec<DuplicatePair>,
    /// Where the next page begins; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// Two accounts that look like one person's.
#[derive(Serialize, ToSchema)]
struct DuplicatePair {
    id: String,
    /// From 0 to 100.
    score: u8,
    /// Whether it is enough to put the pair forward; otherwise it is worth a look.
    proposed: bool,
    /// What they share, such as `same_name` or `same_phone`, and after it what sets them apart.
    reasons: Vec<&'static str>,
    accounts: Vec<AccountLine>,
    /// RFC 3339.
    found_at: String,
}

struct Filter {
    least: u8,
    /// The filter as the cursor is bound to it.
    text: String,
    paging: Paging,
}

impl QueryFields for Filter {
    const FIELDS: &'static [(&'static str, &'static str)] =
        &[("min_score", "The least score, from 50 to 100; 50 where it is absent, 75 is put forward."), LIMIT, CURSOR];

    fn read(fields: &Fields) -> Result<Self> {
        let wrong = || Error::invalid("min_score", "from_50_to_100");
        let least = match fields.text("min_score") {
            "" => POSSIBLE,
            text if text.len() <= 3 => text.parse().map_err(|_| wrong())?,
            _ => return Err(wrong()),
        };
        if !(POSSIBLE..=100).contains(&least) {
            return Err(wrong());
        }
        Ok(Self { least, text: format!("duplicates\n{least}"), paging: Paging::read(fields)? })
    }
}

async fn list(work: &mut Work, (Query(filter),): (Query<Filter>,)) -> Result<DuplicateList> {
    let paging = &filter.paging;
    let after = match paging.after::<2>(work, &filter.text)? {
        Some([score, id]) => Some((score.parse().map_err(|_| Fault::new("a sealed cursor holds no score"))?, id)),
        None => None,
    };
    let after = after.as_ref().map(|(score, id): &(u8, String)| (*score, id.as_str()));
    let mut found = duplicate::list(work, filter.least, after, paging.to_fetch()).await?;
    let next_cursor = paging.cut(work, &filter.text, &mut found, |found| {
        [found.duplicate.likeness.score.to_string(), found.duplicate.id.to_string()]
    })?;
    for pair in &found {
        account::listed(work, &pair.accounts);
    }
    Ok(DuplicateList { items: found.iter().map(DuplicatePair::from).collect(), next_cursor })
}

async fn start_over(work: &mut Work, (): ()) -> Result<NoContent> {
    duplicate::start_over(work).await.map(|()| NoContent)
}

async fn dismiss(work: &mut Work, (At(id), Json(because)): (At<DuplicateId>, Json<Because>)) -> Result<NoContent> {
    duplicate::dismiss(work, &id, &because.reason).await.map(|()| NoContent)
}

impl From<&Found> for DuplicatePair {
    fn from(found: &Found) -> Self {
        let likeness = &found.duplicate.likeness;
        Self {
            id: found.duplicate.id.to_string(),
            score: likeness.score,
            proposed: likeness.is_proposed(),
            reasons: likeness.reasons.iter().map(|reason| reason.word()).collect(),
            accounts: found.accounts.iter().map(AccountLine::from).collect(),
            found_at: found.duplicate.found_at.to_string(),
        }
    }
}
