//! Invitations to register a client: the initial access tokens of RFC 7591 §3. A token is shown once.

use std::time::Duration;

use crate::app::Work;
use crate::base::digest::fingerprint;
use crate::base::id::InvitationId;
use crate::base::secret::Secret;
use crate::base::time::{days, minutes};
use crate::base::{Error, Refusal, Result};
use crate::domain::event::Event;
use crate::store::oidc::client_invitation::{self, Invitation};

/// The most clients that one invitation may be for.
const MOST_USES: u32 = 1000;
/// The longest an invitation may be good.
const LONGEST: Duration = days(366);
/// The longest note, in bytes.
const LONGEST_NOTE: usize = 200;

/// What an invitation is to be like.
pub struct Wish<'a> {
    /// How many clients may be registered with it.
    pub uses: u32,
    /// How long it is good.
    pub expires_in: Duration,
    /// What to remember about it.
    pub note: &'a str,
}

/// An invitation with its token, which is known this once.
pub struct Invited {
    /// The invitation.
    pub invitation: Invitation,
    /// The initial access token.
    pub token: Secret,
}

/// Make an invitation.
pub async fn invite(work: &mut Work, wish: Wish<'_>) -> Result<Invited> {
    if !(1..=MOST_USES).contains(&wish.uses) {
        return Err(Error::invalid("uses", format!("from 1 to {MOST_USES}")));
    }
    if wish.expires_in < minutes(1) || wish.expires_in > LONGEST {
        return Err(Error::invalid("expires_in", "from one minute to 366 days"));
    }
    if wish.note.len() > LONGEST_NOTE || wish.note.chars().any(char::is_control) {
        return Err(Error::invalid("note", format!("one line of at most {LONGEST_NOTE} bytes")));
    }
    let now = work.now();
    let token = Secret::new(work.random().token());
    let invitation = Invitation {
        id: work.new_id(),
        note: wish.note.to_owned(),
        uses: i64::from(wish.uses),
        used: 0,
        created_at: now,
        expires_at: now.plus(wish.expires_in),
        revoked_at: None,
    };
    client_invitation::insert(work.tx(), &invitation, &fingerprint(token.expose())).await?;
    let event = Event::new("client_invitation.created").about("client_invitation", &invitation.id);
    let event = event.change("uses", None, Some(&invitation.uses.to_string()));
    work.record(event.change("expires_at", None, Some(&invitation.expires_at.to_string())));
    Ok(Invited { invitation, token })
}

/// Take an invitation back. Clients that were registered with it stay.
pub async fn revoke(work: &mut Work, id: &InvitationId) -> Result<Invitation> {
    let now = work.now();
    if client_invitation::revoke(work.tx(), id, now).await? {
        work.record(Event::new("client_invitation.revoked").about("client_invitation", id));
    }
    client_invitation::find(work.tx(), id).await?.ok_or_else(|| Refusal::NotFound.into())
}
