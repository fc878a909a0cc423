//! What is moved when two accounts become one, and given back when they are two again.

use crate::app::Work;
use crate::base::id::{ClientId, GrantId, Subject};
use crate::base::{Fault, Refusal, Result};
use crate::domain::account::merge::{Merge, MergeId, Part};
use crate::domain::account::{Account, Field, Profile};
use crate::domain::auth::upstream::IdentityId;
use crate::domain::registry::RegistrationId;
use crate::domain::registry::registration::State;
use crate::service::account::profile;
use crate::store;
use crate::store::admin::account_merge::{self, Moved, moved};
use crate::store::auth::upstream_identity;
use crate::store::oidc::former_subject;
use crate::store::{account, registry};

/// Move everything that there is room for.
pub(super) async fn move_all(work: &mut Work, id: &MergeId, kept: Account, gone: &Account) -> Result<()> {
    move_addresses(work, id, &kept.sub, &gone.sub).await?;
    move_registrations(work, id, &kept.sub, &gone.sub).await?;
    move_clients(work, id, &kept.sub, &gone.sub).await?;
    move_identities(work, id, &kept.sub, &gone.sub).await?;
    fill_profile(work, id, kept, gone).await
}

async fn move_addresses(work: &mut Work, id: &MergeId, kept: &Subject, gone: &Subject) -> Result<()> {
    let now = work.now();
    for held in account::hand_over::addresses(work.tx(), gone).await? {
        let before = if held.is_primary { "primary" } else { "" };
        if account::hand_over::gave_up(work.tx(), kept, &held.normal).await? {
            account::hand_over::release(work.tx(), gone, &held.normal, now).await?;
            account::hand_over::take_again(work.tx(), kept, &held.normal, false, held.verified_at).await?;
            moved(work.tx(), id, Part::EmailAgain, &held.normal, before).await?;
        } else {
            account::hand_over::address(work.tx(), gone, kept, &held.normal, false).await?;
            moved(work.tx(), id, Part::Email, &held.normal, before).await?;
        }
    }
    account::hand_over::ensure_primary(work.tx(), kept).await
}

async fn move_registrations(work: &mut Work, id: &MergeId, kept: &Subject, gone: &Subject) -> Result<()> {
    let open = |state: &str| ["pending", "active", "disputed"].contains(&state);
    let own = registry::hand_over::registrations(work.tx(), kept).await?;
    for theirs in registry::hand_over::registrations(work.tx(), gone).await? {
        let rival = own.iter().find(|mine| mine.unit == theirs.unit && open(&mine.state) && open(&theirs.state));
        // Of two claims of one person on one unit the stronger stays.
        let loser = match rival {
            Some(mine) if theirs.state == State::Active.name() => Some(mine),
            Some(_) => Some(&theirs),
            None => None,
        };
        if let Some(loser) = loser {
            registry::hand_over::withdraw(work.tx(), &loser.id).await?;
            let before = format!("{} {}", loser.state, loser.reasons);
            moved(work.tx(), id, Part::WithdrawnClaim, loser.id.as_ref(), &before).await?;
        }
        registry::hand_over::registration(work.tx(), &theirs.id, gone, kept).await?;
        moved(work.tx(), id, Part::Registration, theirs.id.as_ref(), "").await?;
    }
    Ok(())
}

async fn move_clients(work: &mut Work, id: &MergeId, kept: &Subject, gone: &Subject) -> Result<()> {
    let own = former_subject::clients(work.tx(), kept).await?;
    for client in former_subject::clients(work.tx(), gone).await? {
        // It knew both: from now on it knows the one that stays.
        if own.contains(&client) {
            continue;
        }
        let known_as = former_subject::find(work.tx(), gone, &client).await?;
        let before = known_as.as_ref().map(ToString::to_string).unwrap_or_default();
        former_subject::put(work.tx(), kept, &client, known_as.as_ref().unwrap_or(gone)).await?;
        moved(work.tx(), id, Part::KnownAs, client.as_ref(), &before).await?;
        if former_subject::hand_over_consent(work.tx(), &client, gone, kept).await? {
            moved(work.tx(), id, Part::Consent, client.as_ref(), "").await?;
        }
        for grant in former_subject::grants(work.tx(), gone, &client).await? {
            let name = if grant.known_as.is_empty() { gone.as_ref() } else { &grant.known_as };
            former_subject::hand_over_grant(work.tx(), &grant.id, gone, kept, name).await?;
            moved(work.tx(), id, Part::Grant, grant.id.as_ref(), &grant.known_as).await?;
        }
    }
    Ok(())
}

/// Who signed in with another provider comes to the account that stays.
async fn move_identities(work: &mut Work, id: &MergeId, kept: &Subject, gone: &Subject) -> Result<()> {
    for linked in upstream_identity::list(work.tx(), gone).await? {
        upstream_identity::hand_over(work.tx(), &linked.id, gone, kept).await?;
        moved(work.tx(), id, Part::Identity, linked.id.as_ref(), "").await?;
    }
    Ok(())
}

async fn fill_profile(work: &mut Work, id: &MergeId, mut kept: Account, gone: &Account) -> Result<()> {
    for (field, value) in gone.profile.values() {
        if kept.profile.get(field).is_none() {
            set(&mut kept.profile, field, value)?;
            moved(work.tx(), id, Part::ProfileValue, field.claim(), value).await?;
        }
    }
    profile::keep(work, &mut kept).await
}

/// Give back exactly what was moved; what came since stays.
pub(super) async fn give_back(work: &mut Work, merge: &Merge) -> Result<()> {
    let (kept, gone, now) = (&merge.kept, &merge.gone, work.now());
    let mut profile_values = Vec::new();
    let parts = account_merge::parts(work.tx(), &merge.id).await?;
    for Moved { part, key, before } in &parts {
        let was_primary = before == "primary";
        match part {
            Part::Email => {
                account::hand_over::address(work.tx(), kept, gone, key, was_primary).await?;
            }
            Part::EmailAgain => {
                let held = account::hand_over::addresses(work.tx(), kept).await?;
                if let Some(held) = held.iter().find(|held| held.normal == *key) {
                    account::hand_over::release(work.tx(), kept, key, now).await?;
                    account::hand_over::take_again(work.tx(), gone, key, was_primary, held.verified_at).await?;
                }
            }
            Part::ProfileValue => profile_values.push((key.as_str(), before.as_str())),
            Part::Registration => {
                let id = RegistrationId::from(key.as_str());
                registry::hand_over::registration(work.tx(), &id, kept, gone).await?;
            }
            // Once every registration is back where it was.
            Part::WithdrawnClaim => {}
            Part::Consent => {
                let client = ClientId::from(key.as_str());
                former_subject::hand_over_consent(work.tx(), &client, kept, gone).await?;
            }
            Part::Grant => {
                let id = GrantId::from(key.as_str());
                former_subject::hand_over_grant(work.tx(), &id, kept, gone, before).await?;
            }
            Part::Identity => {
                upstream_identity::hand_over(work.tx(), &IdentityId::from(key.as_str()), kept, gone).await?;
            }
            Part::KnownAs => {
                let (client, before) = (ClientId::from(key.as_str()), Subject::from(before.as_str()));
                let name = if before.as_ref().is_empty() { gone } else { &before };
                former_subject::delete(work.tx(), kept, &client).await?;
                former_subject::revoke_grants(work.tx(), kept, &client, name, now).await?;
            }
        }
    }
    for Moved { key, before, .. } in parts.iter().filter(|moved| moved.part == Part::WithdrawnClaim) {
        let (state, reasons) = before.split_once(' ').unwrap_or((before, ""));
        registry::hand_over::claim_again(work.tx(), &RegistrationId::from(key.as_str()), state, reasons).await?;
    }
    if account::hand_over::addresses(work.tx(), kept).await?.is_empty() {
        // Somebody who has no address left could not sign in, and would learn of nothing.
        return Err(Refusal::Conflict("address_needed").into());
    }
    account::hand_over::ensure_primary(work.tx(), kept).await?;
    account::hand_over::ensure_primary(work.tx(), gone).await?;
    let mut kept = store::account::find(work.tx(), kept).await?.ok_or(Refusal::NotFound)?;
    for (claim, value) in profile_values {
        if let Some(field) = Field::of_stored(claim).filter(|field| kept.profile.get(*field) == Some(value)) {
            set(&mut kept.profile, field, "")?;
        }
    }
    profile::keep(work, &mut kept).await
}

/// Nothing is left of the account but the way to the one that stayed.
pub(super) async fn erase(work: &mut Work, gone: &Subject) -> Result<()> {
    let Some(mut account) = store::account::find(work.tx(), gone).await? else { return Ok(()) };
    account.profile = Profile::default();
    profile::keep(work, &mut account).await?;
    store::account::search::clear(work.tx(), gone).await?;
    store::auth::password::remove(work.tx(), gone).await
}

fn set(profile: &mut Profile, field: Field, value: &str) -> Result<()> {
    // It was taken once, so it is taken again.
    profile.set(field, value).map_err(|_| Fault::new("a value of a profile is none").into())
}
