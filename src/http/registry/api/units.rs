//! `GET /registry/v1/me/units`: what the customer holds, and what is covered.

use serde::Serialize;
use utoipa::ToSchema;

use super::asking::Asking;
use super::cursor;
use super::view::{CoverView, UnitView};
use crate::app::Work;
use crate::base::{Locale, Refusal, Result};
use crate::domain::registry::product_claim::HeldUnit;
use crate::http::extract::form::Fields;
use crate::http::extract::input::{At, Query, QueryFields};
use crate::oidc::authorization_details::Action;
use crate::service::registry::claims;
use crate::store::registry::ownership;
use crate::store::registry::product::{Before, Product};

crate::id! {
    /// What a sector calls a unit.
    UnitRef,
}

/// A page of units.
#[derive(Serialize, ToSchema)]
#[schema(as = RegistryUnits)]
pub struct UnitsView {
    /// Newest first.
    units: Vec<UnitView>,
    /// How many there are in all: of the customer's, with authorization details of those that they name.
    total: i64,
    /// Where the next page begins; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// What is covered on a unit.
#[derive(Serialize, ToSchema)]
#[schema(as = RegistryUnitCover)]
pub struct UnitCoverView {
    /// Its name for your sector.
    unit_ref: String,
    /// Today in the plan's time zone, for which `in_force` is said.
    as_of: String,
    /// One line for each component.
    cover: Vec<CoverView>,
}

/// Which page.
pub struct Page {
    cursor: Option<String>,
    limit: u32,
}

/// The most units on a page.
const MAX_LIMIT: u32 = 100;

impl QueryFields for Page {
    const FIELDS: &'static [(&'static str, &'static str)] =
        &[("cursor", "Where the page begins: `next_cursor` of the page before."), ("limit", "1 to 100; 20 if absent.")];

    fn read(fields: &Fields) -> Result<Self> {
        let limit = match fields.find("limit") {
            None => 20,
            Some(text) => text
                .parse()
                .ok()
                .filter(|limit| (1..=MAX_LIMIT).contains(limit))
                .ok_or_else(|| Refusal::Malformed("limit is a number from 1 to 100".into()))?,
        };
        Ok(Self { cursor: fields.find("cursor").map(str::to_owned), limit })
    }
}

/// The units of the customer.
pub async fn list(work: &mut Work, Query(page): Query<Page>) -> Result<UnitsView> {
    let asking = Asking::of(work).await?;
    let before = match &page.cursor {
        Some(cursor) => cursor::open(work, &asking, cursor)?,
        None => Before::everything(),
    };
    let locale = claims::locale_of(work, &asking.sub).await?;
    // One more than asked for tells whether there is a next page.
    let (total, mut held) = if asking.sees_every_unit() {
        let total = ownership::count_held_by(work.tx(), &asking.sub).await?;
        (total, claims::held_units(work, &asking.sub, &before, page.limit + 1).await?)
    } else {
        single_units(work, &asking, &before).await?
    };
    let has_more = held.len() > page.limit as usize;
    held.truncate(page.limit as usize);
    let next_cursor = match held.last() {
        Some((last, _)) if has_more => {
            let place = Before { at: last.created_at, id: last.registration.to_string() };
            Some(cursor::seal(work, &asking, &place)?)
        }
        _ => None,
    };
    let units = held.iter().map(|(_, unit)| tell(work, &asking, unit, locale)).collect();
    Ok(UnitsView { units, total, next_cursor })
}

/// How many units a token names, and those of them that come after a place. There are never many.
async fn single_units(work: &mut Work, asking: &Asking, before: &Before) -> Result<(i64, Vec<(Product, HeldUnit)>)> {
    let mut units = Vec::new();
    for registration in asking.single_units() {
        units.extend(claims::get_unit(work, &asking.sub, &registration).await?);
    }
    let place = |product: &Product| (product.created_at, product.registration.to_string());
    units.sort_by_key(|(product, _)| std::cmp::Reverse(place(product)));
    let total = i64::try_from(units.len()).unwrap_or(i64::MAX);
    units.retain(|(product, _)| place(product) < (before.at, before.id.clone()));
    Ok((total, units))
}

fn tell(work: &Work, asking: &Asking, unit: &HeldUnit, locale: Locale) -> UnitView {
    let unit_ref = claims::name_unit(work, &asking.sector, &unit.unit);
    claims::tell(work, asking.ask(&unit_ref), unit, locale).into()
}

/// One unit of the customer.
pub async fn show(work: &mut Work, At(name): At<UnitRef>) -> Result<UnitView> {
    let asking = Asking::of(work).await?;
    let locale = claims::locale_of(work, &asking.sub).await?;
    let (_, unit) = asking.unit(work, name.as_ref(), Action::ReadUnit).await?;
    Ok(tell(work, &asking, &unit, locale))
}

/// What is covered on a unit of the customer.
pub async fn cover(work: &mut Work, At(name): At<UnitRef>) -> Result<UnitCoverView> {
    let asking = Asking::of(work).await?;
    let (_, unit) = asking.unit(work, name.as_ref(), Action::ReadCover).await?;
    Ok(UnitCoverView {
        unit_ref: claims::name_unit(work, &asking.sector, &unit.unit),
        as_of: unit.today.to_string(),
        cover: unit.told_cover().into_iter().map(CoverView::from).collect(),
    })
}
