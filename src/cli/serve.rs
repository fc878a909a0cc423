//! `hosho serve`: the server, until SIGTERM or SIGINT.

use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

use super::Context;
use crate::app::{App, database_of, metrics};
use crate::base::random::Random;
use crate::base::{Clock, Fault, Result};
use crate::config::Config;
use crate::config::sections::LogFormat;
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
    let address = app.config.top.listen;
    let listener = TcpListener::bind(address)
        .await
        .map_err(|error| Fault::because(format!("listen: {address} cannot be listened on"), error))?;
    tracing::info!(issuer = app.config.top.issuer.as_str(), %address, "serving");
    serve(&app, listener, asked_to_stop()?).await?;
    tracing::info!("stopped");
    Ok(())
}

/// Serve on a listener until `stop`, with the jobs beside it.
pub async fn serve(app: &Arc<App>, listener: TcpListener, stop: impl Future<Output = ()> + Send) -> Result<()> {
    let jobs = jobs::start(app);
    let served = http::listen(app, listener, http::site(app), stop).await;
    for job in jobs {
        job.abort();
    }
    app.db.close().await;
    served
}

/// Resolves at SIGTERM or SIGINT.
pub fn asked_to_stop() -> Result<impl Future<Output = ()> + Send> {
    let listen = |kind| signal(kind).map_err(|error| Fault::because("signals cannot be received", error));
    let (mut terminate, mut interrupt) = (listen(SignalKind::terminate())?, listen(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
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
