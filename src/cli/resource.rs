//! `hosho resource …`: the maker's resource servers and their scopes. RFC 8707.

use std::path::PathBuf;

use clap::Subcommand;
use serde_json::Value;

use super::{Context, output};
use crate::app::Work;
use crate::base::{Error, Fault, Refusal, Result};
use crate::http::api::resource_server::{ResourceServerBody, ResourceServerView};
use crate::http::extract::input::read_json;
use crate::oidc::resource_server::ResourceServer;
use crate::service::oidc::resource_server;

/// APIs of the maker that take access tokens of this server.
#[derive(Subcommand)]
pub enum Resource {
    /// Register a resource server, in the place of what is registered under its uri
    Create {
        /// JSON (`uri`, `name{ja,en}`, `scopes[{scope, name{ja,en}, why{ja,en}}]`, `client_id`, `open`); standard input
        /// where absent
        file: Option<PathBuf>,
    },
    /// List all resource servers
    List,
    /// Show one resource server
    Show {
        /// Its id or its uri
        name: String,
    },
    /// Remove a resource server: no token is for it from now on
    Delete {
        /// Its id or its uri
        name: String,
    },
}

impl Resource {
    /// Run it.
    pub async fn run(&self, context: &Context) -> Result<()> {
        let app = context.open().await?;
        let mut work = Work::for_operator(&app);
        match self {
            Self::Create { file } => {
                let body: ResourceServerBody = read_json(super::client::read(file.as_deref())?.as_bytes())?;
                let server = resource_server::put(&mut work, body.wish()?).await?;
                work.commit().await?;
                said(context, "Registered", &server)
            }
            Self::List => {
                let all = resource_server::all(&mut work).await?;
                if context.json {
                    let documents = all.servers().iter().map(document).collect::<Result<Vec<_>>>()?;
                    output::json(&Value::Array(documents));
                } else {
                    for server in all.servers() {
                        output::line(&line(server));
                    }
                }
                Ok(())
            }
            Self::Show { name } => {
                let server = resource_server::get(&mut work, name).await.map_err(|error| unknown(error, name))?;
                output::json(&document(&server)?);
                Ok(())
            }
            Self::Delete { name } => {
                let server = resource_server::get(&mut work, name).await.map_err(|error| unknown(error, name))?;
                resource_server::delete(&mut work, &server.id).await?;
                work.commit().await?;
                said(context, "Removed", &server)
            }
        }
    }
}

fn said(context: &Context, what: &str, server: &ResourceServer) -> Result<()> {
    match context.json {
        true => output::json(&document(server)?),
        false => output::line(&format!("{what} {}", line(server))),
    }
    Ok(())
}

fn line(server: &ResourceServer) -> String {
    let words: Vec<&str> = server.scopes.iter().map(|owned| owned.word.as_str()).collect();
    let open = if server.open { ", open to every client" } else { "" };
    format!("{}  {}  {}{open}", server.id, server.uri, words.join(" "))
}

fn document(server: &ResourceServer) -> Result<Value> {
    let document = serde_json::to_value(ResourceServerView::from(server));
    document.map_err(|error| Fault::because("a resource server could not be written", error).into())
}

fn unknown(error: Error, name: &str) -> Error {
    match error {
        Error::Refused(Refusal::NotFound) => {
            Refusal::Malformed(format!("there is no resource server {name}").into()).into()
        }
        other => other,
    }
}
