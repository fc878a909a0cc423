//! What administration keeps.

pub mod account_export;
pub mod account_import;
pub mod account_list;
pub mod account_merge;
pub mod audit;
pub mod audit_key;
pub mod duplicate;
pub mod likeness;
pub mod staff_role;
pub mod version;
