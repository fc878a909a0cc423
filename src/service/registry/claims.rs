//! What relying parties learn about somebody's products: the claims of userinfo, and units under pairwise names.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use super::today;
use crate::app::Work;
use crate::base::id::Subject;
use crate::base::{Locale, Result};
use crate::domain::registry::product_claim::{
    HeldUnit, MAX_UNITS, Shown, ToldCover, ToldUnit, registration_ref, unit_ref,
};
use crate::domain::registry::warranty::Cover;
use crate::domain::registry::{RegistrationId, UnitId, WarrantyId};
use crate::store;
use crate::store::registry::product::{Before, Product};

/// Whose products are asked for, by whom, and how much may be told.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    /// The customer.
    pub sub: &'a Subject,
    /// The sector of the client: pairwise names differ from sector to sector.
    pub sector: &'a str,
    /// What the granted scopes show.
    pub shown: Shown,
}

/// `products`, `products_total` and, above twenty units, the distributed claim that leads to the rest.
/// [OpenID Connect Core §5.6.2](https://openid.net/specs/openid-connect-core-1_0.html#AggregatedDistributedClaims)
/// Names are in the language that is wished, else in the customer's own.
pub async fn for_userinfo(work: &mut Work, ask: Ask<'_>, wished: Option<Locale>) -> Result<Map<String, Value>> {
    let mut claims = Map::new();
    if !ask.shown.products {
        return Ok(claims);
    }
    let locale = match wished {
        Some(wished) => wished,
        None => locale_of(work, ask.sub).await?,
    };
    let total = store::registry::ownership::count_held_by(work.tx(), ask.sub).await?;
    let limit = u32::try_from(MAX_UNITS).unwrap_or(u32::MAX);
    let units = held_units(work, ask.sub, &Before::everything(), limit).await?;
    let products = units.iter().map(|(_, unit)| describe(tell(work, ask, unit, locale))).collect();
    claims.insert("products".into(), Value::Array(products));
    claims.insert("products_total".into(), total.into());
    if usize::try_from(total).is_ok_and(|total| total > MAX_UNITS) {
        let endpoint = work.app().config.top.issuer.at("/registry/v1/me/units");
        claims.insert("_claim_names".into(), json!({ "products_all": "registry" }));
        claims.insert("_claim_sources".into(), json!({ "registry": { "endpoint": endpoint } }));
    }
    Ok(claims)
}

/// The language of names where nobody wishes for one: the customer's own.
pub async fn locale_of(work: &mut Work, sub: &Subject) -> Result<Locale> {
    let account = store::account::find(work.tx(), sub).await?;
    Ok(account.and_then(|account| account.locale()).unwrap_or(Locale::Ja))
}

/// Units somebody holds, newest first, from before a moment.
pub async fn held_units(
    work: &mut Work,
    sub: &Subject,
    before: &Before,
    limit: u32,
) -> Result<Vec<(Product, HeldUnit)>> {
    let products = store::registry::product::list(work.tx(), sub, false, before, limit).await?;
    let mut covers: HashMap<WarrantyId, Vec<Cover>> = HashMap::new();
    if products.iter().any(|product| product.warranty.is_some()) {
        for (warranty, cover) in store::registry::warranty::covers_of(work.tx(), sub).await? {
            covers.entry(warranty).or_default().push(cover);
        }
    }
    let mut units = Vec::with_capacity(products.len());
    for product in products {
        let cover = product.warranty.as_ref().and_then(|promise| covers.remove(&promise.id)).unwrap_or_default();
        let unit = held_unit(work, &product, cover)?;
        units.push((product, unit));
    }
    Ok(units)
}

/// The unit that a customer holds and a sector knows by this name. What they do not hold is not found, and
/// costs the same as what does not exist.
pub async fn find_unit(work: &mut Work, ask: Ask<'_>, name: &str) -> Result<Option<(Product, HeldUnit)>> {
    let key = work.app().kek.derive("unit_ref");
    let held = store::registry::ownership::held_by(work.tx(), ask.sub).await?;
    let Some(row) = held.into_iter().find(|row| unit_ref(&*key, ask.sector, &row.unit) == name) else {
        return Ok(None);
    };
    get_unit(work, ask.sub, &row.registration).await
}

/// A unit that a customer holds, by the registration it came from.
pub async fn get_unit(
    work: &mut Work,
    sub: &Subject,
    registration: &RegistrationId,
) -> Result<Option<(Product, HeldUnit)>> {
    let Some(product) = store::registry::product::find(work.tx(), sub, registration).await? else { return Ok(None) };
    let covers = store::registry::warranty::covers_of_unit(work.tx(), &product.unit).await?;
    let unit = held_unit(work, &product, covers.into_iter().map(|(_, cover)| cover).collect())?;
    Ok(Some((product, unit)))
}

/// As much about a unit as may be told.
pub fn tell(work: &Work, ask: Ask<'_>, unit: &HeldUnit, locale: Locale) -> ToldUnit {
    unit.told(ask.shown, name_unit(work, ask.sector, &unit.unit), locale)
}

/// What a sector calls a unit.
pub fn name_unit(work: &Work, sector: &str, unit: &UnitId) -> String {
    unit_ref(&*work.app().kek.derive("unit_ref"), sector, unit)
}

/// What a sector calls a registration.
pub fn name_registration(work: &Work, sector: &str, registration: &RegistrationId) -> String {
    registration_ref(&*work.app().kek.derive("unit_ref"), sector, registration)
}

fn held_unit(work: &Work, product: &Product, cover: Vec<Cover>) -> Result<HeldUnit> {
    Ok(HeldUnit {
        unit: product.unit.clone(),
        model: product.model_no.clone(),
        gtin: product.gtin.clone(),
        name: product.name.clone(),
        category: product.category.clone(),
        held_from: product.held_from.unwrap_or(product.declared_on),
        serial: product.serial.clone(),
        purchased_on: product.purchased_on,
        dealer: product.dealer.clone(),
        cover,
        today: today(work, product.warranty.as_ref().map(|promise| &promise.zone))?,
    })
}

/// As JSON; what was not granted is absent.
fn describe(told: ToldUnit) -> Value {
    let all = json!({
        "unit_ref": told.unit_ref,
        "model": told.model,
        "gtin": told.gtin,
        "name": told.name,
        "category": told.category,
        "held_since": told.held_since,
        "in_force": told.in_force,
        "serial": told.serial,
        "purchased_on": told.purchased_on.map(|on| on.to_string()),
        "dealer": told.dealer,
        "cover": told.cover.map(|lines| lines.iter().map(describe_cover).collect::<Vec<_>>()),
        "recalls_open": told.recalls_open,
    });
    match all {
        Value::Object(members) => members.into_iter().filter(|(_, value)| !value.is_null()).collect(),
        other => other,
    }
}

fn describe_cover(cover: &ToldCover) -> Value {
    json!({
        "component": cover.component,
        "covers": cover.covers,
        "ends_on": cover.ends_on.to_string(),
        "in_force": cover.in_force,
    })
}
