//! Which client may act for the people of which other one, and how far. RFC 8693.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::Work;
use crate::base::Result;
use crate::base::id::ClientId;
use crate::domain::permission::Permission::{ClientRead, ClientWrite};
use crate::http::extract::input::{At, Json};
use crate::http::respond::output::{Created, NoContent};
use crate::http::route::Routes;
use crate::oidc::token_exchange::{Policy, PolicyId};
use crate::service::oidc::token_exchange;

/// Routes of policies.
pub fn routes() -> Routes {
    Routes::under("/api/v1/token-exchange-policies")
        .get("", ClientRead, list)
        .about("List which clients may act for the people of which others")
        .post("", ClientWrite, allow)
        .about("Let a client exchange the access tokens of another (RFC 8693), in place of what it was allowed before")
        .delete("/{id}", ClientWrite, deny)
        .about("No longer let it; what it has ends within the life of an access token")
}

/// Every policy, the oldest first. Where there is none for two clients, nothing is exchanged.
#[derive(Serialize, ToSchema)]
struct TokenExchangePolicyList {
    items: Vec<TokenExchangePolicyView>,
}

/// How far one client may act for the people of another.
#[derive(Serialize, ToSchema)]
struct TokenExchangePolicyView {
    id: String,
    #[serde(flatten)]
    terms: TokenExchangePolicyBody,
    /// RFC 3339.
    created_at: String,
    /// RFC 3339.
    updated_at: String,
}

/// What is allowed.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TokenExchangePolicyBody {
    /// The client whose access tokens are exchanged.
    subject_client: String,
    /// The client that exchanges them; registered for the token-exchange grant.
    acting_client: String,
    /// The most that its tokens allow: words with blanks between them. `management` cannot be had.
    scope: String,
    /// The resources of this server that they may be for; empty means those that the scope reaches.
    #[serde(default)]
    audience: Vec<String>,
}

async fn list(work: &mut Work, (): ()) -> Result<TokenExchangePolicyList> {
    let policies = token_exchange::list(work).await?;
    Ok(TokenExchangePolicyList { items: policies.into_iter().map(TokenExchangePolicyView::from).collect() })
}

async fn allow(
    work: &mut Work,
    (Json(body),): (Json<TokenExchangePolicyBody>,),
) -> Result<Created<TokenExchangePolicyView>> {
    let (subject, acting) = (ClientId::from(body.subject_client.as_str()), ClientId::from(body.acting_client.as_str()));
    let policy = token_exchange::allow(work, &subject, &acting, &body.scope, body.audience).await?;
    Ok(Created(policy.into()))
}

async fn deny(work: &mut Work, At(id): At<PolicyId>) -> Result<NoContent> {
    token_exchange::deny(work, &id).await.map(|()| NoContent)
}

impl From<Policy> for TokenExchangePolicyView {
    fn from(policy: Policy) -> Self {
        Self {
            id: policy.id.to_string(),
            terms: TokenExchangePolicyBody {
                subject_client: policy.subject_client.to_string(),
                acting_client: policy.acting_client.to_string(),
                scope: policy.scope.to_string(),
                audience: policy.audience,
            },
            created_at: policy.created_at.to_string(),
            updated_at: policy.updated_at.to_string(),
        }
    }
}
