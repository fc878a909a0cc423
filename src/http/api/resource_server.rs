//! The maker's resource servers and their scopes. RFC 8707.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::Work;
use crate::base::bilingual::Bilingual;
use crate::base::id::ClientId;
use crate::base::{Error, Result};
use crate::domain::permission::Permission::{ClientRead, ClientWrite};
use crate::http::extract::input::{At, Json};
use crate::http::respond::output::{Created, NoContent};
use crate::http::route::Routes;
use crate::oidc::resource_server::{OwnedScope, ResourceServer, ResourceServerId};
use crate::service::oidc::resource_server::{self, Wish};

/// Routes of resource servers.
pub fn routes() -> Routes {
    Routes::under("/api/v1/resources")
        .get("", ClientRead, list)
        .about("List the maker's resource servers with their scopes")
        .post("", ClientWrite, register)
        .after_recent_sign_in()
        .about("Register a resource server (RFC 8707), in the place of what is registered under its uri")
        .get("/{id}", ClientRead, show)
        .about("Show one resource server")
        .delete("/{id}", ClientWrite, remove)
        .about("Remove a resource server: no token is for it from now on, and its scopes mean nothing any more")
}

/// Every resource server, the oldest first.
#[derive(Serialize, ToSchema)]
struct ResourceServerList {
    items: Vec<ResourceServerView>,
}

/// A resource server.
#[derive(Serialize, ToSchema)]
pub struct ResourceServerView {
    id: String,
    #[serde(flatten)]
    terms: ResourceServerBody,
    /// RFC 3339.
    created_at: String,
    /// RFC 3339.
    updated_at: String,
}

/// What is registered.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResourceServerBody {
    /// The identifier: what clients send as `resource`, and what `aud` of its tokens says.
    uri: String,
    /// What people call it.
    name: ResourceText,
    /// What it owns, in the order in which people are asked.
    scopes: Vec<ResourceScope>,
    /// The client as which it may introspect the tokens that are for it; absent where it checks them itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    client_id: Option<String>,
    /// Whether every client may ask people for its scopes, and not only those that are registered for them.
    #[serde(default)]
    open: bool,
}

/// A scope, with what people read who are asked for it.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ResourceScope {
    /// The word.
    scope: String,
    /// What it lets a client do.
    name: ResourceText,
    /// What that is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    why: Option<ResourceText>,
}

/// A text in both languages; where one is missing the other stands in.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ResourceText {
    /// In Japanese.
    #[serde(default)]
    ja: String,
    /// In English.
    #[serde(default)]
    en: String,
}

async fn list(work: &mut Work, (): ()) -> Result<ResourceServerList> {
    let all = resource_server::all(work).await?;
    Ok(ResourceServerList { items: all.servers().iter().map(ResourceServerView::from).collect() })
}

async fn register(work: &mut Work, (Json(body),): (Json<ResourceServerBody>,)) -> Result<Created<ResourceServerView>> {
    let server = resource_server::put(work, body.wish()?).await?;
    Ok(Created((&server).into()))
}

async fn show(work: &mut Work, At(id): At<ResourceServerId>) -> Result<ResourceServerView> {
    resource_server::get(work, id.as_ref()).await.map(|server| (&server).into())
}

async fn remove(work: &mut Work, At(id): At<ResourceServerId>) -> Result<NoContent> {
    resource_server::delete(work, &id).await.map(|_| NoContent)
}

impl ResourceServerBody {
    /// What is to be registered.
    pub fn wish(self) -> Result<Wish> {
        let text = |member: &'static str, text: &ResourceText| {
            Bilingual::new(&text.ja, &text.en).ok_or_else(|| Error::invalid(member, "has no text"))
        };
        let owned = |scope: ResourceScope| {
            Ok(OwnedScope {
                name: text("scopes", &scope.name)?,
                why: scope.why.as_ref().and_then(|why| Bilingual::new(&why.ja, &why.en)),
                word: scope.scope,
            })
        };
        Ok(Wish {
            name: text("name", &self.name)?,
            uri: self.uri,
            scopes: self.scopes.into_iter().map(owned).collect::<Result<_>>()?,
            client: self.client_id.as_deref().map(ClientId::from),
            open: self.open,
        })
    }
}

impl From<&ResourceServer> for ResourceServerView {
    fn from(server: &ResourceServer) -> Self {
        let text = |text: &Bilingual| ResourceText { ja: text.ja().to_owned(), en: text.en().to_owned() };
        let scope = |owned: &OwnedScope| ResourceScope {
            scope: owned.word.clone(),
            name: text(&owned.name),
            why: owned.why.as_ref().map(text),
        };
        Self {
            id: server.id.to_string(),
            terms: ResourceServerBody {
                uri: server.uri.clone(),
                name: text(&server.name),
                scopes: server.scopes.iter().map(scope).collect(),
                client_id: server.client.as_ref().map(ClientId::to_string),
                open: server.open,
            },
            created_at: server.created_at.to_string(),
            updated_at: server.updated_at.to_string(),
        }
    }
}
