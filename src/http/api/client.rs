//! OAuth clients. Secrets are shown once, when they are made, and never again.

use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use utoipa::openapi::path::OperationBuilder;
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::{Content, Required};

use super::paging::{CURSOR, LIMIT, Paging};
use super::version::{IfMatch, Tagged};
use crate::app::Work;
use crate::base::id::ClientId;
use crate::base::{Error, Fault, Refusal, Result, Timestamp};
use crate::domain::permission::Permission::{ClientRead, ClientWrite};
use crate::http::extract::call::Call;
use crate::http::extract::form::Fields;
use crate::http::extract::input::{At, Input, Query, QueryFields, Schemas, json_body, schema_of};
use crate::http::respond::output::Created;
use crate::http::route::Routes;
use crate::service::admin::client;
use crate::service::oidc::client::{self as registered_client, RegisterError, Registered};
use crate::store;
use crate::store::oidc::client::Kept;

/// Routes of clients.
pub fn routes() -> Routes {
    Routes::under("/api/v1/clients")
        .get("", ClientRead, list)
        .about("List clients in the order they were registered")
        .post("", ClientWrite, create)
        .after_recent_sign_in()
        .about("Register a client (RFC 7591); its secret is in the answer, this once")
        .get("/{client_id}", ClientRead, show)
        .about("Show one client, without its secret")
        .put("/{client_id}", ClientWrite, replace)
        .after_recent_sign_in()
        .about("Replace what is registered of a client")
        .post("/{client_id}/disable", ClientWrite, disable)
        .about("Switch a client off: nothing it sends counts, and nothing it holds is honoured")
        .post("/{client_id}/enable", ClientWrite, enable)
        .after_recent_sign_in()
        .about("Switch a client on again")
        .post("/{client_id}/verify", ClientWrite, verify)
        .after_recent_sign_in()
        .about("Say that you know who is behind a client that came by itself: people are not warned any more")
        .post("/{client_id}/unverify", ClientWrite, unverify)
        .about("Take that back: people are warned again")
        .post("/{client_id}/rotate-secret", ClientWrite, rotate_secret)
        .after_recent_sign_in()
        .about("Make a new secret; the old one ends at once")
}

/// Clients in the order they were registered.
#[derive(Serialize, ToSchema)]
struct ClientList {
    items: Vec<ClientView>,
    /// Where the next page begins; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// One client.
#[derive(Serialize, ToSchema)]
struct ClientView {
    client_id: String,
    /// Whether anything that it sends counts.
    enabled: bool,
    /// Who registered it: `operator`, `self_registered` (RFC 7591), or nobody, where its identifier leads to a
    /// `metadata_document`.
    origin: &'static str,
    /// Whether somebody knows who is behind it; people are warned of those of whom nobody does.
    verified: bool,
    /// RFC 3339.
    created_at: String,
    /// RFC 3339.
    updated_at: String,
    /// When its secret was made; absent for public clients.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret_changed_at: Option<String>,
    /// Client metadata as registered (RFC 7591 §2), with defaults.
    #[schema(value_type = Object)]
    metadata: Map<String, Value>,
    /// What its `hosho_profile` refuses, a sentence each.
    profile_refuses: Vec<&'static str>,
}

/// A client with a secret that was just made.
#[derive(Serialize, ToSchema)]
struct ClientWithSecret {
    client: ClientView,
    /// Shown this once; absent for public clients and where the secret is still the old one.
    #[serde(skip_serializing_if = "Option::is_none")]
    client_secret: Option<String>,
}

/// Client metadata (RFC 7591 §2) with `hosho_profile`, `hosho_first_party` and `hosho_roles`. Unknown members are
/// ignored, as the RFC says.
#[derive(ToSchema)]
#[schema(value_type = Object)]
struct ClientMetadata(#[expect(dead_code, reason = "describes the body, which is read as text")] Map<String, Value>);

/// The document as it was sent: it is read by the rules of the registration.
struct Document(String);

impl Input for Document {
    fn read(call: &Call) -> Result<Self> {
        json_body::<Map<String, Value>>(call)?;
        let text = String::from_utf8(call.body.to_vec());
        Ok(Self(text.map_err(|_| Refusal::Malformed("the body is not UTF-8".into()))?))
    }
    fn describe(operation: OperationBuilder, schemas: &mut Schemas) -> OperationBuilder {
        let body = RequestBodyBuilder::new()
            .content("application/json", Content::new(Some(schema_of::<ClientMetadata>(schemas))))
            .required(Some(Required::True));
        operation.request_body(Some(body.build()))
    }
}

struct Filter(Paging);

impl QueryFields for Filter {
    const FIELDS: &'static [(&'static str, &'static str)] = &[LIMIT, CURSOR];
    fn read(fields: &Fields) -> Result<Self> {
        Paging::read(fields).map(Self)
    }
}

async fn list(work: &mut Work, (Query(Filter(paging)),): (Query<Filter>,)) -> Result<ClientList> {
    let after = match paging.after::<2>(work, "clients")? {
        None => None,
        Some([at, id]) => {
            let at = at.parse().map_err(|_| Fault::new("a sealed cursor holds no moment"))?;
            Some((Timestamp::from_millis(at), ClientId::from(id.as_str())))
        }
    };
    let after = after.as_ref().map(|(at, id)| (*at, id));
    let mut found = store::oidc::client::list(work.tx(), after, i64::from(paging.to_fetch())).await?;
    let key = |kept: &Kept| [kept.created_at.millis().to_string(), kept.client.id.to_string()];
    let next_cursor = paging.cut(work, "clients", &mut found, key)?;
    Ok(ClientList { items: found.iter().map(ClientView::from).collect(), next_cursor })
}

async fn create(work: &mut Work, (Document(metadata),): (Document,)) -> Result<Created<ClientWithSecret>> {
    let registered = client::create(work, &metadata).await.map_err(refusal)?;
    Ok(Created(registered.into()))
}

async fn show(work: &mut Work, At(id): At<ClientId>) -> Result<Tagged<ClientView>> {
    registered_client::get(work, &id).await.map(|kept| Tagged(ClientView::from(&kept)))
}

async fn replace(
    work: &mut Work,
    (At(id), if_match, Document(metadata)): (At<ClientId>, IfMatch, Document),
) -> Result<ClientWithSecret> {
    let kept = registered_client::get(work, &id).await?;
    if_match.check(&ClientView::from(&kept))?;
    let registered = client::update(work, &id, kept.updated_at, &metadata).await.map_err(refusal)?;
    Ok(registered.into())
}

async fn disable(work: &mut Work, At(id): At<ClientId>) -> Result<ClientView> {
    client::disable(work, &id).await.map(|kept| ClientView::from(&kept))
}

async fn enable(work: &mut Work, At(id): At<ClientId>) -> Result<ClientView> {
    client::enable(work, &id).await.map(|kept| ClientView::from(&kept))
}

async fn verify(work: &mut Work, At(id): At<ClientId>) -> Result<ClientView> {
    client::verify(work, &id).await.map(|kept| ClientView::from(&kept))
}

async fn unverify(work: &mut Work, At(id): At<ClientId>) -> Result<ClientView> {
    client::unverify(work, &id).await.map(|kept| ClientView::from(&kept))
}

async fn rotate_secret(work: &mut Work, At(id): At<ClientId>) -> Result<ClientWithSecret> {
    client::rotate_secret(work, &id).await.map(ClientWithSecret::from)
}

/// What is wrong with metadata is said in the words of RFC 7591 §3.2.2.
fn refusal(error: RegisterError) -> Error {
    match error {
        RegisterError::Metadata(error) => {
            Error::invalid("metadata", format!("{}: {}", error.code, error.description()))
        }
        RegisterError::Error(error) => error,
    }
}

impl From<&Kept> for ClientView {
    fn from(kept: &Kept) -> Self {
        Self {
            client_id: kept.client.id.to_string(),
            enabled: !kept.client.disabled,
            origin: kept.client.origin.as_str(),
            verified: !kept.client.is_unverified(),
            created_at: kept.created_at.to_string(),
            updated_at: kept.updated_at.to_string(),
            secret_changed_at: kept.secret_changed_at.map(|at| at.to_string()),
            metadata: kept.client.metadata.to_json(),
            profile_refuses: kept.client.rules().refuses(),
        }
    }
}

impl From<Registered> for ClientWithSecret {
    fn from(registered: Registered) -> Self {
        Self {
            client: ClientView::from(&registered.kept),
            client_secret: registered.secret.map(|secret| secret.expose().to_owned()),
        }
    }
}
