//! `hosho account export FILE`: everything about every account, so that an operator can leave.

use std::fs::OpenOptions;
use std::io::{BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::{Context, output};
use crate::base::{Refusal, Result};
use crate::service::admin::account_export::export;

/// What is said below the options.
const ABOUT: &str = "\
One JSON object a line. The first names the export: {\"type\": \"export\", \"format\": \"hosho\", \"version\": 1, issuer,
  exported_at, hashes}. Each other is an account: {\"type\": \"account\", ...} with
  sub, customer_number, state, opened_at, updated_at
  claims: the claims of OpenID Connect Core 5.1
  emails: [{address, primary, added_at, verified_at}]
  password: {changed_at}, with --hashes also hash: a PHC string, or imported: or wrapped: with the hash of another system
  roles: the roles of a member of staff
  sources: [{source, id}], what it was in other systems; identities: [{provider, subject}], accounts of other providers
  consents: [{client_id, scope, given_at, updated_at}]; grants: [{client_id, scope, offline, created_at}]
  registrations: [{model_no, serial, serial_label, provenance, state, reasons, channel, client_id, serial_typed,
    possession_shown, dealer, purchased_on, declared_on, created_at, held_from, held_to,
    warranty: {plan, version, anchor_on, anchor_proof}}]
Sessions, tokens, one-time secrets and keys are in no export. hosho account import --format hosho reads the file.";

/// Arguments of the export.
#[derive(Args)]
#[command(after_help = ABOUT)]
pub struct Export {
    /// A new file, readable by its owner only; - for standard output
    file: PathBuf,
    /// With the hashes of passwords: whoever has the file can try passwords on them
    #[arg(long)]
    hashes: bool,
}

impl Export {
    /// Run it.
    pub async fn run(&self, context: &Context) -> Result<()> {
        let is_piped = self.file.as_os_str() == "-";
        if is_piped && context.json {
            return Err(Refusal::Malformed("--json and - both want standard output".into()).into());
        }
        let named = |error: std::io::Error| Refusal::Malformed(format!("{}: {error}", self.file.display()).into());
        let mut out: Box<dyn Write> = match is_piped {
            true => Box::new(std::io::stdout().lock()),
            false => {
                let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&self.file);
                Box::new(BufWriter::new(file.map_err(named)?))
            }
        };
        let app = context.open().await?;
        let count = export(&app, &mut *out, self.hashes).await?;
        match (is_piped, context.json) {
            (true, _) => {}
            (false, true) => output::json(&json!({"accounts": count, "hashes": self.hashes})),
            (false, false) => output::line(&format!("{count} accounts were written.")),
        }
        Ok(())
    }
}
