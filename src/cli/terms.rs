//! `hosho terms publish|list`: the texts that people accept.

use std::path::PathBuf;

use clap::Subcommand;
use serde_json::{Value, json};

use super::{Context, output};
use crate::app::Work;
use crate::base::time::Date;
use crate::base::{Fault, Result, Timestamp};
use crate::domain::account::terms::{Kind, Version};
use crate::service::account::terms::{self, NewVersion};
use crate::store;

/// Terms of service and privacy policy.
#[derive(Subcommand)]
pub enum Terms {
    /// Publish a version; it cannot be changed afterwards
    Publish {
        /// `terms` or `privacy`
        #[arg(long, value_name = "KIND")]
        kind: String,
        /// Its name, such as 2026-11
        #[arg(long, value_name = "NAME")]
        version: String,
        /// The day from which on it is in force and asked for [default: now]
        #[arg(long, value_name = "DATE")]
        from: Option<Date>,
        /// The text in Japanese: plain text, `# heading`, `- point`
        #[arg(long, value_name = "FILE")]
        ja: PathBuf,
        /// The text in English
        #[arg(long, value_name = "FILE")]
        en: PathBuf,
        /// What is new, in Japanese, in a few sentences
        #[arg(long, value_name = "TEXT", default_value = "")]
        changes_ja: String,
        /// What is new, in English
        #[arg(long, value_name = "TEXT", default_value = "")]
        changes_en: String,
    },
    /// List the versions
    List,
}

impl Terms {
    /// Run it.
    pub async fn run(&self, context: &Context) -> Result<()> {
        let app = context.open().await?;
        let mut work = Work::for_operator(&app);
        match self {
            Self::Publish { kind, version, from, ja, en, changes_ja, changes_en } => {
                let kind = Kind::from_word(kind).ok_or_else(|| Fault::new("--kind is terms or privacy"))?;
                let from_at = match from {
                    Some(day) => midnight(*day, &app.config.top.time_zone)?,
                    None => work.now(),
                };
                let new = NewVersion {
                    kind,
                    version: version.clone(),
                    from_at,
                    bodies: (read(ja)?, read(en)?),
                    changes: (changes_ja.clone(), changes_en.clone()),
                };
                let published = terms::publish(&mut work, new).await?;
                work.commit().await?;
                if context.json {
                    output::json(&as_json(&published));
                } else {
                    output::line(&format!("Version {} is in force from {}.", published.version, published.from_at));
                }
            }
            Self::List => {
                let mut all = Vec::new();
                for kind in Kind::ALL {
                    all.extend(store::account::terms::list(work.tx(), kind).await?);
                }
                work.commit().await?;
                if context.json {
                    output::json(&Value::from_iter(all.iter().map(as_json)));
                } else {
                    for version in &all {
                        output::line(&format!("{} {} from {}", version.kind.word(), version.version, version.from_at));
                    }
                }
            }
        }
        Ok(())
    }
}

fn as_json(version: &Version) -> Value {
    json!({
        "kind": version.kind.word(),
        "version": version.version,
        "from": version.from_at.to_string(),
        "published_at": version.published_at.to_string(),
    })
}

fn read(path: &PathBuf) -> Result<String> {
    let named = |error| Fault::because(format!("{} cannot be read", path.display()), error);
    Ok(std::fs::read_to_string(path).map_err(named)?)
}

/// The beginning of a day where the maker is.
fn midnight(day: Date, zone: &str) -> Result<Timestamp> {
    let zoned = day.in_tz(zone).map_err(|error| Fault::because(format!("{day} does not begin in {zone}"), error))?;
    Ok(Timestamp::from_millis(zoned.timestamp().as_millisecond()))
}
