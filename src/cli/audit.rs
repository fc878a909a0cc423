//! `hosho audit verify`: whether any audit entry was edited, removed or reordered.

use clap::Subcommand;
use serde_json::json;

use super::{Context, output};
use crate::app::Work;
use crate::base::{Fault, Result};
use crate::service::admin::audit::{Verdict, verify};

/// The audit entries.
#[derive(Subcommand)]
pub enum Audit {
    /// Follow the chain from its beginning; fails where it is broken
    Verify,
}

impl Audit {
    /// Run it.
    pub async fn run(&self, context: &Context) -> Result<()> {
        let Self::Verify = self;
        let app = context.open().await?;
        let mut work = Work::for_operator(&app);
        match verify(&mut work).await? {
            Verdict::Intact { entries } => {
                if context.json {
                    output::json(&json!({"intact": true, "entries": entries}));
                } else {
                    output::line(&format!("The audit chain is intact: {entries} entries."));
                }
                Ok(())
            }
            Verdict::Broken { sentence } => Err(Fault::new(sentence).into()),
        }
    }
}
