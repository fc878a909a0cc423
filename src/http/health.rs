//! `/healthz`: the process is alive. `/readyz`: it can serve.

use http::{Method, StatusCode};

use super::extract::call::Call;
use super::respond::oauth::Failure;
use super::respond::reply::{Reply, body};
use super::route::Routes;
use crate::app::Work;
use crate::app::work::Access as Mode;
use crate::store;

/// Asked by whoever watches the process.
pub fn routes() -> Routes {
    Routes::under("").protocol(Method::GET, "/healthz", Mode::Read, alive).protocol(
        Method::GET,
        "/readyz",
        Mode::Read,
        ready,
    )
}

async fn alive(_: &mut Work, _: Call) -> Result<Reply, Failure> {
    Ok(text(StatusCode::OK, "alive\n"))
}

async fn ready(work: &mut Work, _: Call) -> Result<Reply, Failure> {
    if work.app().is_draining() {
        return Ok(text(StatusCode::SERVICE_UNAVAILABLE, "draining\n"));
    }
    // The smallest question that needs the database and its tables.
    match store::admin::audit::head(work.tx()).await {
        Ok(_) => Ok(text(StatusCode::OK, "ready\n")),
        Err(_) => Ok(text(StatusCode::SERVICE_UNAVAILABLE, "no database\n")),
    }
}

fn text(status: StatusCode, content: &'static str) -> Reply {
    body(status, "text/plain; charset=utf-8", content)
}
