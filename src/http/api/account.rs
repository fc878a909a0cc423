//! Customers' accounts.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::paging::{CURSOR, LIMIT, Paging};
use crate::app::Work;
use crate::base::id::Subject;
use crate::base::{Error, Refusal, Result, Timestamp};
use crate::domain::account::closure::Closure;
use crate::domain::account::hold::{Hold, HoldId};
use crate::domain::account::{Account, State};
use crate::domain::permission::Permission::{AccountRead, AccountWrite};
use crate::http::extract::form::Fields;
use crate::http::extract::input::{At, Json, Query, QueryFields};
use crate::http::respond::output::NoContent;
use crate::http::route::Routes;
use crate::service::account::{claims, holds};
use crate::service::admin::account::{self, Search, Shown};
use crate::store::account::erasure::KeptRecord;
use crate::store::admin::account_merge::merged_into;

/// Routes of accounts.
pub fn routes() -> Routes {
    Routes::under("/api/v1/accounts")
        .get_audited("", AccountRead, list)
        .about("Find customers by any spelling of a name, an address, a number, or what they registered")
        .get_audited("/{sub}", AccountRead, show)
        .about("Show one customer's record")
        .post("/{sub}/suspend", AccountWrite, suspend)
        .about("Stop an account: sessions end and all its tokens are void at once")
        .post("/{sub}/restore", AccountWrite, restore)
        .about("Let a stopped account go on, or a closed one while its owner may come back")
        .post("/{sub}/reset-second-factor", AccountWrite, reset_second_factor)
        .about("Take away the second factor of a customer who has lost it, a day from now; the customer can stop it")
        .post("/{sub}/close", AccountWrite, close)
        .about("Close an account for its owner: dead at once, undone for some days, then erased")
        .post("/{sub}/holds", AccountWrite, hold)
        .about("Keep an account from being erased, for a reason that its owner may read")
        .and(
            Routes::under("/api/v1/account-holds")
                .delete("/{id}", AccountWrite, lift)
                .about("Lift what keeps an account from being erased"),
        )
}

/// Accounts, in the order of their subjects.
#[derive(Serialize, ToSchema)]
struct AccountList {
    items: Vec<AccountLine>,
    /// Where the next page begins; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// An account in a list.
#[derive(Serialize, ToSchema)]
pub(super) struct AccountLine {
    /// What relying parties know the customer by.
    sub: String,
    /// What the customer says on the telephone.
    customer_number: String,
    /// `unverified`, `active`, `suspended` or `closed`.
    state: &'static str,
    /// As the customer is called.
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    /// RFC 3339.
    opened_at: String,
}

/// One account.
#[derive(Serialize, ToSchema)]
struct AccountView {
    /// What relying parties know the customer by.
    sub: String,
    /// What the customer says on the telephone.
    customer_number: String,
    /// `unverified`, `active`, `suspended` or `closed`.
    state: &'static str,
    /// The claims of OpenID Connect Core §5.1.
    #[schema(value_type = Object)]
    claims: Map<String, Value>,
    /// RFC 3339.
    opened_at: String,
    /// RFC 3339.
    updated_at: String,
    /// How it ends, if it was closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    closure: Option<ClosureView>,
    /// What keeps it from being erased.
    holds: Vec<HoldView>,
    /// What is kept of it without a name, once it was erased.
    kept: Vec<KeptView>,
    /// The account of the same person that this one was merged into.
    #[serde(skip_serializing_if = "Option::is_none")]
    merged_into: Option<String>,
}

/// The end of an account.
#[derive(Serialize, ToSchema)]
struct ClosureView {
    /// RFC 3339.
    closed_at: String,
    /// `owner`, `staff` or `policy`.
    closed_by: &'static str,
    /// Until when its owner may come back (RFC 3339).
    undo_until: String,
    /// RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    erased_at: Option<String>,
}

/// What keeps an account from being erased.
#[derive(Serialize, ToSchema)]
struct HoldView {
    id: String,
    /// As the owner may read it.
    reason: String,
    /// RFC 3339.
    placed_at: String,
    /// RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    ends_at: Option<String>,
}

/// What is kept of an erased account.
#[derive(Serialize, ToSchema)]
struct KeptView {
    /// `products`, `agreements` or `choices`.
    what: &'static str,
    /// How many records.
    records: i64,
    /// The last day.
    until: String,
}

/// Why an account is kept from being erased, and until when.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewHold {
    /// A sentence that the owner may read, at most 500 characters.
    reason: String,
    /// When it ends by itself (RFC 3339); without it, when it is lifted.
    #[serde(default)]
    ends_at: Option<String>,
}

/// A second factor that will be taken away.
#[derive(Serialize, ToSchema)]
struct FactorResetView {
    /// From when on the customer signs in without it. RFC 3339.
    due_at: String,
}

/// Why something is done to an account.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Because {
    /// A sentence for the audit entry, at most 500 characters.
    pub(super) reason: String,
}

struct Filter {
    search: Search,
    /// The filters as the cursor is bound to them.
    text: String,
    paging: Paging,
}

impl QueryFields for Filter {
    const FIELDS: &'static [(&'static str, &'static str)] = &[
        ("q", "A part of a name (kanji, kana, Latin), an e-mail address, a telephone or customer number."),
        ("serial", "A serial number in any spelling: who registered it."),
        ("state", "`unverified`, `active`, `suspended` or `closed`; not together with `q` or `serial`."),
        LIMIT,
        CURSOR,
    ];

    fn read(fields: &Fields) -> Result<Self> {
        let (q, serial, state) = (fields.text("q"), fields.text("serial"), fields.text("state"));
        if [q, serial, state].iter().filter(|text| !text.is_empty()).count() > 1 {
            return Err(Refusal::Malformed("one of q, serial and state is expected".into()).into());
        }
        if q.chars().count() > 100 {
            return Err(Error::invalid("q", "too_long"));
        }
        let search = if !q.is_empty() {
            Search::Text(q.to_owned())
        } else if !serial.is_empty() {
            Search::Serial(serial.to_owned())
        } else if state.is_empty() {
            Search::State(None)
        } else {
            Search::State(Some(State::from_word(state).ok_or_else(|| Error::invalid("state", "unknown"))?))
        };
        Ok(Self { search, text: format!("accounts\n{q}\n{serial}\n{state}"), paging: Paging::read(fields)? })
    }
}

async fn list(work: &mut Work, (Query(filter),): (Query<Filter>,)) -> Result<AccountList> {
    let paging = &filter.paging;
    let after = paging.after::<1>(work, &filter.text)?.map(|[sub]| Subject::from(sub.as_str()));
    let mut found = account::list(work, &filter.search, after.as_ref(), paging.to_fetch()).await?;
    let next_cursor = paging.cut(work, &filter.text, &mut found, |account| [account.sub.to_string()])?;
    account::listed(work, &found);
    Ok(AccountList { items: found.iter().map(AccountLine::from).collect(), next_cursor })
}

async fn show(work: &mut Work, At(sub): At<Subject>) -> Result<AccountView> {
    let shown = account::show(work, &sub).await?;
    let merged_into = merged_into(work.tx(), &sub).await?.map(|sub| sub.to_string());
    Ok(AccountView { merged_into, ..AccountView::from(&shown) })
}

async fn suspend(work: &mut Work, (At(sub), Json(because)): (At<Subject>, Json<Because>)) -> Result<AccountLine> {
    account::suspend(work, &sub, &because.reason).await.map(|account| AccountLine::from(&account))
}

async fn restore(work: &mut Work, (At(sub), Json(because)): (At<Subject>, Json<Because>)) -> Result<AccountLine> {
    account::restore(work, &sub, &because.reason).await.map(|account| AccountLine::from(&account))
}

async fn close(work: &mut Work, (At(sub), Json(because)): (At<Subject>, Json<Because>)) -> Result<ClosureView> {
    account::close(work, &sub, &because.reason).await.map(|closure| ClosureView::from(&closure))
}

async fn hold(work: &mut Work, (At(sub), Json(new)): (At<Subject>, Json<NewHold>)) -> Result<HoldView> {
    let ends_at = match &new.ends_at {
        Some(text) => Some(Timestamp::from_rfc3339(text).ok_or_else(|| Error::invalid("ends_at", "moment"))?),
        None => None,
    };
    account::hold(work, &sub, &new.reason, ends_at).await.map(|hold| HoldView::from(&hold))
}

async fn lift(work: &mut Work, At(hold): At<HoldId>) -> Result<NoContent> {
    holds::lift(work, &hold).await?;
    Ok(NoContent)
}

impl From<&Closure> for ClosureView {
    fn from(closure: &Closure) -> Self {
        Self {
            closed_at: closure.closed_at.to_string(),
            closed_by: closure.closed_by.word(),
            undo_until: closure.undo_until.to_string(),
            erased_at: closure.erased_at.map(|at| at.to_string()),
        }
    }
}

impl From<&Hold> for HoldView {
    fn from(hold: &Hold) -> Self {
        Self {
            id: hold.id.to_string(),
            reason: hold.reason.clone(),
            placed_at: hold.placed_at.to_string(),
            ends_at: hold.ends_at.map(|at| at.to_string()),
        }
    }
}

impl From<&KeptRecord> for KeptView {
    fn from(kept: &KeptRecord) -> Self {
        Self { what: kept.what.word(), records: kept.records, until: kept.until.to_string() }
    }
}

async fn reset_second_factor(
    work: &mut Work,
    (At(sub), Json(because)): (At<Subject>, Json<Because>),
) -> Result<FactorResetView> {
    let due_at = account::reset_second_factor(work, &sub, &because.reason).await?;
    Ok(FactorResetView { due_at: due_at.to_string() })
}

impl From<&Account> for AccountLine {
    fn from(account: &Account) -> Self {
        Self {
            sub: account.sub.to_string(),
            customer_number: account.number.to_string(),
            state: account.state.word(),
            name: account.shown_name(),
            email: account.email.as_ref().map(|email| email.address.to_string()),
            opened_at: account.opened_at.to_string(),
        }
    }
}

impl From<&Shown> for AccountView {
    fn from(Shown { account, closure, holds, kept }: &Shown) -> Self {
        Self {
            sub: account.sub.to_string(),
            customer_number: account.number.to_string(),
            state: account.state.word(),
            claims: claims::of(account),
            opened_at: account.opened_at.to_string(),
            updated_at: account.updated_at.to_string(),
            closure: closure.as_ref().map(ClosureView::from),
            holds: holds.iter().map(HoldView::from).collect(),
            kept: kept.iter().map(KeptView::from).collect(),
            merged_into: None,
        }
    }
}
