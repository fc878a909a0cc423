//! Listening: connections within limits, slow ones given up, and a drain that lets requests in flight finish.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::response::IntoResponse as _;
use http::{Request, StatusCode};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tower::ServiceExt as _;

use super::serve::Peer;
use crate::app::App;
use crate::base::{Fault, Result};

/// Serve `site` until `stop` resolves, then let requests in flight finish within the drain time.
pub async fn listen(
    app: &Arc<App>,
    listener: TcpListener,
    site: Router,
    stop: impl Future<Output = ()> + Send,
) -> Result<()> {
    let settings = &app.config.server;
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(settings.header_timeout)
        .max_buf_size(64 * 1024)
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(100)
        .max_header_list_size(64 * 1024)
        .keep_alive_interval(Some(Duration::from_secs(20)));
    let graceful = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(settings.connections));
    let mut stop = std::pin::pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => break,
        };
        let (stream, address) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Out of file descriptors, most likely: give the others time to end.
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        let Ok(place) = Arc::clone(&places).try_acquire_owned() else { continue };
        let _ = stream.set_nodelay(true);
        let service = service(site.clone(), address, settings.request_timeout);
        let connection = graceful.watch(builder.serve_connection(TokioIo::new(stream), service).into_owned());
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended early");
            }
            drop(place);
        });
    }
    drop(listener);
    app.begin_draining();
    tokio::select! {
        () = graceful.shutdown() => Ok(()),
        () = tokio::time::sleep(settings.drain) => {
            tracing::warn!("some requests were still in flight when the drain time was over");
            Ok(())
        }
    }
}

fn service(
    site: Router,
    address: SocketAddr,
    limit: Duration,
) -> impl hyper::service::Service<
    Request<hyper::body::Incoming>,
    Response = axum::response::Response,
    Error = std::convert::Infallible,
    Future: Send,
> + Clone {
    hyper::service::service_fn(move |request: Request<hyper::body::Incoming>| {
        let site = site.clone();
        async move {
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(Peer(address.ip()));
            Ok(match tokio::time::timeout(limit, site.oneshot(request)).await {
                Ok(Ok(response)) => response,
                Ok(Err(never)) => match never {},
                Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
            })
        }
    })
}

/// Serve the measurements on a listener of their own.
pub async fn listen_for_metrics(address: SocketAddr, handle: PrometheusHandle) -> Result<()> {
    let listener = TcpListener::bind(address)
        .await
        .map_err(|error| Fault::because(format!("metrics.listen: {address} cannot be listened on"), error))?;
    let page = axum::routing::get(move || std::future::ready(handle.render()));
    tokio::spawn(async move {
        if let Err(error) = axum::serve(listener, Router::new().route("/metrics", page)).await {
            tracing::error!(%error, "the metrics listener ended");
        }
    });
    Ok(())
}
