//! Registrations, and deciding those that wait.

use serde::Serialize;
use utoipa::ToSchema;

use super::Name;
use crate::app::Work;
use crate::base::{Error, Fault, Result, Timestamp};
use crate::domain::permission::Permission::{RegistrationRead, RegistrationWrite};
use crate::domain::registry::RegistrationId;
use crate::domain::registry::registration::{Registration, State};
use crate::http::api::paging::{CURSOR, LIMIT, Paging};
use crate::http::extract::form::Fields;
use crate::http::extract::input::{At, Query, QueryFields};
use crate::http::route::Routes;
use crate::service::admin::registration::{self, RegistrationDetail};
use crate::service::registry::review;
use crate::store;

/// Routes of registrations.
pub fn routes() -> Routes {
    Routes::under("/api/v1/registrations")
        .get_audited("", RegistrationRead, list)
        .about("List registrations, all or in one state, newest first")
        .get_audited("/{id}", RegistrationRead, show)
        .about("Show one registration, and who else holds the unit")
        .post("/{id}/approve", RegistrationWrite, approve)
        .about("Accept a registration that waits; whoever held the unit loses it today")
        .post("/{id}/reject", RegistrationWrite, reject)
        .about("Decide against a registration that waits")
}

/// Registrations, newest first.
#[derive(Serialize, ToSchema)]
struct RegistrationList {
    items: Vec<RegistrationView>,
    /// Where the next page begins; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// One registration.
#[derive(Serialize, ToSchema)]
struct RegistrationView {
    id: String,
    /// `pending`, `active`, `disputed`, `rejected`, `withdrawn` or `ended`.
    state: &'static str,
    /// Why it waits.
    reasons: Vec<&'static str>,
    /// Who made it; only to those who may see customers.
    #[serde(skip_serializing_if = "Option::is_none")]
    sub: Option<String>,
    /// Who else holds the unit; only to those who may see customers.
    #[serde(skip_serializing_if = "Option::is_none")]
    held_by: Option<String>,
    /// The unit's id.
    unit: String,
    model_no: String,
    name: Name,
    /// As on the label.
    serial: String,
    serial_typed: String,
    /// Whether the code from the box was given.
    possession_shown: bool,
    purchased_on: Option<String>,
    dealer: String,
    /// `my_page`, `app` or `staff`.
    channel: &'static str,
    /// The client that acted for the customer.
    #[serde(skip_serializing_if = "Option::is_none")]
    client: Option<String>,
    /// RFC 3339.
    created_at: String,
}

struct Filter {
    state: &'static str,
    /// The filters as the cursor is bound to them.
    text: String,
    paging: Paging,
}

impl QueryFields for Filter {
    const FIELDS: &'static [(&'static str, &'static str)] =
        &[("state", "`pending`, `active`, `disputed`, `rejected`, `withdrawn` or `ended`."), LIMIT, CURSOR];

    fn read(fields: &Fields) -> Result<Self> {
        let state = match fields.text("state") {
            "" => "",
            word => State::from_name(word).ok_or_else(|| Error::invalid("state", "unknown"))?.name(),
        };
        Ok(Self { state, text: format!("registrations\n{state}"), paging: Paging::read(fields)? })
    }
}

async fn list(work: &mut Work, (Query(filter),): (Query<Filter>,)) -> Result<RegistrationList> {
    let paging = &filter.paging;
    let (before, id) = match paging.after::<2>(work, &filter.text)? {
        None => (Timestamp::from_millis(i64::MAX), String::new()),
        Some([at, id]) => {
            let at = at.parse().map_err(|_| Fault::new("a sealed cursor holds no moment"))?;
            (Timestamp::from_millis(at), id)
        }
    };
    let limit = paging.to_fetch();
    let mut found = store::registry::registration::list(work.tx(), filter.state, before, &id, limit).await?;
    let key = |one: &Registration| [one.created_at.millis().to_string(), one.id.to_string()];
    let next_cursor = paging.cut(work, &filter.text, &mut found, key)?;
    let mut details = Vec::with_capacity(found.len());
    for one in found {
        details.push(registration::detail(work, one).await?);
    }
    registration::listed(work, &details);
    Ok(RegistrationList { items: details.into_iter().map(RegistrationView::from).collect(), next_cursor })
}

async fn show(work: &mut Work, At(id): At<RegistrationId>) -> Result<RegistrationView> {
    registration::show(work, &id).await.map(RegistrationView::from)
}

async fn approve(work: &mut Work, At(id): At<RegistrationId>) -> Result<RegistrationView> {
    let decided = review::accept(work, &id).await?;
    registration::detail(work, decided).await.map(RegistrationView::from)
}

async fn reject(work: &mut Work, At(id): At<RegistrationId>) -> Result<RegistrationView> {
    let decided = review::decline(work, &id).await?;
    registration::detail(work, decided).await.map(RegistrationView::from)
}

impl From<RegistrationDetail> for RegistrationView {
    fn from(detail: RegistrationDetail) -> Self {
        let registration = &detail.registration;
        let (channel, client) = registration.channel.names();
        Self {
            id: registration.id.to_string(),
            state: registration.state.name(),
            reasons: registration.reasons.iter().map(|reason| reason.name()).collect(),
            sub: detail.claimant.map(|sub| sub.to_string()),
            held_by: detail.held_by.map(|sub| sub.to_string()),
            unit: detail.unit.id.to_string(),
            model_no: detail.model.model_no.printed().to_owned(),
            name: Name::from(&detail.model.name),
            serial: detail.unit.serial_label.clone(),
            serial_typed: registration.serial_typed.clone(),
            possession_shown: registration.possession_shown,
            purchased_on: registration.purchased_on.map(|on| on.to_string()),
            dealer: registration.dealer.clone(),
            channel,
            client: client.map(str::to_owned),
            created_at: registration.created_at.to_string(),
        }
    }
}
