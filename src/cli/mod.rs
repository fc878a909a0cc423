//! Commands. Each exits with 0 and its result on standard output, or with another number and one clear line
//! on standard error. With `--json` the result is one JSON object or array.

mod account;
mod account_export;
mod account_import;
mod audit;
mod client;
mod config;
mod demo;
mod import;
mod key;
mod mail;
mod migrate;
mod output;
mod password;
mod resource;
mod serve;
mod staff;
mod terms;
mod token_exchange;

use std::path::PathBuf;
use std::sync::Arc;

use clap::{Parser, Subcommand};

use crate::app::{App, database_of};
use crate::base::random::Random;
use crate::base::{Clock, Error, Fault, Refusal, Result};
use crate::config::Config;
use crate::i18n;
use crate::{http, store};

/// An OpenID Connect provider for companies that make things.
#[derive(Parser)]
#[command(name = "hosho", version, arg_required_else_help = true)]
struct Arguments {
    /// The settings file [default: `HOSHO_CONFIG`, else ./hosho.toml where it exists]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Print the result as JSON
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the server
    Serve,
    /// Try everything with a sample maker: its data, its customers, two apps that sign in, a mailbox
    Demo(demo::Demo),
    /// Bring the database to this version
    Migrate,
    /// Print every setting with its default and meaning
    Config(config::Config),
    /// Warranty plans
    #[command(subcommand)]
    Plan(import::Plan),
    /// Product models
    #[command(subcommand)]
    Model(import::Model),
    /// Units of the factory list
    #[command(subcommand)]
    Unit(import::Unit),
    /// OAuth clients
    #[command(subcommand)]
    Client(client::Client),
    /// APIs of the maker that take access tokens of this server
    #[command(subcommand)]
    Resource(resource::Resource),
    /// Accounts of customers
    #[command(subcommand)]
    Account(account::Account),
    /// Members of staff and their roles
    #[command(subcommand)]
    Staff(staff::Staff),
    /// Terms of service and privacy policy
    #[command(subcommand)]
    Terms(terms::Terms),
    /// The keys that tokens are signed with
    #[command(subcommand)]
    Key(key::Key),
    /// The audit entries
    #[command(subcommand)]
    Audit(audit::Audit),
    /// Print the OpenAPI document of the management and registry APIs
    Openapi,
    /// Rules for passwords
    #[command(subcommand)]
    Password(password::Password),
    /// Letters
    #[command(subcommand)]
    Mail(mail::Mail),
}

/// What a command knows besides its own arguments.
pub struct Context {
    /// The settings.
    pub config: Config,
    /// Whether the result is to be JSON.
    pub json: bool,
}

impl Context {
    /// Open the program beside a running server, with the database at this version.
    pub async fn open(&self) -> Result<Arc<App>> {
        store::migrate::migrate(&database_of(&self.config)?).await?;
        App::open(self.config.clone(), Clock::System, Random::system()).await
    }
}

/// Run the command of this process; its exit code.
pub fn run() -> std::process::ExitCode {
    let arguments = Arguments::parse();
    match start(arguments) {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            output::complain(&sentence_of(&error));
            std::process::ExitCode::FAILURE
        }
    }
}

fn start(arguments: Arguments) -> Result<()> {
    let config = Config::load(arguments.config.as_deref()).map_err(|error| Fault::new(error.to_string()))?;
    serve::start_log(&config, matches!(arguments.command, Command::Serve))?;
    if let Some(folder) = &config.i18n.folder {
        i18n::read_folder(folder).map_err(|error| Fault::new(format!("i18n.folder: {error}")))?;
    }
    // TLS of PostgreSQL, Redis and SMTP: one provider for all of them.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Fault::because("the process cannot start its threads", error))?;
    let context = Context { config, json: arguments.json };
    runtime.block_on(async {
        match arguments.command {
            Command::Serve => serve::run(context).await,
            Command::Demo(command) => command.run(context).await,
            Command::Migrate => migrate::run(&context).await,
            Command::Config(command) => command.run(&context),
            Command::Plan(command) => command.run(&context).await,
            Command::Model(command) => command.run(&context).await,
            Command::Unit(command) => command.run(&context).await,
            Command::Client(command) => command.run(&context).await,
            Command::Resource(command) => command.run(&context).await,
            Command::Key(command) => command.run(&context).await,
            Command::Account(command) => command.run(&context).await,
            Command::Staff(command) => command.run(&context).await,
            Command::Terms(command) => command.run(&context).await,
            Command::Audit(command) => command.run(&context).await,
            Command::Openapi => {
                output::json(&http::openapi::document(context.config.top.issuer.as_str()));
                Ok(())
            }
            Command::Password(command) => command.run(&context),
            Command::Mail(command) => command.run(&context).await,
        }
    })
}

/// An error as one line for the operator: unlike visitors, they may read the causes.
fn sentence_of(error: &Error) -> String {
    match error {
        Error::Fault(fault) => fault.explain(),
        Error::Refused(refusal) => match refusal {
            Refusal::Malformed(sentence) => sentence.to_string(),
            Refusal::Invalid(fields) => {
                let parts: Vec<String> = fields.iter().map(|f| format!("{}: {}", f.field, f.reason)).collect();
                parts.join("; ")
            }
            Refusal::NotFound => "there is no such thing".to_owned(),
            Refusal::Conflict(code) => format!("not possible: {}", code.replace('_', " ")),
            Refusal::Unauthenticated
            | Refusal::Forbidden
            | Refusal::Denied(_)
            | Refusal::StaleForm
            | Refusal::TooMany { .. }
            | Refusal::Busy { .. }
            | Refusal::TooLarge
            | Refusal::UnsupportedMedia => error.to_string(),
        },
    }
}
