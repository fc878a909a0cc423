//! `hosho account import FILE`: accounts from a CSV file, from exports of Keycloak, Auth0 and Firebase, and from another Hosho.

use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use super::{Context, output};
use crate::base::{Fault, Refusal, Result};
use crate::domain::admin::account_import::is_source;
use crate::domain::auth::foreign_hash::FirebaseParameters;
use crate::domain::registry::import::RowError;
use crate::service::admin::account_import::{Became, Format, Summary, Told, Wish, import};
use crate::service::registry::import::Failure;

/// What is said below the options.
const ABOUT: &str = "\
hosho-csv: UTF-8 (with or without BOM) or CP932. Columns, of which only email is needed:
  source_id, email, email_verified, state (active or suspended), created_at, password_hash, phone_number_verified,
  name, family_name, given_name, middle_name, family_name_kana, given_name_kana, family_name_hani, given_name_hani,
  nickname, preferred_username, profile, picture, website, gender, birthdate, zoneinfo, locale, phone_number,
  postal_code, region, locality, street_address, country
keycloak: a realm export (kc.sh export), whole or realm-users-N.json
auth0: the users export (NDJSON or JSON); with --passwords the file of hashes that Auth0 hands out
firebase: firebase auth:export users.json; with --firebase-parameters what the console shows as password hash
  parameters (base64_signer_key, base64_salt_separator, rounds, mem_cost)
hosho: what hosho account export wrote; subjects and customer numbers are kept, consents where the application is here,
  open registrations where the model and the unit are

password_hash: bcrypt ($2a$ $2b$ $2y$), Argon2 ($argon2id$ $argon2i$ $argon2d$), scrypt ($scrypt$), PBKDF2
  ($pbkdf2-sha256$ and the like), Django (pbkdf2_sha256$ and the like), LDAP ({SSHA} {SSHA256} {SSHA512} {SMD5}),
  phpass ($P$) and WordPress ($wp$). Each is replaced by Argon2id when its owner first signs in.

An address that was not verified leaves its account unverified: its owner proves it by asking for a new password.
A second run makes no account twice and changes none. Whatever is wrong with a row is told with its number.";

/// Arguments of the import.
#[derive(Args)]
#[command(after_help = ABOUT)]
pub struct Import {
    /// The file
    file: PathBuf,
    /// The form of the file
    #[arg(long, value_enum)]
    format: FormatName,
    /// The name of the other system, by which its accounts are known again [default: the format]
    #[arg(long)]
    source: Option<String>,
    /// Only say what would be done
    #[arg(long)]
    dry_run: bool,
    /// Write a CSV file that says of every row what became of it
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// Go on where a run of the same file broke off
    #[arg(long, conflicts_with = "dry_run")]
    resume: bool,
    /// Keep the account's name in the other system as its subject, which relying parties know
    #[arg(long)]
    keep_sub: bool,
    /// Hash what is quick to guess (SHA, MD5) once more by Argon2id: takes some 20 ms of a processor for each
    #[arg(long)]
    wrap_weak: bool,
    /// Auth0: the file of password hashes
    #[arg(long, value_name = "FILE")]
    passwords: Option<PathBuf>,
    /// Firebase: the project's password hash parameters
    #[arg(long, value_name = "FILE")]
    firebase_parameters: Option<PathBuf>,
}

/// The words for the formats.
#[derive(Clone, Copy, ValueEnum)]
enum FormatName {
    HoshoCsv,
    Keycloak,
    Auth0,
    Firebase,
    Hosho,
}

impl From<FormatName> for Format {
    fn from(name: FormatName) -> Self {
        match name {
            FormatName::HoshoCsv => Self::Csv,
            FormatName::Keycloak => Self::Keycloak,
            FormatName::Auth0 => Self::Auth0,
            FormatName::Firebase => Self::Firebase,
            FormatName::Hosho => Self::Hosho,
        }
    }
}

impl Import {
    /// Run it.
    pub async fn run(&self, context: &Context) -> Result<()> {
        let wish = self.wish()?;
        let mut report = self.report.as_deref().map(|path| Report::open(path, self.resume)).transpose()?;
        let app = context.open().await?;
        let mut tell = |told: &Told| report.as_mut().map_or(Ok(()), |report| report.write(told));
        let summary = import(&app, &self.file, wish, &mut tell).await?.map_err(|error| Fault::new(error.0))?;
        if let Some(report) = &mut report {
            report.finish()?;
        }
        show(context, self.dry_run, &summary)
    }

    fn wish(&self) -> Result<Wish> {
        let format = Format::from(self.format);
        let source = self.source.clone().unwrap_or_else(|| format.name().to_owned());
        if !is_source(&source) {
            let sentence = "--source: 1 to 60 letters, digits, '-', '_' or '.'";
            return Err(Refusal::Malformed(sentence.into()).into());
        }
        let firebase = self.firebase_parameters.as_deref().map(parameters).transpose()?;
        Ok(Wish {
            format,
            source,
            dry_run: self.dry_run,
            keep_sub: self.keep_sub,
            wrap_weak: self.wrap_weak,
            resume: self.resume,
            firebase,
            passwords: self.passwords.clone(),
        })
    }
}

fn parameters(path: &Path) -> Result<FirebaseParameters> {
    let named = |why: String| Refusal::Malformed(format!("{}: {why}", path.display()).into());
    let text = std::fs::read_to_string(path).map_err(|error| named(error.to_string()))?;
    Ok(FirebaseParameters::read(&text).map_err(named)?)
}

/// A file with a line for every row.
struct Report {
    writer: ::csv::Writer<File>,
}

impl Report {
    /// A new file; a run that goes on writes on.
    fn open(path: &Path, goes_on: bool) -> Result<Self> {
        let named = |error: std::io::Error| Refusal::Malformed(format!("{}: {error}", path.display()).into());
        let begins = !goes_on || std::fs::metadata(path).map_or(0, |file| file.len()) == 0;
        let mut options = OpenOptions::new();
        let options = if goes_on { options.append(true) } else { options.write(true).truncate(true) };
        let mut report = Self { writer: ::csv::Writer::from_writer(options.create(true).open(path).map_err(named)?) };
        if begins {
            report.line(&["row", "result", "sub", "column", "reason", "explanation"])?;
        }
        Ok(report)
    }

    fn write(&mut self, told: &Told) -> Result<()> {
        let row = told.row.to_string();
        match &told.became {
            Became::Added(sub) => {
                self.line(&[&row, "added", sub.as_ref().map_or("", AsRef::as_ref), "", "", ""])?;
            }
            Became::Known(sub) => self.line(&[&row, "known", sub.as_ref(), "", "", ""])?,
            Became::Refused(errors) => errors.iter().try_for_each(|error| self.fault(&row, "refused", error))?,
        }
        told.left_out.iter().try_for_each(|note| self.fault(&row, "left_out", note))
    }

    fn fault(&mut self, row: &str, result: &str, error: &RowError) -> Result<()> {
        self.line(&[row, result, "", error.column, error.reason, &error.explanation])
    }

    fn line(&mut self, values: &[&str]) -> Result<()> {
        self.writer.write_record(values).map_err(|error| Fault::because("the report cannot be written", error).into())
    }

    fn finish(&mut self) -> Result<()> {
        self.writer.flush().map_err(|error| Fault::because("the report cannot be written", error).into())
    }
}

/// Print what was done. A file of which nothing could be taken is a failure.
fn show(context: &Context, is_dry: bool, summary: &Summary) -> Result<()> {
    let Summary { added, known, refused, incomplete, skipped, failures } = summary;
    if context.json {
        let errors: Vec<Value> = failures.iter().map(as_json).collect();
        output::json(&json!({
            "added": added, "known": known, "refused": refused, "incomplete": incomplete, "skipped": skipped,
            "dry_run": is_dry, "errors": errors,
        }));
    } else {
        let verb = if is_dry { "would be added" } else { "added" };
        output::line(&format!("{added} {verb}, {known} known already, {refused} refused."));
        if *incomplete > 0 {
            output::line(&format!("Of {incomplete} accounts something was left out."));
        }
        if *skipped > 0 {
            output::line(&format!("{skipped} rows were done with before."));
        }
        for failure in failures {
            let column = if failure.column.is_empty() { String::new() } else { format!(", {}", failure.column) };
            output::line(&format!("Row {}{column}: {} ({})", failure.row, failure.explanation, failure.reason));
        }
    }
    match failures.first() {
        Some(first) if added + known + skipped == 0 => {
            let sentence = format!("every row was refused; row {}: {}", first.row, first.explanation);
            Err(Fault::new(sentence).into())
        }
        _ => Ok(()),
    }
}

fn as_json(failure: &Failure) -> Value {
    json!({
        "row": failure.row, "column": failure.column, "reason": failure.reason, "explanation": failure.explanation,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::admin::account_import::csv;

    #[test]
    fn the_help_names_every_column() {
        let words: Vec<&str> = ABOUT.split([' ', ',', '\n']).collect();
        for column in csv::COLUMNS {
            assert!(words.contains(&column), "{column}");
        }
    }
}
