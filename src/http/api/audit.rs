//! What happened: audit entries, newest first.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::paging::{CURSOR, LIMIT, Paging};
use crate::app::Work;
use crate::base::{Error, Fault, Refusal, Result, Timestamp};
use crate::domain::admin::audit::Entry;
use crate::domain::permission::Permission::AuditRead;
use crate::http::extract::form::Fields;
use crate::http::extract::input::{Query, QueryFields};
use crate::http::route::Routes;
use crate::service;
use crate::store::admin::audit::Wanted;

/// Routes of audit entries.
pub fn routes() -> Routes {
    Routes::under("/api/v1/audit")
        .get_audited("", AuditRead, list)
        .about("List audit entries by customer, object, actor and time, newest first")
}

/// Audit entries, newest first.
#[derive(Serialize, ToSchema)]
struct AuditList {
    items: Vec<AuditEntry>,
    /// Where the next page begins; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// Who did what, when, from where.
#[derive(Serialize, ToSchema)]
struct AuditEntry {
    /// 1, 2, 3, … without gaps.
    number: i64,
    /// RFC 3339.
    at: String,
    actor: Named,
    /// From which address.
    #[serde(skip_serializing_if = "Option::is_none")]
    network: Option<String>,
    /// In which request.
    request_id: String,
    /// What: `account.suspended`.
    name: String,
    object: Named,
    /// The customer whose record it concerns.
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    /// What changed.
    changes: Vec<AuditChange>,
    /// What was shown.
    shown: Vec<String>,
}

/// An actor or an object.
#[derive(Serialize, ToSchema)]
struct Named {
    kind: String,
    id: String,
}

/// One field before and after.
#[derive(Serialize, Deserialize, ToSchema)]
struct AuditChange {
    field: String,
    before: Option<String>,
    after: Option<String>,
    /// It says something about the person; both values are absent once the account was erased.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    private: bool,
}

#[derive(Deserialize)]
struct Details {
    changes: Vec<AuditChange>,
    shown: Vec<String>,
}

struct Filter {
    wanted: Wanted,
    /// The filters as the cursor is bound to them.
    text: String,
    paging: Paging,
}

impl QueryFields for Filter {
    const FIELDS: &'static [(&'static str, &'static str)] = &[
        ("subject", "Entries about this customer's record."),
        ("object_kind", "Entries about things of this kind, such as `account`, `client`, `registration`."),
        ("object_id", "Entries about this thing; with `object_kind`."),
        ("actor", "Entries by this actor: a `sub` or a client's id."),
        ("from", "At this moment or later (RFC 3339)."),
        ("until", "Before this moment (RFC 3339)."),
        LIMIT,
        CURSOR,
    ];

    fn read(fields: &Fields) -> Result<Self> {
        let text = |name| fields.text(name).to_owned();
        let moment = |name: &'static str, absent: i64| match fields.text(name) {
            "" => Ok(Timestamp::from_millis(absent)),
            text => Timestamp::from_rfc3339(text).ok_or_else(|| Error::invalid(name, "moment")),
        };
        if !fields.text("object_id").is_empty() && fields.text("object_kind").is_empty() {
            return Err(Refusal::Malformed("object_id needs object_kind".into()).into());
        }
        let wanted = Wanted {
            subject: text("subject"),
            object_kind: text("object_kind"),
            object_id: text("object_id"),
            actor: text("actor"),
            from: moment("from", i64::MIN)?,
            until: moment("until", i64::MAX)?,
            before: i64::MAX,
        };
        let names = ["subject", "object_kind", "object_id", "actor", "from", "until"];
        let filters: Vec<&str> = names.iter().map(|name| fields.text(name)).collect();
        Ok(Self { wanted, text: format!("audit\n{}", filters.join("\n")), paging: Paging::read(fields)? })
    }
}

async fn list(work: &mut Work, (Query(filter),): (Query<Filter>,)) -> Result<AuditList> {
    let paging = &filter.paging;
    let before = paging.after::<1>(work, &filter.text)?;
    let before =
        before.map(|[seq]| seq.parse().map_err(|_| Fault::new("a sealed cursor holds no number"))).transpose()?;
    let wanted = Wanted { before: before.unwrap_or(i64::MAX), ..filter.wanted };
    let mut found = service::admin::audit::list(work, &wanted, paging.to_fetch()).await?;
    let next_cursor = paging.cut(work, &filter.text, &mut found, |entry| [entry.seq.to_string()])?;
    Ok(AuditList { items: found.into_iter().map(AuditEntry::try_from).collect::<Result<_>>()?, next_cursor })
}

impl TryFrom<Entry> for AuditEntry {
    type Error = Error;

    fn try_from(entry: Entry) -> Result<Self> {
        let details: Details = serde_json::from_str(&entry.details)
            .map_err(|error| Fault::because(format!("audit entry {} cannot be read", entry.seq), error))?;
        Ok(Self {
            number: entry.seq,
            at: entry.at.to_string(),
            actor: Named { kind: entry.actor_kind, id: entry.actor_id },
            network: entry.network,
            request_id: entry.request_id,
            name: entry.name,
            object: Named { kind: entry.object_kind, id: entry.object_id },
            subject: entry.subject,
            changes: details.changes,
            shown: details.shown,
        })
    }
}
