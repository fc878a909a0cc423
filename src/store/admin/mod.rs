//! What administration keeps.

pub mod account_list;
pub mod audit;
pub mod staff_role;
pub mod version;
