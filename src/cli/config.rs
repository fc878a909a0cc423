//! `hosho config` and `hosho config check`.

use clap::{Args, Subcommand};
use serde_json::json;

use super::{Context, output};
use crate::app::client_ca::ClientCa;
use crate::app::keys::load_key_encryption_key;
use crate::app::upstreams::Upstreams;
use crate::app::{database_of, metrics};
use crate::base::random::Random;
use crate::base::{Clock, Result};
use crate::gateway::fetch::Fetch;
use crate::gateway::mail::Mailer;
use crate::http::Tls;

/// Print every setting with its default and meaning.
#[derive(Args)]
pub struct Config {
    #[command(subcommand)]
    command: Option<ConfigCommand>,
}

#[derive(Subcommand)]
enum ConfigCommand {
    /// Refuse what `serve` would refuse
    Check,
}

impl Config {
    /// Run it. The settings have been read by then: what is wrong with one of them has been said.
    pub fn run(&self, context: &Context) -> Result<()> {
        match self.command {
            None => print(context),
            Some(ConfigCommand::Check) => {
                database_of(&context.config)?;
                Mailer::open(&context.config)?;
                let fetch = Fetch::live(&context.config.fetch, metrics::outbound_request)?;
                Upstreams::open(&context.config.upstream, &fetch, &Clock::System)?;
                ClientCa::open(&context.config)?;
                Tls::open(&context.config, &Clock::System)?;
                load_key_encryption_key(&context.config, &Random::system())?;
                if context.json {
                    output::json(&json!({"ok": true}));
                } else {
                    output::line("The settings are fine.");
                }
            }
        }
        Ok(())
    }
}

fn print(context: &Context) {
    let settings = crate::config::Config::describe();
    if context.json {
        let list: Vec<_> = settings
            .iter()
            .map(|setting| json!({"key": setting.key, "default": setting.default, "about": setting.about}))
            .collect();
        output::json(&json!(list));
        return;
    }
    let mut section = "";
    for setting in &settings {
        let (own, name) = setting.key.split_once('.').unwrap_or(("", &setting.key));
        if own != section {
            output::line(&format!("\n[{own}]"));
            section = own;
        }
        output::line(&format!("# {}", setting.about));
        output::line(&format!("# {name} = \"{}\"", setting.default));
    }
}
