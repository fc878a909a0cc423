//! Listening: connections within limits, slow ones given up, and a drain that lets requests in flight finish.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::response::IntoResponse as _;
use futures_util::future::join_all;
use http::{Request, StatusCode};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use metrics_exporter_prometheus::PrometheusHandle;
use rustls::pki_types::CertificateDer;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt as _;

use super::headers;
use super::route::Kind;
use super::serve::Peer;
use crate::app::App;
use crate::base::{Fault, Result};
use crate::jose::ClientCertificate;

/// An address at which connections come in, and the TLS that they begin with.
pub struct Door {
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
}

impl Door {
    /// Listen on the address that a setting names.
    pub async fn open(setting: &str, address: SocketAddr, tls: Option<TlsAcceptor>) -> Result<Self> {
        let listener = TcpListener::bind(address)
            .await
            .map_err(|error| Fault::because(format!("{setting}: {address} cannot be listened on"), error))?;
        Ok(Self { listener, tls })
    }

    /// Where it is, with the port that was picked where none was named.
    pub fn address(&self) -> Result<SocketAddr> {
        let unknown = |error| Fault::because("the address of a listener cannot be read", error);
        Ok(self.listener.local_addr().map_err(unknown)?)
    }

    /// A door without TLS.
    pub fn plain(listener: TcpListener) -> Self {
        Self { listener, tls: None }
    }
}

/// Serve `site` at every door until `stop` resolves, then let requests in flight finish within the drain time.
pub async fn listen(
    app: &Arc<App>,
    doors: Vec<Door>,
    site: Router,
    stop: impl Future<Output = ()> + Send,
) -> Result<()> {
    let graceful = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(app.config.server.connections));
    let host = Arc::new(Host { app: Arc::clone(app), builder: builder(app), site });
    tokio::select! {
        // Never ends by itself.
        _ = join_all(doors.iter().map(|door| accept(door, &host, &graceful, &places))) => {}
        () = stop => {}
    }
    drop(doors);
    app.begin_draining();
    tokio::select! {
        () = graceful.shutdown() => Ok(()),
        () = tokio::time::sleep(app.config.server.drain) => {
            tracing::warn!("some requests were still in flight when the drain time was over");
            Ok(())
        }
    }
}

fn builder(app: &App) -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(app.config.server.header_timeout)
        .max_buf_size(64 * 1024)
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(100)
        .max_header_list_size(64 * 1024)
        .keep_alive_interval(Some(Duration::from_secs(20)));
    builder
}

async fn accept(door: &Door, host: &Arc<Host>, graceful: &GracefulShutdown, places: &Arc<Semaphore>) {
    loop {
        let (stream, address) = match door.listener.accept().await {
            Ok(accepted) => accepted,
            Err(error) => {
                // Out of file descriptors, most likely: give the others time to end.
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        let Ok(place) = Arc::clone(places).try_acquire_owned() else { continue };
        let _ = stream.set_nodelay(true);
        // Handshakes take time, and somebody may take theirs: nobody waits for it here.
        let (host, tls, watcher) = (Arc::clone(host), door.tls.clone(), graceful.watcher());
        tokio::spawn(async move {
            host.receive(stream, address, tls, watcher).await;
            drop(place);
        });
    }
}

/// What every connection needs.
struct Host {
    app: Arc<App>,
    builder: Builder<TokioExecutor>,
    site: Router,
}

impl Host {
    /// Serve one connection to its end.
    async fn receive(&self, stream: TcpStream, address: SocketAddr, tls: Option<TlsAcceptor>, watcher: Watcher) {
        let address = address.ip();
        let Some(tls) = tls else {
            return self.serve(stream, Peer { address, certificate: None }, watcher).await;
        };
        let limit = self.app.config.server.header_timeout;
        match tokio::time::timeout(limit, tls.accept(stream)).await {
            Ok(Ok(stream)) => {
                let certificate = stream.get_ref().1.peer_certificates().and_then(certificate_of);
                self.serve(stream, Peer { address, certificate }, watcher).await;
            }
            Ok(Err(error)) => tracing::debug!(%error, "a handshake failed"),
            Err(_) => tracing::debug!("a handshake took too long"),
        }
    }

    async fn serve<S>(&self, stream: S, peer: Peer, watcher: Watcher)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let is_used = Arc::new(AtomicBool::new(false));
        let service = self.service(peer, &is_used);
        let connection = self.builder.serve_connection(TokioIo::new(stream), service);
        let mut connection = std::pin::pin!(watcher.watch(connection));
        // Whoever connects and says too little to be HTTP/1.1 or HTTP/2 does not keep the place.
        let silence = tokio::time::sleep(self.app.config.server.header_timeout);
        let ended = tokio::select! {
            ended = &mut connection => ended,
            () = silence => {
                if !is_used.load(Ordering::Relaxed) {
                    return;
                }
                connection.await
            }
        };
        if let Err(error) = ended {
            tracing::debug!(%error, "a connection ended early");
        }
    }

    fn service(
        &self,
        peer: Peer,
        is_used: &Arc<AtomicBool>,
    ) -> impl hyper::service::Service<
        Request<hyper::body::Incoming>,
        Response = axum::response::Response,
        Error = std::convert::Infallible,
        Future: Send,
    > + Clone
    + use<> {
        let (app, site, is_used) = (Arc::clone(&self.app), self.site.clone(), Arc::clone(is_used));
        hyper::service::service_fn(move |request: Request<hyper::body::Incoming>| {
            is_used.store(true, Ordering::Relaxed);
            let (app, site, peer) = (Arc::clone(&app), site.clone(), peer.clone());
            async move {
                let mut request = request.map(Body::new);
                request.extensions_mut().insert(peer);
                Ok(match tokio::time::timeout(app.config.server.request_timeout, site.oneshot(request)).await {
                    Ok(Ok(response)) => response,
                    Ok(Err(never)) => match never {},
                    Err(_) => {
                        headers::secure(StatusCode::SERVICE_UNAVAILABLE.into_response(), &app.config, Kind::Protocol)
                    }
                })
            }
        })
    }
}

/// The certificate that a client proved to hold the key of. One that we cannot read is none.
fn certificate_of(chain: &[CertificateDer<'_>]) -> Option<Arc<ClientCertificate>> {
    let (own, issuers) = chain.split_first()?;
    ClientCertificate::read(own, issuers.iter().map(|der| der.to_vec()).collect()).map(Arc::new)
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
