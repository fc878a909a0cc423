//! Pages: what holds for every one of them.

mod approvals;
mod choice;
mod contrast;
mod device;
mod every_page;
mod passkeys;
mod person;
mod products;
mod shape;
pub mod stock;
