//! `hosho client …`: OAuth clients. Metadata is RFC 7591's JSON, from a file or standard input.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Subcommand;
use serde_json::{Map, Value, json};

use super::token_exchange::Exchange;
use super::{Context, output};
use crate::app::Work;
use crate::base::id::ClientId;
use crate::base::{Fault, Locale, Refusal, Result, Timestamp};
use crate::config::FromSetting as _;
use crate::config::sections::RegistrationMode;
use crate::oidc::client::Origin;
use crate::service::oidc::client::{self, RegisterError, Registered};
use crate::service::oidc::invitation::{self, Invited, Wish};
use crate::store;
use crate::store::oidc::client::Kept;

/// OAuth clients.
#[derive(Subcommand)]
pub enum Client {
    /// Register a client; prints its id and its secret, which is shown this once
    Create {
        /// Client metadata as JSON (RFC 7591); standard input where absent
        file: Option<PathBuf>,
    },
    /// List all clients
    List,
    /// Show one client
    Show {
        /// Its id
        id: String,
    },
    /// Replace what is registered about a client
    Update {
        /// Its id
        id: String,
        /// Client metadata as JSON (RFC 7591); standard input where absent
        file: Option<PathBuf>,
    },
    /// Switch a client off: nothing it sends counts any more
    Disable {
        /// Its id
        id: String,
    },
    /// Make a new secret; the old one ends at once
    RotateSecret {
        /// Its id
        id: String,
    },
    /// Say that you know who is behind a client that came by itself: people are not warned any more
    Verify {
        /// Its id
        id: String,
    },
    /// Let somebody register a client: prints an initial access token (RFC 7591), which is shown this once
    Invite {
        /// How many clients may be registered with it
        #[arg(long, default_value_t = 1)]
        uses: u32,
        /// How long it is good, such as 12h or 7d
        #[arg(long, default_value = "7d", value_name = "DURATION", value_parser = duration)]
        expires_in: Duration,
        /// What to remember about it
        #[arg(long, default_value = "")]
        note: String,
    },
    /// Which client may act for the people of which other one
    #[command(subcommand)]
    Exchange(Exchange),
}

impl Client {
    /// Run it.
    pub async fn run(&self, context: &Context) -> Result<()> {
        let app = context.open().await?;
        let mut work = Work::for_operator(&app);
        match self {
            Self::Create { file } => {
                let metadata = read(file.as_deref())?;
                let registered = client::create(&mut work, &metadata).await.map_err(sentence)?;
                work.commit().await?;
                registered_line(context, "Registered", &registered);
            }
            Self::List => list(context, &mut work).await?,
            Self::Show { id } => {
                let kept = client::get(&mut work, &name(id)).await.map_err(|error| unknown(error, id))?;
                if context.json { output::json(&document(&kept, None)) } else { show(&kept) }
            }
            Self::Update { id, file } => {
                let metadata = read(file.as_deref())?;
                let updated = client::update(&mut work, &name(id), &metadata).await;
                let registered = updated.map_err(sentence).map_err(|error| unknown(error, id))?;
                work.commit().await?;
                registered_line(context, "Updated", &registered);
            }
            Self::Disable { id } => {
                let kept = client::disable(&mut work, &name(id)).await.map_err(|error| unknown(error, id))?;
                work.commit().await?;
                if context.json {
                    output::json(&document(&kept, None));
                } else {
                    output::line(&format!("Switched off client {id}."));
                }
            }
            Self::RotateSecret { id } => {
                let rotated = client::rotate_secret(&mut work, &name(id)).await;
                let registered = rotated.map_err(|error| unknown(error, id))?;
                work.commit().await?;
                registered_line(context, "New secret for", &registered);
            }
            Self::Verify { id } => {
                let kept = client::verify(&mut work, &name(id)).await.map_err(|error| unknown(error, id))?;
                work.commit().await?;
                if context.json {
                    output::json(&document(&kept, None));
                } else {
                    output::line(&format!("People are not warned of client {id} any more."));
                }
            }
            Self::Invite { uses, expires_in, note } => {
                let invited =
                    invitation::invite(&mut work, Wish { uses: *uses, expires_in: *expires_in, note }).await?;
                work.commit().await?;
                invited_lines(context, &invited);
            }
            Self::Exchange(command) => command.run(context, work).await?,
        }
        Ok(())
    }
}

/// As many as one look at the database brings.
const PAGE: i64 = 200;

async fn list(context: &Context, work: &mut Work) -> Result<()> {
    let mut all: Vec<Kept> = Vec::new();
    loop {
        let after = all.last().map(|kept| (kept.created_at, kept.client.id.clone()));
        let after = after.as_ref().map(|(at, id)| (*at, id));
        let page = store::oidc::client::list(work.tx(), after, PAGE).await?;
        if page.is_empty() {
            break;
        }
        all.extend(page);
    }
    if context.json {
        output::json(&Value::Array(all.iter().map(|kept| document(kept, None)).collect()));
        return Ok(());
    }
    for kept in &all {
        let state = if kept.client.disabled { "off" } else { "on " };
        let warned = if kept.client.is_unverified() { "  (unverified)" } else { "" };
        output::line(&format!("{}  {state}  {}{warned}", kept.client.id, kept.client.name(Locale::En)));
    }
    Ok(())
}

fn registered_line(context: &Context, done: &str, registered: &Registered) {
    let (kept, secret) = (&registered.kept, registered.secret.as_ref().map(|secret| secret.expose()));
    if context.json {
        return output::json(&document(kept, secret));
    }
    output::line(&format!("{done} client {} ({}).", kept.client.id, kept.client.name(Locale::En)));
    output::line(&format!("client_id      {}", kept.client.id));
    if let Some(secret) = secret {
        output::line(&format!("client_secret  {secret}"));
        output::line("The secret is shown this once; only a hash of it is kept.");
    }
    output::line(&format!("Under hosho_profile {} it is refused:", kept.client.metadata.hosho_profile.as_str()));
    for sentence in kept.client.rules().refuses() {
        output::line(&format!("  - {sentence}"));
    }
}

fn invited_lines(context: &Context, invited: &Invited) {
    let (invitation, token) = (&invited.invitation, invited.token.expose());
    if context.json {
        return output::json(&json!({
            "id": invitation.id.as_ref(),
            "initial_access_token": token,
            "uses": invitation.uses,
            "expires_at": invitation.expires_at.to_string(),
        }));
    }
    let clients = if invitation.uses == 1 { "client" } else { "clients" };
    output::line(&format!("Whoever has this token may register {} {clients}:", invitation.uses));
    output::line(token);
    output::line(&format!("It is good until {} and shown this once.", invitation.expires_at));
    if context.config.registration.mode != RegistrationMode::Token {
        output::line("Note: it is asked for only where the setting registration.mode is token.");
    }
}

fn show(kept: &Kept) {
    for (member, value) in summary(kept) {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        output::line(&format!("{member:32} {text}"));
    }
}

/// The answer of a registration. [RFC 7591 §3.2.1](https://www.rfc-editor.org/rfc/rfc7591#section-3.2.1)
fn document(kept: &Kept, secret: Option<&str>) -> Value {
    let mut members = summary(kept);
    if let Some(secret) = secret {
        members.insert("client_secret".to_owned(), json!(secret));
        members.insert("client_secret_expires_at".to_owned(), json!(0));
    }
    Value::Object(members)
}

fn summary(kept: &Kept) -> Map<String, Value> {
    let mut members = Map::new();
    members.insert("client_id".to_owned(), json!(kept.client.id.as_ref()));
    members.insert("client_id_issued_at".to_owned(), json!(kept.created_at.seconds()));
    members.extend(kept.client.metadata.to_json());
    members.insert("hosho_origin".to_owned(), json!(kept.client.origin.as_str()));
    if kept.client.origin != Origin::Operator {
        members.insert("hosho_verified".to_owned(), json!(kept.client.verified));
    }
    members.insert("hosho_disabled_at".to_owned(), json!(kept.disabled_at.map(Timestamp::seconds)));
    members
}

pub(super) fn read(file: Option<&Path>) -> Result<String> {
    let unreadable = |what: &str, error: std::io::Error| Fault::because(format!("{what} cannot be read"), error);
    match file {
        Some(path) => {
            let text = std::fs::read_to_string(path);
            text.map_err(|error| unreadable(&path.display().to_string(), error).into())
        }
        None => {
            let mut text = String::new();
            let stdin = std::io::stdin().read_to_string(&mut text);
            stdin.map_err(|error| unreadable("standard input", error))?;
            Ok(text)
        }
    }
}

fn name(id: &str) -> ClientId {
    ClientId::from(id)
}

fn sentence(error: RegisterError) -> crate::base::Error {
    match error {
        RegisterError::Metadata(error) => Refusal::Malformed(error.to_string().into()).into(),
        RegisterError::Error(error) => error,
    }
}

fn unknown(error: crate::base::Error, id: &str) -> crate::base::Error {
    match error {
        crate::base::Error::Refused(Refusal::NotFound) => {
            Refusal::Malformed(format!("there is no client {id}").into()).into()
        }
        crate::base::Error::Refused(Refusal::Conflict("no_secret")) => {
            Refusal::Malformed(format!("client {id} has no secret by which it proves itself").into()).into()
        }
        crate::base::Error::Refused(Refusal::Conflict("registered_by_operator")) => {
            Refusal::Malformed(format!("client {id} was registered by you; nobody is warned of it").into()).into()
        }
        other => other,
    }
}

fn duration(text: &str) -> Result<Duration, String> {
    Duration::from_setting(text)
}
