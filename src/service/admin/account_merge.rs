//! Two accounts of one person become one, and two again. Two members of staff agree on it, or the owner proved to
//! hold both; the rest is one transaction.

use super::account_merge_parts;
use crate::app::Work;
use crate::base::id::Subject;
use crate::base::{Refusal, Result, Timestamp};
use crate::domain::account::merge::{Merge, MergeId, NotUndone, Proof, Stage, UNDO};
use crate::domain::account::{Account, State};
use crate::domain::actor::Actor;
use crate::domain::event::Event;
use crate::domain::letter::Content;
use crate::i18n::format;
use crate::service::account::tell;
use crate::service::admin::account::reason_of;
use crate::store;
use crate::store::admin::{account_merge, staff_role};

/// One member of staff proposes that two accounts become one.
pub async fn propose(work: &mut Work, kept: &Subject, gone: &Subject, reason: &str) -> Result<Merge> {
    let reason = reason_of(reason)?;
    let by = member_of_staff(work.actor())?.to_string();
    may_be_merged(work, kept, gone).await?;
    let merge = proposal(work, kept, gone, Proof::Staff, reason, by);
    if !account_merge::propose(work.tx(), &merge).await? {
        return Err(Refusal::Conflict("already_proposed").into());
    }
    record(work, &merge, "account.merge_proposed", Some(reason));
    Ok(merge)
}

/// Another member of staff does not agree.
pub async fn reject(work: &mut Work, id: &MergeId, reason: &str) -> Result<Merge> {
    let reason = reason_of(reason)?;
    let by = member_of_staff(work.actor())?.to_string();
    let (merge, now) = (find(work, id).await?, work.now());
    if !account_merge::reject(work.tx(), id, &by, now).await? {
        return Err(Refusal::Conflict(merge.stage.word()).into());
    }
    record(work, &merge, "account.merge_rejected", Some(reason));
    find(work, id).await
}

/// Another member of staff agrees: it is done.
pub async fn approve(work: &mut Work, id: &MergeId) -> Result<Merge> {
    let by = member_of_staff(work.actor())?.to_string();
    let merge = find(work, id).await?;
    if merge.proposed_by == by {
        return Err(Refusal::Conflict("own_proposal").into());
    }
    carry_out(work, &merge, &by).await?;
    find(work, id).await
}

/// The owner of both accounts, who has proved it, makes them one.
pub async fn by_owner(work: &mut Work, kept: &Subject, gone: &Subject) -> Result<Merge> {
    may_be_merged(work, kept, gone).await?;
    let merge = proposal(work, kept, gone, Proof::Owner, "", kept.to_string());
    if !account_merge::propose(work.tx(), &merge).await? {
        return Err(Refusal::Conflict("already_proposed").into());
    }
    carry_out(work, &merge, kept.as_ref()).await?;
    find(work, &merge.id).await
}

/// Give both accounts back what they had.
pub async fn undo(work: &mut Work, id: &MergeId, reason: &str) -> Result<Merge> {
    let reason = reason_of(reason)?;
    let by = member_of_staff(work.actor())?.to_string();
    let merge = find(work, id).await?;
    let now = work.now();
    merge.may_be_undone(now).map_err(|why| {
        Refusal::Conflict(match why {
            NotUndone::NotMerged => merge.stage.word(),
            NotUndone::TooLate => "undo_is_over",
        })
    })?;
    hold(work, &merge.kept, &merge.gone).await?;
    // What the account that stays was merged into since has its parts: that one is undone first.
    if account_merge::merged_into(work.tx(), &merge.kept).await?.is_some() {
        return Err(Refusal::Conflict("merged_again").into());
    }
    let before = account_merge::gone_state(work.tx(), id).await?.unwrap_or(State::Active);
    let led_back = account_merge::lead_back(work.tx(), &merge.gone, before, &merge.kept, now).await?;
    if !led_back || !account_merge::undo(work.tx(), id, &by, now).await? {
        return Err(Refusal::Conflict("changed_meanwhile").into());
    }
    account_merge_parts::give_back(work, &merge).await?;
    record(work, &merge, "account.merge_undone", Some(reason));
    for sub in [&merge.kept, &merge.gone] {
        tell::owner(work, sub, |reader| Content::AccountsApart { at: reader.now.clone() }).await?;
    }
    find(work, id).await
}

/// Merges that can no longer be undone are for good: what was kept for that purpose is erased, the subject still
/// leads to the account that stayed.
pub async fn finish_due(work: &mut Work) -> Result<()> {
    let now = work.now();
    for merge in account_merge::due(work.tx(), now, 50).await? {
        if account_merge::make_final(work.tx(), &merge.id, now).await? {
            account_merge::forget_parts(work.tx(), &merge.id).await?;
            account_merge_parts::erase(work, &merge.gone).await?;
            record(work, &merge, "account.merge_final", None);
        }
    }
    Ok(())
}

/// One merge.
pub async fn find(work: &mut Work, id: &MergeId) -> Result<Merge> {
    Ok(account_merge::find(work.tx(), id).await?.ok_or(Refusal::NotFound)?)
}

/// What an account that stayed has had since a merge, and keeps when it is undone.
pub async fn added_since(work: &mut Work, merge: &Merge) -> Result<Vec<account_merge::Added>> {
    match (merge.stage, merge.decided_at) {
        (Stage::Merged, Some(at)) => account_merge::added_since(work.tx(), &merge.id, &merge.kept, at).await,
        _ => Ok(Vec::new()),
    }
}

/// Merges in one stage, or in any, the newest first, after one of them.
pub async fn list(
    work: &mut Work,
    stage: Option<Stage>,
    after: Option<(Timestamp, &str)>,
    limit: u32,
) -> Result<Vec<Merge>> {
    account_merge::list(work.tx(), stage.map(Stage::word).unwrap_or_default(), after, limit).await
}

fn proposal(work: &Work, kept: &Subject, gone: &Subject, proof: Proof, reason: &str, by: impl Into<String>) -> Merge {
    Merge {
        id: work.new_id(),
        kept: kept.clone(),
        gone: gone.clone(),
        stage: Stage::Proposed,
        proof,
        reason: reason.to_owned(),
        proposed_by: by.into(),
        proposed_at: work.now(),
        decided_by: None,
        decided_at: None,
        undo_until: None,
    }
}

/// A decision about people's accounts is a person's: neither a machine nor the command line makes it.
fn member_of_staff(actor: &Actor) -> Result<&Subject> {
    match actor {
        Actor::Staff { sub, .. } => Ok(sub),
        Actor::Anonymous
        | Actor::Customer { .. }
        | Actor::App { .. }
        | Actor::Machine { .. }
        | Actor::Operator
        | Actor::System(_) => Err(Refusal::Forbidden.into()),
    }
}

async fn may_be_merged(work: &mut Work, kept: &Subject, gone: &Subject) -> Result<[Account; 2]> {
    if kept == gone {
        return Err(Refusal::Conflict("same_account").into());
    }
    let mut accounts = Vec::new();
    for sub in [kept, gone] {
        let account = store::account::find(work.tx(), sub).await?.ok_or(Refusal::NotFound)?;
        if account.state.may_authenticate().is_err() && !(sub == gone && account.state == State::Unverified) {
            return Err(Refusal::Conflict(account.state.word()).into());
        }
        if !staff_role::of(work.tx(), sub).await?.is_empty() {
            return Err(Refusal::Conflict("staff_account").into());
        }
        accounts.push(account);
    }
    <[Account; 2]>::try_from(accounts).map_err(|_| Refusal::NotFound.into())
}

/// Both accounts, in one order whoever asks, so that two merges never wait for each other.
async fn hold(work: &mut Work, kept: &Subject, gone: &Subject) -> Result<()> {
    let mut both = [kept, gone];
    both.sort_by(|one, other| one.as_ref().cmp(other.as_ref()));
    for sub in both {
        store::account::hold(work.tx(), sub).await?;
    }
    Ok(())
}

async fn carry_out(work: &mut Work, merge: &Merge, by: &str) -> Result<()> {
    hold(work, &merge.kept, &merge.gone).await?;
    let [kept, gone] = may_be_merged(work, &merge.kept, &merge.gone).await?;
    let (now, undo_until) = (work.now(), work.now().plus(UNDO));
    if !account_merge::carry_out(work.tx(), &merge.id, by, gone.state, now, undo_until).await? {
        return Err(Refusal::Conflict(merge.stage.word()).into());
    }
    // While its address is still its own, so that the letter reaches it.
    tell_both(work, [&kept, &gone], undo_until).await?;
    account_merge_parts::move_all(work, &merge.id, kept, &gone).await?;
    store::auth::session::delete_all(work.tx(), &merge.gone).await?;
    store::auth::proof::void_for_account(work.tx(), &merge.gone, now).await?;
    if !account_merge::lead_away(work.tx(), &merge.gone, gone.state, &merge.kept, now).await? {
        return Err(Refusal::Conflict("changed_meanwhile").into());
    }
    record(work, merge, "account.merged", None);
    work.app().logout_ready.notify_one();
    Ok(())
}

async fn tell_both(work: &mut Work, accounts: [&Account; 2], undo_until: Timestamp) -> Result<()> {
    for account in accounts {
        let zone = work.app().config.top.time_zone.clone();
        let stays = accounts[0].email.as_ref().map(|email| email.address.to_string()).unwrap_or_default();
        tell::owner(work, &account.sub, |reader| Content::AccountsMerged {
            at: reader.now.clone(),
            stays,
            until: format::date_time(reader.locale, undo_until, &zone),
        })
        .await?;
    }
    Ok(())
}

/// It concerns the records of two people, as far as anybody knows: each has the entry.
fn record(work: &mut Work, merge: &Merge, name: &'static str, reason: Option<&str>) {
    for (sub, field, other) in [(&merge.kept, "gone", &merge.gone), (&merge.gone, "kept", &merge.kept)] {
        let event = Event::new(name).about("account_merge", &merge.id).of(sub);
        let event = event.change(field, None, Some(other.as_ref())).change("proof", None, Some(merge.proof.word()));
        work.record(match reason {
            Some(reason) => event.change("reason", None, Some(reason)),
            None => event,
        });
    }
}
