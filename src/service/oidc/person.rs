//! What clients are told about a person: at the userinfo endpoint, and in ID tokens. OpenID Connect Core §5.4 and §5.5.

use serde_json::{Map, Value};

use crate::app::Work;
use crate::base::Result;
use crate::base::id::Subject;
use crate::domain::registry::product_claim::Shown;
use crate::oidc::claims::Wanted;
use crate::oidc::client::Client;
use crate::service;
use crate::service::registry::claims::Ask;
use crate::store;

/// The wanted claims of the account, and of the products that the scope shows.
pub async fn claims(work: &mut Work, client: &Client, sub: &Subject, wanted: Wanted<'_>) -> Result<Map<String, Value>> {
    let mut claims = of_account(work, sub, wanted).await?;
    let shown = Shown::from_scopes(wanted.scope.into_iter().flat_map(|scope| scope.iter()));
    if shown.products {
        let ask = Ask { sub, sector: &client.sector(), shown };
        claims.extend(service::registry::claims::for_userinfo(work, ask, wanted.locales.locale()).await?);
    }
    Ok(claims)
}

/// The wanted claims of the account. Most ask for none, and then nothing is read.
pub async fn of_account(work: &mut Work, sub: &Subject, wanted: Wanted<'_>) -> Result<Map<String, Value>> {
    if !wanted.is_anything() {
        return Ok(Map::new());
    }
    let Some(account) = store::account::find(work.tx(), sub).await? else { return Ok(Map::new()) };
    Ok(wanted.pick(service::account::claims::of(&account)))
}
