//! Counting tries before they are made. A try is written down and committed first, so that neither a failure, nor a
//! closed connection, nor a thousand tries at once get around the limit.

use std::time::Duration;

use crate::app::Work;
use crate::base::digest::{base64url, hmac_sha256};
use crate::base::id::Subject;
use crate::base::time::{days, hours, minutes, seconds};
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
    /// Codes of one account's second factor, whichever sign-in they are for.
    SecondFactor(&'a Subject),
    /// Anything from one network.
    Network,
    /// Wrong passwords from the neighbourhood of a network, of browsers that are not known.
    Neighbourhood,
    /// The same from everywhere, in these five minutes. It stops nobody by itself.
    Everybody,
    /// What a network does without the proof of work that was asked for.
    WithoutWork,
    /// Letters to one address.
    Letters(&'a str),
    /// Letters to one person that tell of requests for their approval.
    ApprovalLetters(&'a Subject),
    /// Codes of devices (RFC 8628 §5.1) typed in one browser.
    UserCodesOfBrowser(&'a str),
    /// The same by one account, in whichever browser.
    UserCodesOfAccount(&'a Subject),
    /// The same from one network in this minute.
    UserCodesOfNetwork,
    /// The same by everybody who is not signed in, in this minute.
    UserCodes,
}

/// Wrong codes of devices in one browser before none is taken for as long as a code lives.
const USER_CODES: u32 = 5;

/// Letters about approvals to one person before none is written for ten minutes.
const APPROVAL_LETTERS: u32 = 10;

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

/// How often this network has tried anything of late.
pub(super) async fn tries_of_network(work: &mut Work) -> Result<i64> {
    let (key, now) = (key_of(work, What::Network), work.now());
    let counter = try_counter::find(work.tx(), &key.0).await?;
    let window = work.app().config.sign_in.network_window;
    Ok(counter.last_at.filter(|last| now.since(*last) < window).map_or(0, |_| counter.tries))
}

/// Whether somebody tries stolen lists of names and passwords: wrong ones come from everywhere, a few for each name and
/// from each address, so that no other counter notices.
pub(super) async fn is_attacked(work: &mut Work) -> Result<bool> {
    let mut tries = 0;
    // The five minutes before count too: a new five minutes do not make a new beginning.
    for ago in 0..2 {
        let key = hashed(work, &key_of_everybody(work, ago));
        tries += try_counter::find(work.tx(), &key.0).await?.tries;
    }
    Ok(tries >= i64::from(work.app().config.sign_in.stuffing_failures))
}

fn key_of_everybody(work: &Work, ago: i64) -> String {
    format!("everybody\n{}", minute_of(work).div_euclid(5) - ago)
}

fn key_of(work: &Work, what: What<'_>) -> Key {
    let text = match what {
        What::Account(name) => format!("account\n{name}"),
        What::KnownBrowser(name, browser_hash) => format!("browser\n{name}\n{browser_hash}"),
        What::SecondFactor(sub) => format!("second factor\n{sub}"),
        What::Network => format!("network\n{}", network_of(work)),
        What::Neighbourhood => {
            let address = work.origin().address;
            format!(
                "neighbourhood\n{}",
                address.map(|address| Network::around(address).to_string()).unwrap_or_default()
            )
        }
        What::Everybody => key_of_everybody(work, 0),
        What::WithoutWork => format!("without work\n{}", network_of(work)),
        What::Letters(name) => format!("letters\n{name}"),
        What::ApprovalLetters(sub) => format!("approval letters\n{sub}"),
        What::UserCodesOfBrowser(browser_hash) => format!("user-code browser\n{browser_hash}"),
        What::UserCodesOfAccount(sub) => format!("user-code account\n{sub}"),
        // A counter for each minute: what many share must not add up.
        What::UserCodesOfNetwork => format!("user-code network\n{}\n{}", minute_of(work), network_of(work)),
        What::UserCodes => format!("user-code\n{}", minute_of(work)),
    };
    hashed(work, &text)
}

fn hashed(work: &Work, text: &str) -> Key {
    Key(base64url(hmac_sha256(&*work.app().kek.derive("try-counter"), text)))
}

fn network_of(work: &Work) -> String {
    work.origin().address.map(|address| Network::of(address).as_str().to_owned()).unwrap_or_default()
}

fn minute_of(work: &Work) -> i64 {
    work.now().seconds().div_euclid(60)
}

fn limits_of(work: &Work, what: What<'_>) -> Limits {
    let (settings, rates) = (&work.app().config.sign_in, &work.app().config.limit);
    let longest_code = work.app().config.token.device_code;
    let limits = |free: u32, first_wait: Duration, longest_wait: Duration, forget_after: Duration| Limits {
        free: i64::from(free),
        first_wait,
        longest_wait: longest_wait.max(first_wait),
        forget_after: forget_after.max(first_wait),
    };
    match what {
        // Waits double from the window up to four hours; a day without a wrong try forgets them.
        What::Account(_) | What::KnownBrowser(..) | What::SecondFactor(_) => {
            limits(settings.account_failures, settings.account_window, hours(4), days(1))
        }
        // Many people share the address of a company or a mobile network, so it never waits longer than a window.
        What::Network => {
            limits(settings.network_tries, settings.network_window, settings.network_window, settings.network_window)
        }
        What::Neighbourhood => {
            let window = settings.network_window;
            limits(settings.neighbourhood_failures, window, window, window)
        }
        What::Everybody => limits(u32::MAX, minutes(10), minutes(10), minutes(10)),
        What::WithoutWork => {
            let window = settings.network_window;
            limits(settings.without_work, window, window, window)
        }
        What::Letters(_) => limits(settings.letters_per_hour, hours(1), hours(1), hours(1)),
        What::ApprovalLetters(_) => limits(APPROVAL_LETTERS, minutes(10), minutes(10), minutes(10)),
        // After these tries every code of now has ended: the device must show a new one.
        What::UserCodesOfBrowser(_) => limits(USER_CODES, longest_code, longest_code, longest_code),
        What::UserCodesOfAccount(_) => limits(2 * USER_CODES, longest_code, longest_code, longest_code),
        What::UserCodesOfNetwork => limits(rates.user_codes_per_network, minutes(1), minutes(1), minutes(1)),
        What::UserCodes => limits(rates.user_codes, minutes(1), minutes(1), minutes(1)),
    }
}
