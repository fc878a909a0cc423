//! `key list` and `key rotate`: the keys that tokens are signed with, and those that others encrypt with.

use clap::Subcommand;
use serde_json::json;

use super::{Context, output};
use crate::app::Work;
use crate::base::{Fault, Result};
use crate::jose::jwe::DecryptionKey;
use crate::jose::{Algorithm, KeyManagement};
use crate::service;

/// The keys that tokens are signed with, and those that others encrypt with.
#[derive(Subcommand)]
pub enum Key {
    /// Show every key: its algorithm, and whether it signs, will sign or did, or is published for encryption
    List,
    /// Make the next key of each algorithm: published now, signing after the lead, used for encryption at once
    Rotate {
        /// Only this one: RS256, PS256, ES256, EdDSA, RSA-OAEP-256 or ECDH-ES
        #[arg(long, value_name = "ALGORITHM")]
        algorithm: Option<String>,
        /// Sign with the new key at once, for instance because the old one is known to others
        #[arg(long)]
        now: bool,
    },
}

impl Key {
    /// Run the command.
    pub async fn run(&self, context: &Context) -> Result<()> {
        match self {
            Self::List => list(context).await,
            Self::Rotate { algorithm, now } => rotate(context, algorithm.as_deref(), *now).await,
        }
    }
}

async fn list(context: &Context) -> Result<()> {
    let app = context.open().await?;
    let (signing, encryption, now) = (app.keys.ring(), app.encryption_keys.ring(), app.clock.now());
    if context.json {
        let signing = signing.stages(now).map(|(kept, stage)| {
            json!({
                "kid": kept.key.kid(),
                "use": "sig",
                "alg": kept.key.algorithm().name(),
                "state": stage.word(),
                "made_at": kept.made_at.to_string(),
                "signs_from": kept.signs_from.to_string(),
            })
        });
        let encryption = encryption.uses(now).map(|(kept, used)| {
            json!({
                "kid": kept.key.kid(),
                "use": "enc",
                "alg": kept.key.algorithm().name(),
                "state": used.word(),
                "made_at": kept.made_at.to_string(),
            })
        });
        output::json(&json!(signing.chain(encryption).collect::<Vec<_>>()));
    } else {
        let show = |algorithm, state, from, kid| {
            output::line(&format!("{algorithm:<12} {state:<10} from {from}  {kid}"));
        };
        for (kept, stage) in signing.stages(now) {
            show(kept.key.algorithm().name(), stage.word(), kept.signs_from, kept.key.kid());
        }
        for (kept, used) in encryption.uses(now) {
            show(kept.key.algorithm().name(), used.word(), kept.made_at, kept.key.kid());
        }
    }
    Ok(())
}

/// The algorithms to rotate: one that was named, or all.
fn chosen(name: Option<&str>) -> Result<(Vec<Algorithm>, Vec<KeyManagement>)> {
    let Some(name) = name else { return Ok((Algorithm::ALL.to_vec(), DecryptionKey::KEPT.to_vec())) };
    let signing: Vec<_> = Algorithm::parse(name).into_iter().collect();
    let encryption: Vec<_> = DecryptionKey::KEPT.into_iter().filter(|algorithm| algorithm.name() == name).collect();
    if signing.is_empty() && encryption.is_empty() {
        let known = "--algorithm: RS256, PS256, ES256, EdDSA, RSA-OAEP-256 or ECDH-ES is expected";
        return Err(Fault::new(known).into());
    }
    Ok((signing, encryption))
}

async fn rotate(context: &Context, algorithm: Option<&str>, at_once: bool) -> Result<()> {
    let (signing, encryption) = chosen(algorithm)?;
    let app = context.open().await?;
    let lead = if at_once { std::time::Duration::ZERO } else { app.config.token.key_lead };
    let mut work = Work::for_operator(&app);
    let mut names = service::oidc::signing_key::rotate(&mut work, signing, lead).await?;
    names.extend(service::oidc::encryption_key::rotate(&mut work, encryption).await?);
    work.commit().await?;
    if context.json {
        output::json(&json!({ "made": names, "signs_after_seconds": lead.as_secs() }));
    } else {
        for name in names {
            output::line(&name);
        }
    }
    Ok(())
}
