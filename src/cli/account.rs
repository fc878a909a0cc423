//! `hosho account …`: accounts that the operator makes, active and verified from the beginning.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use clap::Subcommand;
use serde_json::{Map, Value, json};

use super::{Context, account_export, account_import, output};
use crate::app::Work;
use crate::base::{Error, Fault, Refusal, Result};
use crate::domain::account::{EmailAddress, Profile};
use crate::service::account::claims;
use crate::service::account::open::{self, NewAccount};
use crate::service::auth::given_password;

/// Accounts of customers.
#[derive(Subcommand)]
pub enum Account {
    /// Make an account that can sign in at once
    Create {
        /// The address it signs in with
        #[arg(long)]
        email: String,
        /// Read the password from standard input
        #[arg(long, required = true)]
        password_stdin: bool,
        /// Standard claims as a JSON object
        #[arg(long, value_name = "FILE")]
        claims: Option<PathBuf>,
    },
    /// Bring accounts along from another system, with their passwords
    Import(account_import::Import),
    /// Write everything about every account to a file, to leave or to move
    Export(account_export::Export),
}

impl Account {
    /// Run it.
    pub async fn run(&self, context: &Context) -> Result<()> {
        match self {
            Self::Create { email, claims, .. } => create(context, email, claims.as_deref()).await,
            Self::Import(import) => import.run(context).await,
            Self::Export(export) => export.run(context).await,
        }
    }
}

async fn create(context: &Context, email: &str, claims: Option<&Path>) -> Result<()> {
    let email = address(email)?;
    let profile = claims.map_or_else(|| Ok(Profile::default()), profile)?;
    let password = password_from_stdin()?;
    let app = context.open().await?;
    let mut work = Work::for_operator(&app);
    let hashed = given_password::hash(&mut work, &password).await?;
    let account = open::open(&mut work, NewAccount { email, verified: true, profile }).await.map_err(taken)?;
    given_password::set(&mut work, &account.sub, &hashed).await?;
    work.commit().await?;
    match context.json {
        true => output::json(&json!({"sub": account.sub.as_ref(), "customer_number": account.number.to_string()})),
        false => {
            output::line(&format!("sub              {}", account.sub));
            output::line(&format!("customer number  {}", account.number));
        }
    }
    Ok(())
}

/// Read an address, or say which one is none.
pub(super) fn address(text: &str) -> Result<EmailAddress> {
    EmailAddress::parse(text).map_err(|_| Refusal::Malformed(format!("{text} is no e-mail address").into()).into())
}

/// The password on standard input, without the line break at its end.
pub(super) fn password_from_stdin() -> Result<String> {
    // Longer than any password, so that a file piped in by mistake is not read to its end.
    let mut text = String::new();
    let read = std::io::stdin().take(4096).read_to_string(&mut text);
    read.map_err(|error| Fault::because("the password cannot be read from standard input", error))?;
    let line = text.strip_suffix('\n').unwrap_or(&text);
    Ok(line.strip_suffix('\r').unwrap_or(line).to_owned())
}

/// An address that has an account, in a sentence.
pub(super) fn taken(error: Error) -> Error {
    match error {
        Error::Refused(Refusal::Conflict("email_taken")) => {
            Refusal::Malformed("there is an account with this address already".into()).into()
        }
        other => other,
    }
}

fn profile(file: &Path) -> Result<Profile> {
    let named = |why: String| Refusal::Malformed(format!("{}: {why}", file.display()).into());
    let text = std::fs::read_to_string(file).map_err(|error| named(error.to_string()))?;
    let given: Map<String, Value> =
        serde_json::from_str(&text).map_err(|error| named(format!("a JSON object is expected: {error}")))?;
    // The address comes from --email, and it counts as verified.
    let own: Map<String, Value> =
        given.into_iter().filter(|(name, _)| !matches!(name.as_str(), "email" | "email_verified" | "sub")).collect();
    let (profile, unknown) = claims::read(&own).map_err(named)?;
    match unknown.first() {
        Some(name) => Err(named(format!("{name} is no standard claim of this form")).into()),
        None => Ok(profile),
    }
}
