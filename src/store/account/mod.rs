//! Accounts: reading, opening and changing them.

pub mod closure;
pub mod data_export;
pub mod dormancy;
pub mod email_address;
pub mod email_change;
pub mod erasure;
pub mod hand_over;
pub mod hold;
pub mod imported_identity;
mod profile_json;
pub mod search;
pub mod source;
pub mod terms;

use crate::base::id::Subject;
use crate::base::{Error, Fault, Result, Timestamp};
use crate::domain::account::{Account, CustomerNumber, EmailAddress, HeldEmail, Standing, State};
use crate::row;
use crate::store::db::Tx;
use crate::store::query::sql;

row! {
    /// An account with its primary address.
    pub(super) struct AccountRow {
        sub: Subject,
        customer_number: String,
        state: String,
        profile: String,
        opened_at: Timestamp,
        updated_at: Timestamp,
        signed_out_at: Timestamp,
        address: Option<String>,
        verified_at: Option<Timestamp>,
    }
}

row! {
    struct StandingRow {
        state: String,
        signed_out_at: Timestamp,
    }
}

impl TryFrom<StandingRow> for Standing {
    type Error = Error;

    fn try_from(row: StandingRow) -> Result<Self> {
        Ok(Self { state: state_of(&row.state)?, signed_out_at: row.signed_out_at })
    }
}

impl TryFrom<AccountRow> for Account {
    type Error = Error;

    fn try_from(row: AccountRow) -> Result<Self> {
        let broken = |what: &str| Fault::new(format!("account {} has a {what} that cannot be read", row.sub));
        let number = CustomerNumber::parse(&row.customer_number).ok_or_else(|| broken("customer number"))?;
        let state = state_of(&row.state)?;
        let profile = profile_json::read(&row.profile)?;
        let email = match &row.address {
            Some(address) => Some(HeldEmail {
                address: EmailAddress::parse(address).map_err(|_| broken("address"))?,
                verified: row.verified_at.is_some(),
            }),
            None => None,
        };
        Ok(Self {
            sub: row.sub,
            number,
            state,
            profile,
            email,
            opened_at: row.opened_at,
            updated_at: row.updated_at,
            signed_out_at: row.signed_out_at,
        })
    }
}

fn state_of(word: &str) -> Result<State> {
    State::from_word(word).ok_or_else(|| Fault::new(format!("unknown account state {word}")).into())
}

/// One account.
pub async fn find(tx: &mut Tx, sub: &Subject) -> Result<Option<Account>> {
    sql("SELECT a.sub, a.customer_number, a.state, a.profile, a.opened_at, a.updated_at, a.signed_out_at,
                e.address, e.verified_at
           FROM account a
           LEFT JOIN email_address e ON e.sub = a.sub AND e.is_primary AND e.released_at IS NULL
          WHERE a.sub = $1")
    .bind(sub)
    .optional::<AccountRow>(tx)
    .await?
    .map(Account::try_from)
    .transpose()
}

/// The account that an address belongs to, be it the primary one or another; one that was given up and is only held
/// leads nowhere.
pub async fn find_by_email(tx: &mut Tx, address: &EmailAddress) -> Result<Option<Account>> {
    sql("SELECT a.sub, a.customer_number, a.state, a.profile, a.opened_at, a.updated_at, a.signed_out_at,
                e.address, e.verified_at
           FROM email_address own
           JOIN account a ON a.sub = own.sub
           LEFT JOIN email_address e ON e.sub = a.sub AND e.is_primary AND e.released_at IS NULL
          WHERE own.normal = $1 AND own.released_at IS NULL AND (own.held_until IS NULL OR own.is_primary)")
    .bind(address.normal())
    .optional::<AccountRow>(tx)
    .await?
    .map(Account::try_from)
    .transpose()
}

/// The account of a customer number.
pub async fn find_by_number(tx: &mut Tx, number: &CustomerNumber) -> Result<Option<Account>> {
    sql("SELECT a.sub, a.customer_number, a.state, a.profile, a.opened_at, a.updated_at, a.signed_out_at,
                e.address, e.verified_at
           FROM account a
           LEFT JOIN email_address e ON e.sub = a.sub AND e.is_primary AND e.released_at IS NULL
          WHERE a.customer_number = $1")
    .bind(number.digits())
    .optional::<AccountRow>(tx)
    .await?
    .map(Account::try_from)
    .transpose()
}

/// As much as every grant and token asks: [`Standing::honours`] decides.
pub async fn standing(tx: &mut Tx, sub: &Subject) -> Result<Option<Standing>> {
    sql("SELECT state, signed_out_at FROM account WHERE sub = $1")
        .bind(sub)
        .optional::<StandingRow>(tx)
        .await?
        .map(Standing::try_from)
        .transpose()
}

/// The standing, held until the commit: who changes it at this moment is waited for, and seen. Whoever begins
/// something that must not outlive a new password or a suspension asks this instead of [`standing`].
pub async fn hold(tx: &mut Tx, sub: &Subject) -> Result<Option<Standing>> {
    sql("UPDATE account SET state = state WHERE sub = $1 RETURNING state, signed_out_at")
        .bind(sub)
        .optional::<StandingRow>(tx)
        .await?
        .map(Standing::try_from)
        .transpose()
}

/// Open an account; `false` if its customer number or its subject is taken.
pub async fn insert(tx: &mut Tx, account: &Account, search_text: &str) -> Result<bool> {
    let inserted = sql("INSERT INTO account (sub, customer_number, state, profile, search_text, opened_at, updated_at,
                                             state_since, signed_out_at)
                        VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8)
                        ON CONFLICT DO NOTHING")
    .bind(&account.sub)
    .bind(account.number.digits())
    .bind(account.state.word())
    .bind(profile_json::write(&account.profile))
    .bind(search_text)
    .bind(account.opened_at)
    .bind(account.updated_at)
    .bind(account.signed_out_at)
    .run(tx)
    .await?;
    Ok(inserted == 1)
}

/// Keep a changed profile.
pub async fn set_profile(tx: &mut Tx, account: &Account, search_text: &str) -> Result<()> {
    sql("UPDATE account SET profile = $2, search_text = $3, updated_at = $4 WHERE sub = $1")
        .bind(&account.sub)
        .bind(profile_json::write(&account.profile))
        .bind(search_text)
        .bind(account.updated_at)
        .run(tx)
        .await?;
    Ok(())
}

/// Bring an account from one state to another; `false` if it is no longer in the first.
pub async fn set_state(tx: &mut Tx, sub: &Subject, from: State, to: State, now: Timestamp) -> Result<bool> {
    let changed = sql("UPDATE account SET state = $3, state_since = $4 WHERE sub = $1 AND state = $2")
        .bind(sub)
        .bind(from.word())
        .bind(to.word())
        .bind(now)
        .run(tx)
        .await?;
    Ok(changed == 1)
}

/// Make everything void that began before `now`: sessions, codes, grants, refresh families.
pub async fn sign_out_everywhere(tx: &mut Tx, sub: &Subject, now: Timestamp) -> Result<()> {
    sql("UPDATE account SET signed_out_at = $2 WHERE sub = $1 AND signed_out_at < $2")
        .bind(sub)
        .bind(now)
        .run(tx)
        .await?;
    Ok(())
}
