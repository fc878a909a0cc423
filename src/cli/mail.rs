//! `hosho mail test ADDRESS`: whether letters leave.

use clap::Subcommand;
use serde_json::json;

use super::{Context, output};
use crate::base::{Locale, Result};
use crate::domain::letter::{Content, Letter};
use crate::gateway::mail::{Mailer, compose};

/// Letters.
#[derive(Subcommand)]
pub enum Mail {
    /// Send a test letter at once, past the outbox
    Test {
        /// Where to
        address: String,
        /// ja or en
        #[arg(long, default_value = "ja")]
        language: String,
    },
}

impl Mail {
    /// Run it.
    pub async fn run(&self, context: &Context) -> Result<()> {
        let Self::Test { address, language } = self;
        let locale = Locale::from_tag(language).unwrap_or(Locale::Ja);
        let letter = Letter { to: address.clone(), locale, content: Content::Test };
        let composed = compose(&letter, &context.config.top.display_name)?;
        let id = crate::base::random::Random::system().id();
        Mailer::open(&context.config)?.send(&id, &composed).await?;
        if context.json {
            output::json(&json!({"id": id, "to": address}));
        } else {
            output::line(&format!("A test letter left for {address} ({id})."));
        }
        Ok(())
    }
}
