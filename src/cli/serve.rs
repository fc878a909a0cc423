//! `hosho serve`: the server, until SIGTERM or SIGINT.

use std::sync::Arc;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tracing_subscriber::EnvFilter;

use super::Context;
use crate::app::{App, database_of, metrics};
use crate::base::random::Random;
use crate::base::{Clock, Fault, Result};
use crate::config::Config;
use crate::config::sections::LogFormat;
use crate::http::{Door, Tls};
use crate::{http, jobs, store};

/// Migrate, open everything, serve, drain.
pub async fn run(context: Context) -> Result<()> {
    let config = context.config;
    if config.database.migrate {
        store::migrate::migrate(&database_of(&config)?).await?;
    }
    if let Some(address) = config.metrics.listen {
        http::listen_for_metrics(address, metrics::install()?).await?;
    }
    let app = App::open(config, Clock::System, Random::system()).await?;
    let tls = Tls::open(&app.config, &app.clock)?;
    let doors = open_doors(&app.config, tls.as_ref()).await?;
    let stop = asked_to_stop()?;
    let mut jobs = jobs::start(&app);
    if tls.is_some() || app.config.tls.client_ca.is_some() {
        jobs.push(tokio::spawn(http::keep_current(Arc::clone(&app), tls, signal_of(SignalKind::hangup())?)));
    }
    if app.config.protocol.conformance_hooks {
        tracing::warn!("protocol.conformance_hooks is set: anybody who reaches /conformance can act as anybody");
    }
    tracing::info!(issuer = app.config.top.issuer.as_str(), address = %app.config.top.listen, "serving");
    let served = http::listen(&app, doors, http::site(&app), stop).await;
    for job in jobs {
        job.abort();
    }
    app.db.close().await;
    served?;
    tracing::info!("stopped");
    Ok(())
}

/// The listener for everybody and, where there is one, that which asks for certificates.
async fn open_doors(config: &Config, tls: Option<&Tls>) -> Result<Vec<Door>> {
    let for_everybody = tls.map(|tls| tls.for_everybody.clone());
    let mut doors = vec![Door::open("listen", config.top.listen, for_everybody).await?];
    if let Some(address) = config.tls.mtls_listen {
        let asking = tls.map(|tls| tls.asking_for_certificates.clone());
        doors.push(Door::open("tls.mtls_listen", address, asking).await?);
    }
    Ok(doors)
}

/// Resolves at SIGTERM or SIGINT.
pub fn asked_to_stop() -> Result<impl Future<Output = ()> + Send> {
    let (mut terminate, mut interrupt) = (signal_of(SignalKind::terminate())?, signal_of(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

fn signal_of(kind: SignalKind) -> Result<Signal> {
    signal(kind).map_err(|error| Fault::because("signals cannot be received", error).into())
}

/// Log lines go to standard error; commands are quiet unless something is wrong.
pub fn start_log(config: &Config, is_server: bool) -> Result<()> {
    let level = if is_server { config.log.level.as_str() } else { "warn" };
    let filter = EnvFilter::try_new(level)
        .map_err(|error| Fault::because("log.level: a level such as info, or directives, are expected", error))?;
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let started = match config.log.format {
        LogFormat::Json => builder.json().try_init(),
        LogFormat::Text => builder.with_ansi(false).try_init(),
    };
    started.map_err(|error| Fault::because("the log cannot be started", error).into())
}
