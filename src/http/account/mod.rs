//! My page: profile, password, passkeys, sessions, connected applications.

mod approvals;
mod apps;
mod close;
mod email;
mod history;
mod keep_second_factor;
mod passkey_offer;
mod passkeys;
mod privacy;
mod profile;
mod providers;
mod recovery_codes;
mod security;
mod sessions;
mod terms;
mod totp;

use super::extract::call::Call;
use super::respond::reply::{Reply, see_other};
use super::route::Routes;
use crate::domain::auth::attempt::AttemptId;
use crate::service::auth::Visit;

/// Every route of this folder.
pub fn routes() -> Routes {
    approvals::routes()
        .and(apps::routes())
        .and(close::routes())
        .and(email::routes())
        .and(keep_second_factor::routes())
        .and(passkey_offer::routes())
        .and(passkeys::routes())
        .and(history::routes())
        .and(privacy::routes())
        .and(profile::routes())
        .and(recovery_codes::routes())
        .and(providers::routes())
        .and(security::routes())
        .and(sessions::routes())
        .and(totp::routes())
        .and(terms::routes())
}

/// Back to the sign-in, for what needs a recent one.
fn again(attempt: &AttemptId) -> Reply {
    see_other(&sign_in_path(attempt))
}

/// Where a sign-in goes on.
fn sign_in_path(attempt: &AttemptId) -> String {
    format!("/sign-in?attempt={attempt}")
}

/// The browser of a request, as the services know it.
fn visit(call: &Call) -> Visit<'_> {
    Visit { browser_hash: &call.browser.hash, session: call.browser.session.as_ref(), locale: call.locale }
}
