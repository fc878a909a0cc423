//! Rotation of the signing keys: the next one is published first and signs after the lead; the old one stays
//! until what it signed has expired.

use std::time::Duration;

use crate::app::{Work, signing_keys};
use crate::base::Result;
use crate::domain::event::Event;
use crate::jose::Algorithm;
use crate::store::ephemeral::Notice;

/// The topic under which instances tell each other of new keys.
pub const TOPIC: &str = "signing_key";

/// Make the next key of each algorithm; each signs after `lead`. The names of the new keys.
pub async fn rotate(work: &mut Work, algorithms: Vec<Algorithm>, lead: Duration) -> Result<Vec<String>> {
    // Making RSA keys takes long: no transaction is open meanwhile.
    work.settle().await?;
    let keys = signing_keys::make(algorithms, work.random()).await?;
    let app = work.app().clone();
    let (now, mut names) = (work.now(), Vec::new());
    for key in &keys {
        let kid = signing_keys::insert(work.tx(), &app.kek, key, now, now.plus(lead), &app.random).await?;
        let signs_from = now.plus(lead).to_string();
        work.record(
            Event::new("signing_key.made")
                .about("signing_key", &kid)
                .change("algorithm", None, Some(key.algorithm().name()))
                .change("signs_from", None, Some(&signs_from)),
        );
        names.push(kid);
    }
    work.settle().await?;
    app.keys.refresh(work.tx(), &app.kek).await?;
    app.ephemeral.announce(Notice { topic: TOPIC.to_owned(), id: String::new() }).await;
    Ok(names)
}

/// What the server does from time to time: take over keys that another process made, and make successors of
/// those whose life ends. The names of keys that were made.
pub async fn keep(work: &mut Work) -> Result<Vec<String>> {
    let app = work.app().clone();
    app.keys.refresh(work.tx(), &app.kek).await?;
    let settings = &app.config.token;
    let due = app.keys.ring().due(settings.key_life, settings.key_lead, work.now());
    if due.is_empty() {
        return Ok(Vec::new());
    }
    rotate(work, due, settings.key_lead).await
}
