//! What the registry API says about units and registrations.

use serde::Serialize;
use utoipa::ToSchema;

use super::asking::Asking;
use crate::app::Work;
use crate::domain::registry::product_claim::{ToldCover, ToldUnit};
use crate::domain::registry::registration::State;
use crate::service::registry::claims;
use crate::store::registry::product::Product;

/// A unit the customer holds.
#[derive(Serialize, ToSchema)]
#[schema(as = RegistryUnit)]
pub struct UnitView {
    /// Its name for your sector.
    unit_ref: String,
    /// The model number.
    model: String,
    /// The trade item number, as fourteen digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    gtin: Option<String>,
    /// The model's name in the customer's language.
    name: String,
    /// The maker's word for the kind of product.
    #[serde(skip_serializing_if = "Option::is_none")]
    category: Option<String>,
    /// The month since when it is held, such as `2025-11`.
    held_since: String,
    /// Whether anything is covered today.
    in_force: bool,
    /// With the scope `products.serial`.
    #[serde(skip_serializing_if = "Option::is_none")]
    serial: Option<String>,
    /// With the scope `products.serial`: a date such as `2025-11-22`.
    #[serde(skip_serializing_if = "Option::is_none")]
    purchased_on: Option<String>,
    /// With the scope `products.serial`.
    #[serde(skip_serializing_if = "Option::is_none")]
    dealer: Option<String>,
    /// With the scope `warranty`.
    #[serde(skip_serializing_if = "Option::is_none")]
    cover: Option<Vec<CoverView>>,
    /// With the scope `recalls`.
    #[serde(skip_serializing_if = "Option::is_none")]
    recalls_open: Option<u32>,
}

/// Cover for one component.
#[derive(Serialize, ToSchema)]
#[schema(as = RegistryCover)]
pub struct CoverView {
    /// The maker's word for the component.
    component: String,
    /// `parts`, `labour`, `visit`, `shipping`.
    covers: Vec<&'static str>,
    /// The last day, included.
    ends_on: String,
    /// Whether it holds today, in the plan's time zone.
    in_force: bool,
}

/// A registration made through your app.
#[derive(Serialize, ToSchema)]
#[schema(as = RegistryRegistration)]
pub struct RegistrationView {
    /// Its name for your sector.
    pub registration: String,
    /// `active`, `pending` or `disputed`.
    state: &'static str,
    /// Why it waits.
    reasons: Vec<&'static str>,
    /// The model number.
    model: String,
    /// The serial number as it was given.
    serial: String,
    /// The date of purchase as it was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    purchased_on: Option<String>,
    /// The dealer as it was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    dealer: Option<String>,
    /// The date of registration.
    registered_on: String,
    /// The unit, once the customer holds it.
    #[serde(skip_serializing_if = "Option::is_none")]
    unit_ref: Option<String>,
}

impl From<ToldUnit> for UnitView {
    fn from(told: ToldUnit) -> Self {
        Self {
            unit_ref: told.unit_ref,
            model: told.model,
            gtin: told.gtin,
            name: told.name,
            category: told.category,
            held_since: told.held_since,
            in_force: told.in_force,
            serial: told.serial,
            purchased_on: told.purchased_on.map(|on| on.to_string()),
            dealer: told.dealer,
            cover: told.cover.map(|lines| lines.into_iter().map(CoverView::from).collect()),
            recalls_open: told.recalls_open,
        }
    }
}

impl From<ToldCover> for CoverView {
    fn from(told: ToldCover) -> Self {
        Self {
            component: told.component,
            covers: told.covers,
            ends_on: told.ends_on.to_string(),
            in_force: told.in_force,
        }
    }
}

impl RegistrationView {
    /// As the asking app may see it.
    pub fn of(work: &Work, asking: &Asking, product: &Product) -> Self {
        let held = product.state == State::Active;
        Self {
            registration: claims::name_registration(work, &asking.sector, &product.registration),
            state: product.state.name(),
            reasons: product.reasons.iter().map(|reason| reason.name()).collect(),
            model: product.model_no.clone(),
            serial: product.serial_typed.clone(),
            purchased_on: product.purchased_on.map(|on| on.to_string()),
            dealer: Some(product.dealer.clone()).filter(|dealer| !dealer.is_empty()),
            registered_on: product.declared_on.to_string(),
            unit_ref: held.then(|| claims::name_unit(work, &asking.sector, &product.unit)),
        }
    }
}
