//! The management API (`/api/v1`): what staff and machine clients with roles do. Every route says which permission
//! it needs; every change and every view of a customer's record becomes an audit entry.
//!
//! # Decisions
//! - Bodies with members that are not described are refused, so that nobody believes to have set what was dropped.
//!   Client metadata is the exception: RFC 7591 §2 has unknown members ignored.
//! - Lists go on by cursor, never by offset. A cursor is sealed and opens only for the list, the filters and the
//!   actor it was made for.
//! - `If-Match` with the `ETag` of what was read keeps anybody from overwriting what they did not see.

mod account;
mod account_import;
mod account_merge;
mod audit;
mod client;
mod client_invitation;
mod duplicate;
pub mod paging;
mod registry;
pub mod resource_server;
mod terms;
mod token_exchange_policy;
mod version;

use super::route::Routes;

/// Every route of the management API.
pub fn routes() -> Routes {
    account::routes()
        .and(account_merge::routes())
        .and(account_import::routes())
        .and(duplicate::routes())
        .and(client::routes())
        .and(client_invitation::routes())
        .and(token_exchange_policy::routes())
        .and(resource_server::routes())
        .and(registry::routes())
        .and(audit::routes())
        .and(terms::routes())
}
