//! My page: what a person has registered, how long it is covered, and how to add more.

mod add;
mod add_when;
mod added;
mod api;
mod cover;
mod home;
mod product;
mod products;
mod tile;

use super::route::{Access, Routes};

/// The pages of products, and the API.
pub fn routes() -> Routes {
    pages().and(api::routes())
}

fn pages() -> Routes {
    Routes::under("/my")
        .page("", Access::Customer, home::show)
        .page("/products", Access::Customer, products::show)
        .page("/products/add", Access::Customer, add::show)
        .form("/products/add", Access::Customer, add::submit)
        .page("/products/add/check", Access::Customer, add::check)
        .page("/products/{id}", Access::Customer, product::show)
        .page("/products/{id}/added", Access::Customer, added::show)
}
