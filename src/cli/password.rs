//! `hosho password breached import FILE`: the filter of passwords that are known from breaches, from the list that the
//! operator has downloaded. Nothing is fetched.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;

use clap::Subcommand;
use serde_json::json;

use super::{Context, output};
use crate::app::breached::FALSE_POSITIVES_PER_MILLION;
use crate::app::breached::build::build;
use crate::base::{Fault, Refusal, Result};

/// Rules for passwords.
#[derive(Subcommand)]
pub enum Password {
    /// Passwords that are known from breaches
    #[command(subcommand)]
    Breached(Breached),
}

/// Passwords that are known from breaches.
#[derive(Subcommand)]
pub enum Breached {
    /// Build the filter from a list of lines HASH:COUNT, such as the SHA-1 list of Have I Been Pwned
    Import {
        /// The list; - is standard input, as for a list that is unpacked on the way
        file: PathBuf,
        /// Leave out passwords that were found less often: the file gets smaller
        #[arg(long, value_name = "COUNT", default_value_t = 1)]
        at_least: u64,
        /// Where to write the filter [default: the setting `password.breached_file`]
        #[arg(long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
}

impl Password {
    /// Run the command.
    pub fn run(&self, context: &Context) -> Result<()> {
        let Self::Breached(Breached::Import { file, at_least, output: named }) = self;
        let target = named.as_ref().or(context.config.password.breached_file.as_ref()).ok_or_else(|| {
            Refusal::Malformed("say where to write the filter: by --output, or by password.breached_file".into())
        })?;
        let list: Box<dyn BufRead> = match file.to_str() {
            Some("-") => Box::new(std::io::stdin().lock()),
            _ => Box::new(BufReader::with_capacity(
                1 << 20,
                File::open(file)
                    .map_err(|error| Fault::because(format!("{} cannot be read", file.display()), error))?,
            )),
        };
        let built = build(list, target, *at_least)?;
        let percent = f64::from(FALSE_POSITIVES_PER_MILLION) / 10_000.0;
        if context.json {
            output::json(&json!({
                "lines": built.lines,
                "passwords": built.passwords,
                "bytes": built.bytes,
                "false_positive_percent": percent,
                "file": target.display().to_string(),
            }));
        } else {
            let (passwords, lines, bytes) = (built.passwords, built.lines, built.bytes);
            output::line(&format!("{} has {passwords} passwords of {lines} lines in {bytes} bytes.", target.display()));
            output::line(&format!("It refuses all of them, and {percent:.2} % of the passwords that are in no list."));
        }
        Ok(())
    }
}
