//! Customers' accounts.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::paging::{CURSOR, LIMIT, Paging};
use crate::app::Work;
use crate::base::id::Subject;
use crate::base::{Error, Refusal, Result};
use crate::domain::account::{Account, State};
use crate::domain::permission::Permission::{AccountRead, AccountWrite};
use crate::http::extract::form::Fields;
use crate::http::extract::input::{At, Json, Query, QueryFields};
use crate::http::route::Routes;
use crate::service::account::claims;
use crate::service::admin::account::{self, Search};

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
        .about("Let a stopped account go on")
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
    account::show(work, &sub).await.map(|account| AccountView::from(&account))
}

async fn suspend(work: &mut Work, (At(sub), Json(because)): (At<Subject>, Json<Because>)) -> Result<AccountLine> {
    account::suspend(work, &sub, &because.reason).await.map(|account| AccountLine::from(&account))
}

async fn restore(work: &mut Work, (At(sub), Json(because)): (At<Subject>, Json<Because>)) -> Result<AccountLine> {
    account::restore(work, &sub, &because.reason).await.map(|account| AccountLine::from(&account))
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

impl From<&Account> for AccountView {
    fn from(account: &Account) -> Self {
        Self {
            sub: account.sub.to_string(),
            customer_number: account.number.to_string(),
            state: account.state.word(),
            claims: claims::of(account),
            opened_at: account.opened_at.to_string(),
            updated_at: account.updated_at.to_string(),
        }
    }
}
