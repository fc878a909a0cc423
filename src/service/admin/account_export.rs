//! Everything about every account, so that an operator can leave: one JSON object a line, in the order of subjects.
//! What must never come back (one-time secrets, sessions, tokens) is not in it; hashes of passwords are on demand.

use std::io::Write;
use std::sync::Arc;

use serde_json::{Value, json};

use crate::app::{App, Work};
use crate::base::id::Subject;
use crate::base::{Fault, Result};
use crate::domain::account::Account;
use crate::domain::actor::{Actor, Origin};
use crate::domain::event::Event;
use crate::service::account::claims;
use crate::store;
use crate::store::account::{imported_identity, source};
use crate::store::admin::account_export::{RegistrationRow, addresses, consents, grants, registrations};
use crate::store::admin::account_list;
use crate::store::db::Access;

/// The version of the format.
pub const VERSION: u64 = 1;
/// Accounts read at once.
const PAGE: u32 = 200;

/// Write every account; how many there were.
pub async fn export(app: &Arc<App>, out: &mut dyn Write, with_hashes: bool) -> Result<u64> {
    // Recorded before anything leaves.
    let mut work = Work::for_operator(app);
    let hashes = if with_hashes { "included" } else { "left out" };
    work.record(Event::new("accounts.exported").about("account", "").change("hashes", None, Some(hashes)));
    work.commit().await?;

    let header = json!({
        "type": "export", "format": "hosho", "version": VERSION, "issuer": app.config.top.issuer.as_str(),
        "exported_at": app.clock.now().to_string(), "hashes": with_hashes,
    });
    write(out, &header)?;
    let (mut after, mut count): (Option<Subject>, u64) = (None, 0);
    loop {
        // A page is read in one transaction, and written out when that is over.
        let origin = Origin { request_id: app.random.id(), ..Origin::default() };
        let mut work = Work::begin(app, Access::Read, Actor::Operator, origin);
        let page = account_list::list(work.tx(), "", after.as_ref(), PAGE).await?;
        let mut lines = Vec::with_capacity(page.len());
        for account in &page {
            lines.push(line(&mut work, account, with_hashes).await?);
        }
        work.commit().await?;
        let Some(last) = page.last() else { break };
        after = Some(last.sub.clone());
        for line in &lines {
            write(out, line)?;
            count += 1;
        }
    }
    out.flush().map_err(|error| Fault::because("the export cannot be written", error))?;
    Ok(count)
}

fn write(out: &mut dyn Write, line: &Value) -> Result<()> {
    writeln!(out, "{line}").map_err(|error| Fault::because("the export cannot be written", error).into())
}

async fn line(work: &mut Work, account: &Account, with_hashes: bool) -> Result<Value> {
    let sub = &account.sub;
    let mut claims = claims::of(account);
    for derived in ["email", "email_verified", "updated_at"] {
        claims.remove(derived);
    }
    let emails: Vec<Value> = addresses(work.tx(), sub)
        .await?
        .iter()
        .map(|row| {
            json!({
                "address": row.address, "primary": row.is_primary, "added_at": row.added_at.to_string(),
                "verified_at": row.verified_at.map(|at| at.to_string()),
            })
        })
        .collect();
    let password = store::auth::password::find(work.tx(), sub).await?.map(|row| match with_hashes {
        true => json!({"hash": row.hash, "changed_at": row.changed_at.to_string()}),
        false => json!({"changed_at": row.changed_at.to_string()}),
    });
    let roles: Vec<_> = store::admin::staff_role::of(work.tx(), sub).await?;
    let roles: Vec<&str> = roles.iter().map(|role| role.as_str()).collect();
    let sources = source::of(work.tx(), sub).await?;
    let identities = imported_identity::of(work.tx(), sub).await?;
    let consents = consents(work.tx(), sub).await?;
    let grants = grants(work.tx(), sub).await?;
    let registrations = registrations(work.tx(), sub).await?;
    Ok(json!({
        "type": "account",
        "sub": sub.as_ref(),
        "customer_number": account.number.to_string(),
        "state": account.state.word(),
        "opened_at": account.opened_at.to_string(),
        "updated_at": account.updated_at.to_string(),
        "claims": claims,
        "emails": emails,
        "password": password,
        "roles": roles,
        "sources": sources.iter().map(|row| json!({"source": row.source, "id": row.source_id})).collect::<Vec<_>>(),
        "identities": identities.iter()
            .map(|row| json!({"provider": row.provider, "subject": row.provider_subject}))
            .collect::<Vec<_>>(),
        "consents": consents.iter()
            .map(|row| json!({
                "client_id": row.client_id.as_ref(), "scope": row.scope, "given_at": row.given_at.to_string(),
                "updated_at": row.updated_at.to_string(),
            }))
            .collect::<Vec<_>>(),
        "grants": grants.iter()
            .map(|row| json!({
                "client_id": row.client_id.as_ref(), "scope": row.scope, "offline": row.is_offline,
                "created_at": row.created_at.to_string(),
            }))
            .collect::<Vec<_>>(),
        "registrations": registrations.iter().map(registration).collect::<Vec<_>>(),
    }))
}

fn registration(row: &RegistrationRow) -> Value {
    let day = |date: Option<crate::base::time::Date>| date.map(|date| date.to_string());
    let warranty = row.plan_code.as_ref().map(|code| {
        json!({
            "plan": code, "version": row.plan_version, "anchor_on": day(row.anchor_on), "anchor_proof": row.anchor_proof,
        })
    });
    json!({
        "model_no": row.model_no, "serial": row.serial, "serial_label": row.serial_label, "provenance": row.provenance,
        "state": row.state, "reasons": row.reasons.split_whitespace().collect::<Vec<_>>(), "channel": row.channel,
        "client_id": row.client.as_ref().map(AsRef::as_ref), "serial_typed": row.serial_typed,
        "possession_shown": row.possession_shown, "dealer": row.dealer, "purchased_on": day(row.purchased_on),
        "declared_on": day(Some(row.declared_on)), "created_at": row.created_at.to_string(),
        "held_from": day(row.held_from), "held_to": day(row.held_to), "warranty": warranty,
    })
}
