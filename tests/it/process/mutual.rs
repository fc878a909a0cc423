//! The certificate of a client on its way from the handshake to the handler. RFC 8705 §2, A103 (what TLS decides).

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::Request;
use axum::routing::get as route;
use axum::{Extension, Router};
use hosho::http::{Door, Peer, Tls, listen};
use rustls::client::ResolvesClientCert;
use rustls::sign::CertifiedKey;
use rustls::version::{TLS12, TLS13};
use rustls::{ClientConfig, HandshakeKind, SignatureScheme};
use tempfile::TempDir;

use super::secure::{connect, get};
use crate::support::{Authority, Issued, Server};

/// Both listeners in front of a site that says whose certificate it sees.
struct Doors {
    authority: Authority,
    for_everybody: SocketAddr,
    asking: SocketAddr,
    _files: TempDir,
    _server: Server,
}

impl Doors {
    async fn open() -> Self {
        let (authority, files) = (Authority::new("Server CA"), tempfile::tempdir().unwrap());
        let at = |name: &str| files.path().join(name).display().to_string();
        authority.server().write(at("cert.pem").as_ref(), at("key.pem").as_ref());
        let variables = [
            ("HOSHO_ISSUER", "https://localhost:8443"),
            ("HOSHO_TLS_CERTIFICATE", &at("cert.pem")),
            ("HOSHO_TLS_KEY", &at("key.pem")),
        ];
        let server = Server::start_with(&variables).await;
        let tls = Tls::open(&server.app.config, &server.app.clock).unwrap().unwrap();
        let any_port = SocketAddr::from(([127, 0, 0, 1], 0));
        let one = Door::open("listen", any_port, Some(tls.for_everybody.clone())).await.unwrap();
        let other = Door::open("tls.mtls_listen", any_port, Some(tls.asking_for_certificates)).await.unwrap();
        let (for_everybody, asking) = (one.address().unwrap(), other.address().unwrap());
        let whose = |Extension(peer): Extension<Peer>, _: Request| async move {
            peer.certificate.map_or_else(|| "nobody".to_owned(), |own| format!("{} {}", own.thumbprint(), own.subject))
        };
        let (app, site) = (Arc::clone(&server.app), Router::new().route("/whose", route(whose)));
        tokio::spawn(async move { listen(&app, vec![one, other], site, std::future::pending()).await });
        Self { authority, for_everybody, asking, _files: files, _server: server }
    }
}

/// What the site says, and how the handshake went.
async fn whose(address: SocketAddr, config: &Arc<ClientConfig>) -> std::io::Result<(String, HandshakeKind)> {
    let config = Arc::clone(config);
    let asked = move || {
        let mut stream = connect(address, config)?;
        let answer = get(&mut stream, address, "/whose")?;
        let body = answer.rsplit("\r\n\r\n").next().unwrap_or_default().to_owned();
        Ok((body, stream.conn.handshake_kind().unwrap()))
    };
    tokio::task::spawn_blocking(asked).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_certificate_of_any_issuer_arrives_and_none_is_fine() {
    let doors = Doors::open().await;
    let clients = Authority::new("Client CA");
    let own_word = Issued::by_itself("shop");
    let (issued, expired) = (clients.issue("shop", 2020, 2120), clients.issue("late", 2020, 2021));
    for versions in [&[&TLS13][..], &[&TLS12]] {
        for (own, name) in [(&own_word, "CN=shop"), (&issued, "CN=shop"), (&expired, "CN=late")] {
            let config = Arc::new(doors.authority.client(versions, Some(own)));
            let expected = format!("{} {name}", own.thumbprint());
            // The second time the session goes on, and is still the same client's.
            for kind in [HandshakeKind::Full, HandshakeKind::Resumed] {
                assert_eq!(whose(doors.asking, &config).await.unwrap(), (expected.clone(), kind), "{versions:?}");
            }
            // The listener for everybody does not ask, and tickets of one are nothing at the other.
            let (said, _) = whose(doors.for_everybody, &config).await.unwrap();
            assert_eq!(said, "nobody");
        }
        let config = Arc::new(doors.authority.client(versions, None));
        assert_eq!(whose(doors.asking, &config).await.unwrap().0, "nobody");
    }
}

/// Answers with a certificate of one and the signature of another.
#[derive(Debug)]
struct Thief(Arc<CertifiedKey>);

impl ResolvesClientCert for Thief {
    fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0))
    }

    fn has_certs(&self) -> bool {
        true
    }
}

/// (A103)
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_does_not_hold_the_key_does_not_get_in_a103() {
    let doors = Doors::open().await;
    let (victim, thief) = (Issued::by_itself("victim"), Issued::by_itself("thief"));
    let key = rustls::crypto::ring::sign::any_supported_type(&thief.private_key()).unwrap();
    for versions in [&[&TLS13][..], &[&TLS12]] {
        for (what, chain) in [("stolen", vec![victim.der()]), ("garbage", vec![b"garbage".to_vec().into()])] {
            let mut config = doors.authority.client(versions, None);
            config.client_auth_cert_resolver = Arc::new(Thief(Arc::new(CertifiedKey::new(chain, Arc::clone(&key)))));
            assert!(whose(doors.asking, &Arc::new(config)).await.is_err(), "{what} {versions:?}");
        }
        let own = Arc::new(doors.authority.client(versions, Some(&thief)));
        assert_eq!(whose(doors.asking, &own).await.unwrap().0, format!("{} CN=thief", thief.thumbprint()));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clients_at_the_same_time_are_told_apart() {
    let doors = Doors::open().await;
    let mut asked = Vec::new();
    for number in 0..12 {
        let own = Issued::by_itself(&format!("client-{number}"));
        let config = Arc::new(doors.authority.client(rustls::ALL_VERSIONS, Some(&own)));
        let expected = format!("{} CN=client-{number}", own.thumbprint());
        let address = doors.asking;
        asked.push(tokio::spawn(async move {
            for _ in 0..5 {
                assert_eq!(whose(address, &config).await.unwrap().0, expected);
            }
            expected
        }));
    }
    let mut seen = BTreeSet::new();
    for task in asked {
        seen.insert(task.await.unwrap());
    }
    assert_eq!(seen.len(), 12);
}
