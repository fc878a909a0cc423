//! Opening an account: a subject, a customer number, an address, and an entry in the search index.

use crate::app::Work;
use crate::base::id::Subject;
use crate::base::{Fault, Refusal, Result, Timestamp};
use crate::domain::account::search::search_text;
use crate::domain::account::{Account, CustomerNumber, EmailAddress, HeldEmail, Profile, State};
use crate::domain::event::Event;
use crate::store;

/// What an account begins with.
pub struct NewAccount {
    /// The address it is reached by.
    pub email: EmailAddress,
    /// Whether its holder proved to receive mail there; if not, the account waits for that.
    pub verified: bool,
    /// What is known about the person.
    pub profile: Profile,
}

/// Open an account. Refused as a conflict if the address belongs to another one.
pub async fn open(work: &mut Work, new: NewAccount) -> Result<Account> {
    open_as(work, None, new).await
}

/// The same with a subject that was promised before: a passkey is made for it.
pub async fn open_as(work: &mut Work, promised: Option<Subject>, new: NewAccount) -> Result<Account> {
    let now = work.now();
    let account = Account {
        sub: promised.unwrap_or_else(|| work.new_id()),
        number: CustomerNumber::random(work.random()),
        state: if new.verified { State::Active } else { State::Unverified },
        profile: new.profile,
        email: Some(HeldEmail { address: new.email, verified: new.verified }),
        opened_at: now,
        updated_at: now,
        // Nothing was issued yet that could be void; the clock of another instance may be a little behind.
        signed_out_at: Timestamp::from_millis(0),
    };
    let account = take_in(work, account, Number::Any).await?;
    work.record(Event::new("account.opened").about("account", &account.sub).of(&account.sub).change(
        "state",
        None,
        Some(account.state.word()),
    ));
    Ok(account)
}

/// Whether an account must have its customer number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Number {
    /// Another one does as well.
    Any,
    /// Its owner knows it already.
    Fixed,
}

/// Keep an account that was put together, with its address and its place in the search index. Refused as a conflict
/// if the address belongs to another one, or a fixed number or the subject does.
pub async fn take_in(work: &mut Work, mut account: Account, number: Number) -> Result<Account> {
    let now = work.now();
    let mut tries_left = if number == Number::Any { 20 } else { 0 };
    let mut search = search_text(&account);
    while !store::account::insert(work.tx(), &account, &search).await? {
        // Ten digits are many, but not so many that two never meet.
        if tries_left == 0 {
            return match number {
                Number::Any => Err(Fault::new("no free customer number was found").into()),
                Number::Fixed => Err(Refusal::Conflict("account_taken").into()),
            };
        }
        tries_left -= 1;
        account.number = CustomerNumber::random(work.random());
        search = search_text(&account);
    }
    if let Some(HeldEmail { address, verified }) = &account.email {
        let verified_at = verified.then_some(now);
        store::account::email_address::let_go(work.tx(), address, now).await?;
        if !store::account::email_address::insert(work.tx(), &account.sub, address, verified_at, now).await? {
            return Err(Refusal::Conflict("email_taken").into());
        }
    }
    store::account::search::index(work.tx(), &account.sub, &search).await?;
    Ok(account)
}
