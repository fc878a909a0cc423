//! A password that the operator gives at the command line. Its length is checked, and whether it is known from a breach;
//! its strength is the operator's.

use std::sync::Arc;

use crate::app::Work;
use crate::base::id::Subject;
use crate::base::{Error, Refusal, Result};
use crate::domain::auth::password::{Weakness, measure};
use crate::domain::event::Event;
use crate::service::account::lifecycle;
use crate::store;

/// A password that was hashed and waits for its account.
pub struct Hashed(String);

/// Hash a password. No transaction is open while this happens.
pub async fn hash(work: &mut Work, text: &str) -> Result<Hashed> {
    work.settle().await?;
    let app = Arc::clone(work.app());
    let refused = |weakness: Weakness| Error::invalid("password", weakness.word());
    let password = measure(text, app.passwords.rules()).map_err(refused)?;
    app.passwords.hash(password).await?.map(Hashed).map_err(refused)
}

/// Give an account its first password.
pub async fn set(work: &mut Work, sub: &Subject, password: &Hashed) -> Result<()> {
    let now = work.now();
    store::auth::password::set(work.tx(), sub, &password.0, now).await
}

/// Replace the password of an account: every session ends, and what was issued before is void.
pub async fn replace(work: &mut Work, sub: &Subject, password: &Hashed) -> Result<()> {
    if store::account::standing(work.tx(), sub).await?.is_none() {
        return Err(Refusal::NotFound.into());
    }
    set(work, sub, password).await?;
    lifecycle::void_everything(work, sub).await?;
    store::auth::known_browser::forget(work.tx(), sub).await?;
    work.record(Event::new("password.replaced").about("account", sub).of(sub));
    Ok(())
}
