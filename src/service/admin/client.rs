//! What staff do with OAuth clients. A client with roles of its own is as mighty as they are, so that only who may
//! do all that may make, change or take it over.

use super::outranks;
use crate::app::Work;
use crate::base::id::ClientId;
use crate::base::{Refusal, Result, Timestamp};
use crate::domain::permission::Role;
use crate::service::oidc::client::{self, RegisterError, Registered};
use crate::store;
use crate::store::oidc::client::Kept;

/// Register a client.
pub async fn create(work: &mut Work, metadata: &str) -> Result<Registered, RegisterError> {
    outranks(work.actor(), asked_roles(metadata))?;
    client::create(work, metadata).await
}

/// Replace what is registered of a client that was last changed at `seen`.
pub async fn update(
    work: &mut Work,
    id: &ClientId,
    seen: Timestamp,
    metadata: &str,
) -> Result<Registered, RegisterError> {
    outranks(work.actor(), asked_roles(metadata))?;
    may_touch(work, id).await?;
    let now = work.now();
    if !store::admin::version::claim_client(work.tx(), id, seen, now).await? {
        return Err(RegisterError::Error(Refusal::Conflict("changed_meanwhile").into()));
    }
    client::update(work, id, metadata).await
}

/// Make a new secret; the old one ends at once.
pub async fn rotate_secret(work: &mut Work, id: &ClientId) -> Result<Registered> {
    may_touch(work, id).await?;
    client::rotate_secret(work, id).await
}

/// Say that somebody knows who is behind a client that came by itself.
pub async fn verify(work: &mut Work, id: &ClientId) -> Result<Kept> {
    may_touch(work, id).await?;
    client::verify(work, id).await
}

/// Take that back.
pub async fn unverify(work: &mut Work, id: &ClientId) -> Result<Kept> {
    may_touch(work, id).await?;
    client::unverify(work, id).await
}

/// Switch a client off.
pub async fn disable(work: &mut Work, id: &ClientId) -> Result<Kept> {
    may_touch(work, id).await?;
    client::disable(work, id).await
}

/// Switch a client on again.
pub async fn enable(work: &mut Work, id: &ClientId) -> Result<Kept> {
    may_touch(work, id).await?;
    client::enable(work, id).await
}

async fn may_touch(work: &mut Work, id: &ClientId) -> Result<()> {
    let kept = client::get(work, id).await?;
    outranks(work.actor(), kept.client.metadata.hosho_roles.iter().filter_map(|role| Role::parse(role)))
}

/// The roles that a document asks for. What is wrong with the document is said when it is registered.
fn asked_roles(metadata: &str) -> Vec<Role> {
    let document = crate::jose::json::object(metadata.as_bytes()).unwrap_or_default();
    let roles = document.get("hosho_roles").and_then(serde_json::Value::as_array);
    roles.into_iter().flatten().filter_map(|role| Role::parse(role.as_str()?)).collect()
}
