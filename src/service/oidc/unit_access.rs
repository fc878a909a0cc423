//! What an access token lets its bearer see of single units at this moment (RFC 9396, `product_ownership`). A token
//! says what was granted; whether the customer still holds the unit, and still lets the application see it, is read
//! anew with every call.

use crate::app::Work;
use crate::base::{Fault, Result};
use crate::domain::registry::product_claim::{Shown, Standing, UnitRight};
use crate::oidc::access_token::AccessToken;
use crate::oidc::authorization_details::{Action, AuthorizationDetails, Datatype, ProductOwnership};
use crate::oidc::grant::Grant;
use crate::service;
use crate::store::oidc::offered_unit::{self, Offered};
use crate::store::registry::ownership::{self, HeldRow};

/// The rights that the details of a token give. Most tokens have none, and then nothing is read.
pub async fn of(work: &mut Work, token: &AccessToken, grant: &Grant) -> Result<Vec<UnitRight>> {
    if token.authorization_details.is_empty() {
        return Ok(Vec::new());
    }
    let details = AuthorizationDetails::from_values(&token.authorization_details)
        .ok_or_else(|| Fault::new("a token has authorization details that cannot be read"))?;
    let client = service::oidc::client::find(work, &grant.client)
        .await?
        .ok_or_else(|| Fault::new("the client of a grant is gone"))?;
    let sector = client.sector();
    let offered = offered_unit::list(work.tx(), &grant.sub, &grant.client).await?;
    let held = ownership::held_by(work.tx(), &grant.sub).await?;
    let named = held.into_iter().map(|row| (service::registry::claims::name_unit(work, &sector, &row.unit), row));
    let named: Vec<(String, HeldRow)> = named.collect();
    let right = |detail: &ProductOwnership| {
        let unit_ref = detail.identifier.clone()?;
        Some(UnitRight {
            reads_unit: detail.wish.actions.contains(&Action::ReadUnit),
            reads_cover: detail.wish.actions.contains(&Action::ReadCover),
            shown: shown(detail),
            standing: standing(detail, named.iter().find(|(name, _)| *name == unit_ref).map(|(_, row)| row), &offered),
            unit_ref,
        })
    };
    Ok(details.iter().filter_map(right).collect())
}

/// Whether a right is one to do this.
pub fn allows(right: &UnitRight, action: Action) -> bool {
    match action {
        Action::ReadUnit => right.reads_unit,
        Action::ReadCover => right.reads_cover,
    }
}

fn standing(detail: &ProductOwnership, held: Option<&HeldRow>, offered: &[Offered]) -> Standing {
    let Some(held) = held else { return Standing::Ended };
    let answers = offered.iter().filter(|answer| answer.registration == held.registration);
    let mut wide_enough = answers.filter(|answer| answer.wish.reaches(&detail.wish)).peekable();
    // It is held again, by another registration than the one it was chosen in: that is another ownership.
    if wide_enough.peek().is_none() {
        return Standing::Ended;
    }
    match wide_enough.any(|answer| answer.is_chosen) {
        true => Standing::Holds(held.registration.clone()),
        false => Standing::TakenBack,
    }
}

fn shown(detail: &ProductOwnership) -> Shown {
    let tells = |datatype| detail.wish.datatypes.contains(&datatype);
    Shown {
        products: tells(Datatype::Model),
        serial: tells(Datatype::Serial),
        warranty: tells(Datatype::Cover),
        recalls: false,
    }
}
