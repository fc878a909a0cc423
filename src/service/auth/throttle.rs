//! Counting tries before they are made. A try is written down and committed first, so that neither a failure, nor a
//! closed connection, nor a thousand tries at once get around the limit.

use std::time::Duration;

use crate::app::Work;
use crate::base::digest::{base64url, hmac_sha256};
use crate::base::time::{days, hours, seconds};
use crate::base::{Result, Timestamp};
use crate::domain::auth::throttle::{Counter, Limits, Network, Verdict};
use crate::store;
use crate::store::auth::try_counter;

/// What is counted together.
#[derive(Clone, Copy, Debug)]
pub enum What<'a> {
    /// Passwords for one name, from browsers that never signed in to it.
    Account(&'a str),
    /// Passwords for one name, from one browser that did.
    KnownBrowser(&'a str, &'a str),
    /// Anything from one network.
    Network,
    /// Letters to one address.
    Letters(&'a str),
}

/// A counter that has been stepped.
#[derive(Clone, Debug)]
pub struct Key(String);

/// Count one try, or say until when to wait.
pub async fn reserve(work: &mut Work, what: What<'_>) -> Result<std::result::Result<Key, Timestamp>> {
    let (key, limits, now) = (key_of(work, what), limits_of(work, what), work.now());
    // Somebody else may step the same counter at the same moment; then it is read again.
    for _ in 0..50 {
        let counter = try_counter::find(work.tx(), &key.0).await?;
        let Counter { tries, last_at: Some(next_at) } = (match limits.judge(counter, now) {
            Verdict::Wait { until } => return Ok(Err(until)),
            Verdict::Go(next) => next,
        }) else {
            continue;
        };
        let stepped = match counter.last_at {
            None => try_counter::begin(work.tx(), &key.0, next_at).await?,
            Some(last) => try_counter::step(work.tx(), &key.0, (counter.tries, last), (tries, next_at)).await?,
        };
        if stepped {
            return Ok(Ok(key));
        }
    }
    Ok(Err(now.plus(seconds(1))))
}

/// A right password: its counter starts anew.
pub async fn clear(work: &mut Work, key: &Key) -> Result<()> {
    try_counter::reset(work.tx(), &key.0).await
}

/// What was counted turned out not to be a guess.
pub async fn take_back(work: &mut Work, key: &Key) -> Result<()> {
    try_counter::take_back(work.tx(), &key.0).await
}

/// Start a name's counters anew: its owner has proved to hold the address.
pub async fn clear_account(work: &mut Work, name: &str) -> Result<()> {
    let key = key_of(work, What::Account(name));
    store::auth::try_counter::reset(work.tx(), &key.0).await
}

fn key_of(work: &Work, what: What<'_>) -> Key {
    let text = match what {
        What::Account(name) => format!("account\n{name}"),
        What::KnownBrowser(name, browser_hash) => format!("browser\n{name}\n{browser_hash}"),
        What::Network => match work.origin().address {
            Some(address) => format!("network\n{}", Network::of(address).as_str()),
            None => "network\n".to_owned(),
        },
        What::Letters(name) => format!("letters\n{name}"),
    };
    Key(base64url(hmac_sha256(&*work.app().kek.derive("try-counter"), text)))
}

fn limits_of(work: &Work, what: What<'_>) -> Limits {
    let settings = &work.app().config.sign_in;
    let limits = |free: u32, first_wait: Duration, longest_wait: Duration, forget_after: Duration| Limits {
        free: i64::from(free),
        first_wait,
        longest_wait: longest_wait.max(first_wait),
        forget_after: forget_after.max(first_wait),
    };
    match what {
        // Waits double from the window up to four hours; a day without a wrong try forgets them.
        What::Account(_) | What::KnownBrowser(..) => {
            limits(settings.account_failures, settings.account_window, hours(4), days(1))
        }
        // Many people share the address of a company or a mobile network, so it never waits longer than a window.
        What::Network => {
            limits(settings.network_tries, settings.network_window, settings.network_window, settings.network_window)
        }
        What::Letters(_) => limits(settings.letters_per_hour, hours(1), hours(1), hours(1)),
    }
}
