//! Units that people were offered in answer to the wish of an application, and which of them they chose.

use crate::base::id::{ClientId, Subject};
use crate::base::{Error, Fault, Result, Timestamp};
use crate::domain::registry::RegistrationId;
use crate::oidc::authorization_details::Wish;
use crate::row;
use crate::store::db::Tx;
use crate::store::query::sql;

/// A unit that was offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offered {
    /// In answer to what.
    pub wish: Wish,
    /// The unit, by the ownership it was offered in.
    pub registration: RegistrationId,
    /// Whether it was chosen.
    pub is_chosen: bool,
}

/// A unit that was chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chosen {
    /// For which client.
    pub client: ClientId,
    /// In answer to what.
    pub wish: Wish,
    /// The unit, by the ownership it was chosen in.
    pub registration: RegistrationId,
}

row! {
    struct OfferedRow {
        wish: String,
        registration: RegistrationId,
        is_chosen: bool,
    }
}

row! {
    struct ChosenRow {
        client_id: ClientId,
        wish: String,
        registration: RegistrationId,
    }
}

impl TryFrom<OfferedRow> for Offered {
    type Error = Error;

    fn try_from(row: OfferedRow) -> Result<Self> {
        Ok(Self { wish: wish(&row.wish)?, registration: row.registration, is_chosen: row.is_chosen })
    }
}

/// Everything that a person was offered for a client.
pub async fn list(tx: &mut Tx, sub: &Subject, client: &ClientId) -> Result<Vec<Offered>> {
    sql("SELECT wish, registration, is_chosen FROM offered_unit WHERE sub = $1 AND client_id = $2")
        .bind(sub)
        .bind(client)
        .all::<OfferedRow>(tx)
        .await?
        .into_iter()
        .map(Offered::try_from)
        .collect()
}

/// What a person chose for any client, of what they hold now.
pub async fn chosen(tx: &mut Tx, sub: &Subject) -> Result<Vec<Chosen>> {
    sql("SELECT u.client_id, u.wish, u.registration
           FROM offered_unit u
           JOIN ownership o ON o.registration = u.registration AND o.held_to IS NULL
          WHERE u.sub = $1 AND u.is_chosen = TRUE
       ORDER BY u.client_id, u.registration, u.wish")
    .bind(sub)
    .all::<ChosenRow>(tx)
    .await?
    .into_iter()
    .map(|row| Ok(Chosen { client: row.client_id, wish: wish(&row.wish)?, registration: row.registration }))
    .collect()
}

/// Remember an answer.
pub async fn put(tx: &mut Tx, sub: &Subject, client: &ClientId, offered: &Offered, now: Timestamp) -> Result<()> {
    sql("INSERT INTO offered_unit (sub, client_id, wish, registration, is_chosen, given_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $6)
         ON CONFLICT (sub, client_id, wish, registration)
         DO UPDATE SET is_chosen = excluded.is_chosen, updated_at = excluded.updated_at")
    .bind(sub)
    .bind(client)
    .bind(offered.wish.to_stored())
    .bind(&offered.registration)
    .bind(offered.is_chosen)
    .bind(now)
    .run(tx)
    .await?;
    Ok(())
}

/// Take one unit back from a client, whatever it was chosen for; how many answers that changed.
pub async fn take_back(
    tx: &mut Tx,
    sub: &Subject,
    client: &ClientId,
    registration: &RegistrationId,
    now: Timestamp,
) -> Result<u64> {
    sql("UPDATE offered_unit SET is_chosen = FALSE, updated_at = $4
          WHERE sub = $1 AND client_id = $2 AND registration = $3 AND is_chosen = TRUE")
    .bind(sub)
    .bind(client)
    .bind(registration)
    .bind(now)
    .run(tx)
    .await
}

/// Forget every answer for a client; how many there were.
pub async fn delete(tx: &mut Tx, sub: &Subject, client: &ClientId) -> Result<u64> {
    sql("DELETE FROM offered_unit WHERE sub = $1 AND client_id = $2").bind(sub).bind(client).run(tx).await
}

fn wish(text: &str) -> Result<Wish> {
    Wish::from_stored(text).ok_or_else(|| Fault::new("a wish for a unit cannot be read").into())
}
