//! The keys that others encrypt for us with: rotation by age, and opening what came encrypted (RFC 9101 §6.1).

use crate::app::{Work, encryption_keys};
use crate::base::Result;
use crate::domain::event::Event;
use crate::jose::KeyManagement;
use crate::jose::jwe::decrypt::LONGEST_ENCRYPTED;
use crate::jose::jwe::{Encrypted, JweError, Opened};
use crate::store::ephemeral::Notice;
use crate::store::oidc::encryption_key;

/// The topic under which instances tell each other of new keys.
pub const TOPIC: &str = "encryption_key";

/// Make the next key of each algorithm. It is published at once; what is encrypted with its predecessor opens still.
/// The names of the new keys.
pub async fn rotate(work: &mut Work, algorithms: Vec<KeyManagement>) -> Result<Vec<String>> {
    // Making RSA keys takes long: no transaction is open meanwhile.
    work.settle().await?;
    let keys = encryption_keys::make(algorithms, work.random()).await?;
    let app = work.app().clone();
    let (now, mut names) = (work.now(), Vec::new());
    app.encryption_keys.refresh(work.tx(), &app.kek).await?;
    for key in &keys {
        let made_at = app.encryption_keys.ring().free_turn(key.algorithm(), now);
        let kid = encryption_keys::insert(work.tx(), &app.kek, key, made_at, &app.random).await?;
        work.record(Event::new("encryption_key.made").about("encryption_key", &kid).change(
            "algorithm",
            None,
            Some(key.algorithm().name()),
        ));
        names.push(kid);
    }
    changed(work).await?;
    Ok(names)
}

/// What the server does from time to time: take over keys that another process made, forget those with which nothing
/// is decrypted any more, and make successors of those whose life ends. The names of keys that were made.
pub async fn keep(work: &mut Work) -> Result<Vec<String>> {
    let app = work.app().clone();
    app.encryption_keys.refresh(work.tx(), &app.kek).await?;
    forget_retired(work).await?;
    let due = app.encryption_keys.ring().due(work.now());
    if due.is_empty() { Ok(Vec::new()) } else { rotate(work, due).await }
}

async fn forget_retired(work: &mut Work) -> Result<()> {
    let retired = work.app().encryption_keys.ring().retired(work.now());
    if retired.is_empty() {
        return Ok(());
    }
    for kid in &retired {
        if encryption_key::delete(work.tx(), kid).await? {
            work.record(Event::new("encryption_key.forgotten").about("encryption_key", kid));
        }
    }
    changed(work).await
}

/// Keys came or went: every instance looks again.
async fn changed(work: &mut Work) -> Result<()> {
    work.settle().await?;
    let app = work.app().clone();
    app.encryption_keys.refresh(work.tx(), &app.kek).await?;
    app.ephemeral.announce(Notice { topic: TOPIC.to_owned(), id: String::new() }).await;
    Ok(())
}

/// Open a token that was encrypted for us. The unit of work is settled before a private key is used, which takes
/// some milliseconds.
pub async fn open(work: &mut Work, token: &str) -> Result<Result<Opened, JweError>> {
    let encrypted = match Encrypted::read(token, LONGEST_ENCRYPTED) {
        Ok(encrypted) => encrypted,
        Err(error) => return Ok(Err(error)),
    };
    let app = work.app().clone();
    // Another instance may have published a key that is not known here yet.
    if encrypted.kid.as_deref().is_none_or(|kid| !app.encryption_keys.ring().knows(kid)) {
        app.encryption_keys.refresh(work.tx(), &app.kek).await?;
    }
    work.settle().await?;
    Ok(encrypted.open(&app.encryption_keys.ring(), &app.random, work.now()))
}
