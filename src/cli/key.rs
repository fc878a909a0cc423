//! `key list` and `key rotate`: the keys that tokens are signed with.

use clap::Subcommand;
use serde_json::json;

use super::{Context, output};
use crate::app::Work;
use crate::base::{Fault, Result};
use crate::jose::Algorithm;
use crate::service;

/// The keys that tokens are signed with.
#[derive(Subcommand)]
pub enum Key {
    /// Show every key: its algorithm, and whether it signs, will sign or did
    List,
    /// Make the next key of each algorithm: published now, signing after the lead
    Rotate {
        /// Only this one: RS256, PS256, ES256 or EdDSA
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
    let (ring, now) = (app.keys.ring(), app.clock.now());
    if context.json {
        let keys: Vec<_> = ring
            .stages(now)
            .map(|(kept, stage)| {
                json!({
                    "kid": kept.key.kid(),
                    "alg": kept.key.algorithm().name(),
                    "state": stage.word(),
                    "made_at": kept.made_at.to_string(),
                    "signs_from": kept.signs_from.to_string(),
                })
            })
            .collect();
        output::json(&json!(keys));
    } else {
        for (kept, stage) in ring.stages(now) {
            let (algorithm, kid) = (kept.key.algorithm().name(), kept.key.kid());
            output::line(&format!("{algorithm:<6} {:<9} from {}  {kid}", stage.word(), kept.signs_from));
        }
    }
    Ok(())
}

async fn rotate(context: &Context, algorithm: Option<&str>, at_once: bool) -> Result<()> {
    let algorithms = match algorithm {
        None => Algorithm::ALL.to_vec(),
        Some(name) => {
            let known = Algorithm::parse(name);
            vec![known.ok_or_else(|| Fault::new("--algorithm: RS256, PS256, ES256 or EdDSA is expected"))?]
        }
    };
    let app = context.open().await?;
    let lead = if at_once { std::time::Duration::ZERO } else { app.config.token.key_lead };
    let mut work = Work::for_operator(&app);
    let names = service::oidc::signing_key::rotate(&mut work, algorithms, lead).await?;
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
