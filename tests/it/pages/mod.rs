//! Pages: what holds for every one of them.

mod choice;
mod approvals;
mod contrast;
mod device;
mod every_page;
mod person;
mod products;
mod shape;
mod stock;
