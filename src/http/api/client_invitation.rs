//! Invitations to register a client by itself (RFC 7591 §3). A token is shown once, when it is made.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::paging::{CURSOR, LIMIT, Paging};
use crate::app::Work;
use crate::base::id::InvitationId;
use crate::base::time::seconds;
use crate::base::{Fault, Result, Timestamp};
use crate::domain::permission::Permission::{ClientRead, ClientWrite};
use crate::http::extract::form::Fields;
use crate::http::extract::input::{At, Json, Query, QueryFields};
use crate::http::respond::output::Created;
use crate::http::route::Routes;
use crate::service::oidc::invitation::{self, Wish};
use crate::store::oidc::client_invitation::{self as invitations, Invitation};

/// Routes of invitations.
pub fn routes() -> Routes {
    Routes::under("/api/v1/client-invitations")
        .get("", ClientRead, list)
        .about("List invitations in the order they were made, without their tokens")
        .post("", ClientWrite, create)
        .after_recent_sign_in()
        .about("Let somebody register clients (RFC 7591); the initial access token is in the answer, this once")
        .post("/{id}/revoke", ClientWrite, revoke)
        .about("Take an invitation back; clients that were registered with it stay")
}

/// What an invitation is to be like.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewClientInvitation {
    /// How many clients may be registered with it, from 1 to 1000.
    #[serde(default = "once")]
    uses: u32,
    /// How long it is good, in seconds, from 60 to 366 days.
    #[serde(default = "a_week")]
    expires_in: u64,
    /// What to remember about it.
    #[serde(default)]
    note: String,
}

/// An invitation.
#[derive(Serialize, ToSchema)]
struct ClientInvitationView {
    id: String,
    note: String,
    /// How many clients may be registered with it.
    uses: i64,
    /// How many were.
    used: i64,
    /// RFC 3339.
    created_at: String,
    /// RFC 3339.
    expires_at: String,
    /// RFC 3339; absent where it was not taken back.
    #[serde(skip_serializing_if = "Option::is_none")]
    revoked_at: Option<String>,
}

/// An invitation with its token.
#[derive(Serialize, ToSchema)]
struct ClientInvitationWithToken {
    invitation: ClientInvitationView,
    /// Shown this once.
    initial_access_token: String,
}

/// Invitations in the order they were made.
#[derive(Serialize, ToSchema)]
struct ClientInvitationList {
    items: Vec<ClientInvitationView>,
    /// Where the next page begins; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

struct Filter(Paging);

impl QueryFields for Filter {
    const FIELDS: &'static [(&'static str, &'static str)] = &[LIMIT, CURSOR];
    fn read(fields: &Fields) -> Result<Self> {
        Paging::read(fields).map(Self)
    }
}

async fn list(work: &mut Work, (Query(Filter(paging)),): (Query<Filter>,)) -> Result<ClientInvitationList> {
    let after = match paging.after::<2>(work, "client-invitations")? {
        None => None,
        Some([at, id]) => {
            let at = at.parse().map_err(|_| Fault::new("a sealed cursor holds no moment"))?;
            Some((Timestamp::from_millis(at), InvitationId::from(id.as_str())))
        }
    };
    let after = after.as_ref().map(|(at, id)| (*at, id));
    let mut found = invitations::list(work.tx(), after, i64::from(paging.to_fetch())).await?;
    let key = |one: &Invitation| [one.created_at.millis().to_string(), one.id.to_string()];
    let next_cursor = paging.cut(work, "client-invitations", &mut found, key)?;
    Ok(ClientInvitationList { items: found.iter().map(ClientInvitationView::from).collect(), next_cursor })
}

async fn create(
    work: &mut Work,
    (Json(wish),): (Json<NewClientInvitation>,),
) -> Result<Created<ClientInvitationWithToken>> {
    let wish = Wish { uses: wish.uses, expires_in: seconds(wish.expires_in), note: &wish.note };
    let invited = invitation::invite(work, wish).await?;
    Ok(Created(ClientInvitationWithToken {
        invitation: ClientInvitationView::from(&invited.invitation),
        initial_access_token: invited.token.expose().to_owned(),
    }))
}

async fn revoke(work: &mut Work, At(id): At<InvitationId>) -> Result<ClientInvitationView> {
    invitation::revoke(work, &id).await.map(|invitation| ClientInvitationView::from(&invitation))
}

const fn once() -> u32 {
    1
}

const fn a_week() -> u64 {
    7 * 86_400
}

impl From<&Invitation> for ClientInvitationView {
    fn from(invitation: &Invitation) -> Self {
        Self {
            id: invitation.id.to_string(),
            note: invitation.note.clone(),
            uses: invitation.uses,
            used: invitation.used,
            created_at: invitation.created_at.to_string(),
            expires_at: invitation.expires_at.to_string(),
            revoked_at: invitation.revoked_at.map(|at| at.to_string()),
        }
    }
}
