//! Staff: who has which role, made at the command line by the operator.

use crate::app::Work;
use crate::base::id::Subject;
use crate::base::{Refusal, Result};
use crate::domain::account::{EmailAddress, Profile, State};
use crate::domain::event::Event;
use crate::domain::permission::Role;
use crate::service::account::lifecycle;
use crate::service::account::open::{self, NewAccount};
use crate::service::auth::given_password::{self, Hashed};
use crate::store;

/// Make a member of staff: a new account with a password, or a role for somebody who has an account already.
pub async fn create(work: &mut Work, email: &EmailAddress, password: Option<&Hashed>, role: Role) -> Result<Subject> {
    let now = work.now();
    let sub = match (store::account::find_by_email(work.tx(), email).await?, password) {
        (Some(account), None) => {
            account.state.may_authenticate().map_err(|_| Refusal::Conflict("account_is_stopped"))?;
            account.sub
        }
        (Some(_), Some(_)) => return Err(Refusal::Conflict("email_taken").into()),
        (None, None) => return Err(Refusal::Malformed("a new account needs --password-stdin".into()).into()),
        (None, Some(password)) => {
            let new = NewAccount { email: email.clone(), verified: true, profile: Profile::default() };
            let sub = open::open(work, new).await?.sub;
            given_password::set(work, &sub, password).await?;
            sub
        }
    };
    if !store::admin::staff_role::grant(work.tx(), &sub, role, now).await? {
        return Err(Refusal::Conflict("has_this_role_already").into());
    }
    let granted = Event::new("staff.role_granted").about("account", &sub).of(&sub);
    work.record(granted.change("role", None, Some(role.as_str())));
    Ok(sub)
}

/// Stop a member of staff: the roles are taken and the account is suspended, at once. The last administrator stays.
pub async fn disable(work: &mut Work, sub: &Subject) -> Result<()> {
    let roles = store::admin::staff_role::of(work.tx(), sub).await?;
    if roles.is_empty() {
        return Err(Refusal::NotFound.into());
    }
    if roles.contains(&Role::Admin) && store::admin::staff_role::count_others(work.tx(), sub, Role::Admin).await? == 0 {
        return Err(Refusal::Conflict("last_administrator").into());
    }
    for role in roles {
        store::admin::staff_role::revoke(work.tx(), sub, role).await?;
        let revoked = Event::new("staff.role_revoked").about("account", sub).of(sub);
        work.record(revoked.change("role", Some(role.as_str()), None));
    }
    let account = store::account::find(work.tx(), sub).await?.ok_or(Refusal::NotFound)?;
    if account.state == State::Active {
        lifecycle::suspend(work, sub).await?;
    }
    Ok(())
}

/// Give a member of staff a new password, and forget a second factor that they have lost: they set up another one.
pub async fn reset(work: &mut Work, sub: &Subject, password: &Hashed) -> Result<()> {
    if store::admin::staff_role::of(work.tx(), sub).await?.is_empty() {
        return Err(Refusal::NotFound.into());
    }
    store::auth::totp::delete_all(work.tx(), sub).await?;
    store::auth::recovery_code::delete_all(work.tx(), sub).await?;
    given_password::replace(work, sub, password).await
}
