//! Use cases of administration.

pub mod account;
pub mod account_export;
pub mod account_import;
pub mod account_merge;
mod account_merge_parts;
pub mod audit;
pub mod catalogue;
pub mod client;
pub mod duplicate;
pub mod export;
pub mod registration;
pub mod staff;
pub mod unit;

use crate::base::{Refusal, Result};
use crate::domain::actor::Actor;
use crate::domain::permission::Role;

/// Refuse an actor who may do less than these roles allow: nobody may make, change or take over what is mightier
/// than they are.
fn outranks(actor: &Actor, roles: impl IntoIterator<Item = Role>) -> Result<()> {
    let covered = Role::permissions_of(roles).into_iter().all(|permission| actor.may(permission));
    if covered { Ok(()) } else { Err(Refusal::Forbidden.into()) }
}
