//! My page: profile, password, sessions, connected applications.

mod approvals;
mod apps;
mod profile;
mod security;
mod sessions;

use super::extract::call::Call;
use super::route::Routes;
use crate::service::auth::Visit;

/// Every route of this folder.
pub fn routes() -> Routes {
    approvals::routes().and(apps::routes()).and(profile::routes()).and(security::routes()).and(sessions::routes())
}

/// The browser of a request, as the services know it.
fn visit(call: &Call) -> Visit<'_> {
    Visit { browser_hash: &call.browser.hash, session: call.browser.session.as_ref(), locale: call.locale }
}
