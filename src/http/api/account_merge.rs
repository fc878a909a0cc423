//! Two accounts of one person become one: proposed by one member of staff, decided by another.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::account::Because;
use super::paging::{CURSOR, LIMIT, Paging};
use crate::app::Work;
use crate::base::id::Subject;
use crate::base::{Error, Fault, Result, Timestamp};
use crate::domain::account::merge::{Merge, MergeId, Stage};
use crate::domain::permission::Permission::{AccountMerge, AccountRead};
use crate::http::extract::form::Fields;
use crate::http::extract::input::{At, Json, Query, QueryFields};
use crate::http::respond::output::Created;
use crate::http::route::Routes;
use crate::service::admin::account_merge;

/// Routes of merges.
pub fn routes() -> Routes {
    Routes::under("/api/v1/account-merges")
        .get("", AccountRead, list)
        .about("List merges of accounts, the newest first")
        .get("/{id}", AccountRead, show)
        .about("Show one merge, with what the account that stayed has had since")
        .post("", AccountMerge, propose)
        .about("Propose that two accounts of one person become one; another member of staff decides")
        .post("/{id}/approve", AccountMerge, approve)
        .about("Agree to what another member of staff proposed: the two accounts become one")
        .post("/{id}/reject", AccountMerge, reject)
        .about("Disagree with what another member of staff proposed")
        .post("/{id}/undo", AccountMerge, undo)
        .about("Within 30 days, give both accounts back what they had; what came since stays with the one that stayed")
}

/// Merges, the newest first.
#[derive(Serialize, ToSchema)]
struct AccountMergeList {
    items: Vec<AccountMergeLine>,
    /// Where the next page begins; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// The merge of two accounts.
#[derive(Serialize, ToSchema)]
struct AccountMergeLine {
    id: String,
    /// The account that stays.
    kept: String,
    /// The account that goes away; its subject leads to the other one.
    gone: String,
    /// `proposed`, `rejected`, `merged`, `undone` or `final`.
    state: &'static str,
    /// `owner`, who proved to hold both accounts, or `staff`, two of whom agreed.
    proof: &'static str,
    reason: String,
    proposed_by: String,
    /// RFC 3339.
    proposed_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    decided_by: Option<String>,
    /// RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    decided_at: Option<String>,
    /// RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    undo_until: Option<String>,
}

/// One merge.
#[derive(Serialize, ToSchema)]
struct AccountMergeView {
    #[serde(flatten)]
    merge: AccountMergeLine,
    /// What the account that stayed has had since, and keeps when the merge is undone: `registration`, `email` or
    /// `app`, with its id, address or client.
    added_since: Vec<AddedSince>,
}

/// Something that an account has had since a merge.
#[derive(Serialize, ToSchema)]
struct AddedSince {
    kind: &'static str,
    what: String,
}

/// Two accounts of one person.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AccountMergeBody {
    /// The account that stays.
    kept: String,
    /// The account that goes away.
    gone: String,
    /// A sentence for the other member of staff and the audit entry, at most 500 characters.
    reason: String,
}

struct Filter {
    stage: Option<Stage>,
    /// The filter as the cursor is bound to it.
    text: String,
    paging: Paging,
}

impl QueryFields for Filter {
    const FIELDS: &'static [(&'static str, &'static str)] =
        &[("state", "`proposed`, `rejected`, `merged`, `undone` or `final`."), LIMIT, CURSOR];

    fn read(fields: &Fields) -> Result<Self> {
        let stage = match fields.text("state") {
            "" => None,
            word => Some(Stage::from_word(word).ok_or_else(|| Error::invalid("state", "unknown"))?),
        };
        let text = format!("account-merges\n{}", stage.map(Stage::word).unwrap_or_default());
        Ok(Self { stage, text, paging: Paging::read(fields)? })
    }
}

async fn list(work: &mut Work, (Query(filter),): (Query<Filter>,)) -> Result<AccountMergeList> {
    let paging = &filter.paging;
    let after = match paging.after::<2>(work, &filter.text)? {
        Some([at, id]) => {
            let at = at.parse().map_err(|_| Fault::new("a sealed cursor holds no moment"))?;
            Some((Timestamp::from_millis(at), id))
        }
        None => None,
    };
    let after = after.as_ref().map(|(at, id)| (*at, id.as_str()));
    let mut found = account_merge::list(work, filter.stage, after, paging.to_fetch()).await?;
    let next_cursor = paging
        .cut(work, &filter.text, &mut found, |merge| [merge.proposed_at.millis().to_string(), merge.id.to_string()])?;
    Ok(AccountMergeList { items: found.iter().map(AccountMergeLine::from).collect(), next_cursor })
}

async fn show(work: &mut Work, At(id): At<MergeId>) -> Result<AccountMergeView> {
    let found = account_merge::find(work, &id).await?;
    let added = account_merge::added_since(work, &found).await?;
    let added_since = added.into_iter().map(|added| AddedSince { kind: added.kind, what: added.what }).collect();
    Ok(AccountMergeView { merge: AccountMergeLine::from(&found), added_since })
}

async fn propose(work: &mut Work, (Json(body),): (Json<AccountMergeBody>,)) -> Result<Created<AccountMergeLine>> {
    let (kept, gone) = (Subject::from(body.kept.as_str()), Subject::from(body.gone.as_str()));
    account_merge::propose(work, &kept, &gone, &body.reason).await.map(|merge| Created(AccountMergeLine::from(&merge)))
}

async fn approve(work: &mut Work, At(id): At<MergeId>) -> Result<AccountMergeLine> {
    account_merge::approve(work, &id).await.map(|merge| AccountMergeLine::from(&merge))
}

async fn reject(work: &mut Work, (At(id), Json(because)): (At<MergeId>, Json<Because>)) -> Result<AccountMergeLine> {
    account_merge::reject(work, &id, &because.reason).await.map(|merge| AccountMergeLine::from(&merge))
}

async fn undo(work: &mut Work, (At(id), Json(because)): (At<MergeId>, Json<Because>)) -> Result<AccountMergeLine> {
    account_merge::undo(work, &id, &because.reason).await.map(|merge| AccountMergeLine::from(&merge))
}

impl From<&Merge> for AccountMergeLine {
    fn from(merge: &Merge) -> Self {
        Self {
            id: merge.id.to_string(),
            kept: merge.kept.to_string(),
            gone: merge.gone.to_string(),
            state: merge.stage.word(),
            proof: merge.proof.word(),
            reason: merge.reason.clone(),
            proposed_by: merge.proposed_by.clone(),
            proposed_at: merge.proposed_at.to_string(),
            decided_by: merge.decided_by.clone(),
            decided_at: merge.decided_at.map(|at| at.to_string()),
            undo_until: merge.undo_until.map(|at| at.to_string()),
        }
    }
}
