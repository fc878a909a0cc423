//! Administration: the audit chain, accounts that come from elsewhere.

pub mod account_carried;
pub mod account_import;
pub mod audit;
