//! Rotation of the signing keys: the next one is published first and signs after the lead; the old one stays
//! until what it signed has expired, and is forgotten when nothing that it signed is of use.

use std::time::Duration;

use crate::app::{Work, signing_keys};
use crate::base::Result;
use crate::domain::event::Event;
use crate::jose::Algorithm;
use crate::store::ephemeral::Notice;
use crate::store::oidc::signing_key;

/// The topic under which instances tell each other of new keys.
pub const TOPIC: &str = "signing_key";

/// Make the next key of each algorithm; each signs after `lead`. The names of the new keys.
pub async fn rotate(work: &mut Work, algorithms: Vec<Algorithm>, lead: Duration) -> Result<Vec<String>> {
    // Making RSA keys takes long: no transaction is open meanwhile.
    work.settle().await?;
    let keys = signing_keys::make(algorithms, work.random()).await?;
    let app = work.app().clone();
    let (now, mut names) = (work.now(), Vec::new());
    app.keys.refresh(work.tx(), &app.kek).await?;
    for key in &keys {
        let signs_from = app.keys.ring().free_turn(key.algorithm(), now.plus(lead));
        let kid = signing_keys::insert(work.tx(), &app.kek, key, now, signs_from, &app.random).await?;
        let signs_from = signs_from.to_string();
        work.record(
            Event::new("signing_key.made")
                .about("signing_key", &kid)
                .change("algorithm", None, Some(key.algorithm().name()))
                .change("signs_from", None, Some(&signs_from)),
        );
        names.push(kid);
    }
    changed(work).await?;
    Ok(names)
}

/// What the server does from time to time: take over keys that another process made, forget those that are spent, and
/// make successors of those whose life ends. The names of keys that were made.
pub async fn keep(work: &mut Work) -> Result<Vec<String>> {
    let app = work.app().clone();
    app.keys.refresh(work.tx(), &app.kek).await?;
    forget_spent(work).await?;
    let settings = &app.config.token;
    let due = app.keys.ring().due(settings.key_life, settings.key_lead, work.now());
    if due.is_empty() {
        return Ok(Vec::new());
    }
    rotate(work, due, settings.key_lead).await
}

async fn forget_spent(work: &mut Work) -> Result<()> {
    let spent = work.app().keys.ring().spent(work.now());
    if spent.is_empty() {
        return Ok(());
    }
    for kid in &spent {
        if signing_key::delete(work.tx(), kid).await? {
            work.record(Event::new("signing_key.forgotten").about("signing_key", kid));
        }
    }
    changed(work).await
}

/// Keys came or went: every instance looks again.
async fn changed(work: &mut Work) -> Result<()> {
    work.settle().await?;
    let app = work.app().clone();
    app.keys.refresh(work.tx(), &app.kek).await?;
    app.ephemeral.announce(Notice { topic: TOPIC.to_owned(), id: String::new() }).await;
    Ok(())
}
