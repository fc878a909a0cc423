//! The maker's resource servers, each with its scopes. There are few, so they are read together.

use crate::base::bilingual::Bilingual;
use crate::base::id::ClientId;
use crate::base::{Fault, Result, Timestamp};
use crate::oidc::resource_server::{OwnedScope, ResourceServer, ResourceServerId};
use crate::row;
use crate::store::db::Tx;
use crate::store::query::sql;

row! {
    struct ServerRow {
        id: ResourceServerId,
        uri: String,
        name_ja: String,
        name_en: String,
        client_id: Option<String>,
        is_open: bool,
        created_at: Timestamp,
        updated_at: Timestamp,
    }
}

row! {
    struct ScopeRow {
        word: String,
        server_id: ResourceServerId,
        name_ja: String,
        name_en: String,
        why_ja: String,
        why_en: String,
    }
}

row! {
    struct OwnerRow {
        server_id: ResourceServerId,
    }
}

/// Every resource server, the oldest first.
pub async fn list(tx: &mut Tx) -> Result<Vec<ResourceServer>> {
    let rows = sql("SELECT id, uri, name_ja, name_en, client_id, is_open, created_at, updated_at
                      FROM resource_server ORDER BY created_at, id")
    .all::<ServerRow>(tx)
    .await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let scopes = sql("SELECT word, server_id, name_ja, name_en, why_ja, why_en
                        FROM resource_scope ORDER BY server_id, position")
    .all::<ScopeRow>(tx)
    .await?;
    let mut servers = rows.into_iter().map(read).collect::<Result<Vec<_>>>()?;
    for row in scopes {
        // What was registered between the two statements is not listed.
        let Some(server) = servers.iter_mut().find(|server| server.id == row.server_id) else { continue };
        let name = text(&row.name_ja, &row.name_en)?;
        server.scopes.push(OwnedScope { word: row.word, name, why: Bilingual::new(&row.why_ja, &row.why_en) });
    }
    Ok(servers)
}

/// The resource server that owns a scope.
pub async fn owner(tx: &mut Tx, word: &str) -> Result<Option<ResourceServerId>> {
    let row = sql("SELECT server_id FROM resource_scope WHERE word = $1").bind(word).optional::<OwnerRow>(tx).await?;
    Ok(row.map(|row| row.server_id))
}

/// Keep a resource server with its scopes, in the place of what it was before.
pub async fn put(tx: &mut Tx, server: &ResourceServer) -> Result<()> {
    sql("INSERT INTO resource_server (id, uri, name_ja, name_en, client_id, is_open, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (uri)
         DO UPDATE SET name_ja = excluded.name_ja, name_en = excluded.name_en, client_id = excluded.client_id,
                       is_open = excluded.is_open, updated_at = excluded.updated_at")
    .bind(&server.id)
    .bind(&server.uri)
    .bind(server.name.ja())
    .bind(server.name.en())
    .bind(server.client.as_ref().map(ClientId::as_ref))
    .bind(server.open)
    .bind(server.created_at)
    .bind(server.updated_at)
    .run(tx)
    .await?;
    sql("DELETE FROM resource_scope WHERE server_id = $1").bind(&server.id).run(tx).await?;
    for (position, owned) in (0_i64..).zip(&server.scopes) {
        let why = owned.why.as_ref();
        sql("INSERT INTO resource_scope (word, server_id, position, name_ja, name_en, why_ja, why_en)
             VALUES ($1, $2, $3, $4, $5, $6, $7)")
        .bind(&owned.word)
        .bind(&server.id)
        .bind(position)
        .bind(owned.name.ja())
        .bind(owned.name.en())
        .bind(why.map_or("", Bilingual::ja))
        .bind(why.map_or("", Bilingual::en))
        .run(tx)
        .await?;
    }
    Ok(())
}

/// Remove a resource server and its scopes; `false` if it is not there.
pub async fn delete(tx: &mut Tx, id: &ResourceServerId) -> Result<bool> {
    sql("DELETE FROM resource_scope WHERE server_id = $1").bind(id).run(tx).await?;
    Ok(sql("DELETE FROM resource_server WHERE id = $1").bind(id).run(tx).await? == 1)
}

fn read(row: ServerRow) -> Result<ResourceServer> {
    Ok(ResourceServer {
        name: text(&row.name_ja, &row.name_en)?,
        id: row.id,
        uri: row.uri,
        scopes: Vec::new(),
        client: row.client_id.as_deref().map(ClientId::from),
        open: row.is_open,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}

fn text(ja: &str, en: &str) -> Result<Bilingual> {
    Bilingual::new(ja, en).ok_or_else(|| Fault::new("a text of a resource server is empty").into())
}
