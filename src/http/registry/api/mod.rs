//! The registry API, `/registry/v1/me`: a relying party acts for a customer who granted it a scope. Units and
//! registrations have names that only the relying party's own sector can use. Units may be reached without a scope too,
//! one by one, by authorization details (RFC 9396).

mod asking;
mod cursor;
mod registrations;
mod units;
mod view;

use crate::http::route::{Access, Routes};
use crate::oidc::authorization_details::Action;

/// The routes, each with the scope it needs.
pub fn routes() -> Routes {
    Routes::under("/registry/v1/me")
        .get("/units", Access::ScopeOrDetails("products", Action::ReadUnit), units::list)
        .about("The units the customer holds, newest first.")
        .get("/units/{unit_ref}", Access::ScopeOrDetails("products", Action::ReadUnit), units::show)
        .about("One unit.")
        .get("/units/{unit_ref}/cover", Access::ScopeOrDetails("warranty", Action::ReadCover), units::cover)
        .about("What is covered on a unit, and until when.")
        .get("/registrations", Access::Scope("registry.register"), registrations::list)
        .about("The registrations made through this app that are active or wait for a decision.")
        .post("/registrations", Access::Scope("registry.register"), registrations::register)
        .about("Register a unit for the customer.")
        .get("/registrations/{registration}", Access::Scope("registry.register"), registrations::show)
        .about("One registration made through this app.")
}
