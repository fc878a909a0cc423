//! The thing and its tie to a person. Four facts are kept apart: a unit exists (factory), a registration
//! claims it (an act), an ownership holds over a period (the result), a warranty covers it (a promise).
//!
//! # Decisions
//! - A serial number is unique in its namespace, in the form that is left when width, case, hyphens and
//!   blanks are folded; the text as typed is kept beside it.
//! - An end of warranty is a function of anchor, months and plan. Nothing stores "under warranty".
//! - A model number is unique in the whole installation: factory lists and customers name models by it alone.

pub mod check_digit;
pub mod gtin;
pub mod import;
pub mod ownership;
pub mod product_claim;
pub mod product_model;
pub mod registration;
pub mod serial_number;
pub mod serial_scheme;
pub mod unit;
pub mod warranty;
pub mod warranty_plan;

pub use crate::base::bilingual::Bilingual;

crate::id! {
    /// A model in the catalogue.
    ProductModelId,
    /// One serial-numbered piece.
    UnitId,
    /// One act of claiming a unit.
    RegistrationId,
    /// One period in which somebody held a unit.
    OwnershipId,
    /// One published version of a warranty plan.
    WarrantyPlanId,
    /// The promise of one plan to one unit.
    WarrantyId,
}
