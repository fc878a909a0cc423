//! The authorization endpoint, and coming back to it after a page. RFC 6749 §3.1, OpenID Connect Core §3.1.2.

use std::sync::Arc;

use http::Method;

use super::outcome;
use super::request::has_form;
use crate::app::Work;
use crate::base::time::minutes;
use crate::base::{Refusal, Result};
use crate::domain::auth::throttle::Network;
use crate::http::extract::call::Call;
use crate::http::respond::reply::{Reply, see_other};
use crate::oidc::authorize::{AuthorizationRequestId, Untrusted};
use crate::oidc::params::Params;
use crate::oidc::server::path;
use crate::service::oidc::authorize::Outcome;
use crate::service::oidc::{authorize, interact};
use crate::store::ephemeral::Allowance;

/// Longest address that browsers and servers on the way surely take.
const LONGEST_ADDRESS: usize = 7000;

/// `GET /authorize`, `POST /authorize`
pub(super) async fn begin(work: &mut Work, call: Call) -> Result<Reply> {
    limit(work, &call).await?;
    let Some(params) = parameters(&call) else { return outcome::untrusted(work, &call, Untrusted::Malformed, None) };
    if let Some(address) = again_with_cookies(&call, path::AUTHORIZE, &params) {
        return Ok(see_other(&address));
    }
    match authorize::begin(work, outcome::visit(&call), &params).await? {
        Outcome::Untrusted(reason) => {
            let app = authorize::vouched_name(work, &params, call.locale).await?;
            outcome::untrusted(work, &call, reason, app.as_deref())
        }
        next => outcome::reply(work, &call, next),
    }
}

/// `GET /authorize/{id}`
pub(super) async fn resume(work: &mut Work, call: Call) -> Result<Reply> {
    let id: AuthorizationRequestId = call.at("id")?;
    let next = interact::resume(work, outcome::visit(&call), &id).await?;
    outcome::reply(work, &call, next)
}

/// `POST /authorize/{id}/cancel`
pub(super) async fn cancel(work: &mut Work, call: Call) -> Result<Reply> {
    let id: AuthorizationRequestId = call.at("id")?;
    let next = interact::cancel(work, outcome::visit(&call), &id).await?;
    outcome::reply(work, &call, next)
}

/// The parameters of the query and, for POST, of the form in the body, as one request.
pub(super) fn parameters(call: &Call) -> Option<Params> {
    let query = call.query.as_bytes();
    if call.method != Method::POST {
        return Params::parse(&[query]).ok();
    }
    let has_form = has_form(call).is_ok_and(|has_form| has_form);
    has_form.then(|| Params::parse(&[query, &call.body]).ok()).flatten()
}

/// A form that another site posts here comes without our cookies (`SameSite=Lax`): seen without them, everybody
/// would be a stranger. Asking the browser to come again by GET brings them.
pub(super) fn again_with_cookies(call: &Call, path: &str, params: &Params) -> Option<String> {
    let comes_without = call.method == Method::POST && call.browser.is_new;
    let address = comes_without.then(|| format!("{path}?{}", params.to_form()))?;
    (address.len() <= LONGEST_ADDRESS).then_some(address)
}

async fn limit(work: &mut Work, call: &Call) -> Result<()> {
    let (app, now) = (Arc::clone(work.app()), work.now());
    let network = call.network().map(Network::of);
    let most = app.config.limit.authorize_per_minute;
    let key = format!("authorize:{}", network.as_ref().map_or("", Network::as_str));
    match app.ephemeral.count(&key, most, minutes(1), now).await {
        Allowance::Allowed => Ok(()),
        Allowance::Exceeded { retry_at } => Err(Refusal::TooMany { retry_at }.into()),
    }
}
