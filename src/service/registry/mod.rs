//! Registering products and seeing what is covered.

pub mod answered;
pub mod claims;
pub mod import;
pub mod my_products;
pub mod product_model;
pub mod register_unit;
pub mod review;
pub mod serial_check;
pub mod warranty;

use crate::app::Work;
use crate::base::time::Date;
use crate::base::{Fault, Result};
use crate::domain::registry::warranty_plan::Zone;

/// Today, in a plan's zone or else in the installation's.
pub(crate) fn today(work: &Work, zone: Option<&Zone>) -> Result<Date> {
    let zone = zone.map_or(work.app().config.top.time_zone.as_str(), Zone::name);
    work.now().date_in(zone).ok_or_else(|| Fault::new(format!("the zone {zone} is not known")).into())
}
