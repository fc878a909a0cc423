//! Which client sends a request, proved. RFC 6749 §2.3.

use std::sync::Arc;

use super::failure::Failure;
use crate::app::Work;
use crate::base::Refusal;
use crate::base::time::minutes;
use crate::domain::auth::throttle::Network;
use crate::oidc::client::Client;
use crate::oidc::client_auth::Credentials;
use crate::service;
use crate::store::ephemeral::Allowance;

/// The client of these credentials. Failures are counted by network: whoever tries many is slowed down, and
/// clients that authenticate rightly are never held up by them.
pub async fn authenticate(work: &mut Work, credentials: &Credentials) -> Result<Arc<Client>, Failure> {
    let client = service::oidc::client::find(work, &credentials.client).await?;
    match (credentials.check(client.as_deref()), client) {
        (Ok(()), Some(client)) => Ok(client),
        (Ok(()), None) => Err(crate::base::Fault::new("credentials were accepted without a client").into()),
        (Err(error), _) => {
            count_failure(work).await?;
            Err(error.into())
        }
    }
}

/// Count a failure of the network that the request comes from; too many are refused.
pub(super) async fn count_failure(work: &mut Work) -> Result<(), Refusal> {
    let app = Arc::clone(work.app());
    let network = network(work);
    let limit = app.config.limit.client_failures_per_minute;
    match app.ephemeral.count(&format!("client-failure:{network}"), limit, minutes(1), work.now()).await {
        Allowance::Allowed => Ok(()),
        Allowance::Exceeded { retry_at } => Err(Refusal::TooMany { retry_at }),
    }
}

/// The network that a request comes from, as limits are counted by it.
pub(super) fn network(work: &Work) -> String {
    work.origin().address.map(|address| Network::of(address).as_str().to_owned()).unwrap_or_default()
}
