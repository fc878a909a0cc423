//! TLS of the program's own, on real connections: versions, suites, HTTP/2, clients that say nothing, the drain.
//! A200, R24.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use http::{Request, StatusCode, Version};
use http_body_util::{BodyExt as _, Empty};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::version::{TLS12, TLS13};
use rustls::{HandshakeKind, ProtocolVersion};
use tokio_rustls::TlsConnector;

use super::program::Place;
use super::secure::{Secure, ask, connect, get};

#[test]
fn both_versions_are_spoken_and_the_newer_one_preferred() {
    let secure = Secure::new();
    let _serving = secure.serve();
    let address = secure.place.address;
    for (versions, spoken) in [
        (&[&TLS12][..], ProtocolVersion::TLSv1_2),
        (&[&TLS13], ProtocolVersion::TLSv1_3),
        (&[&TLS12, &TLS13], ProtocolVersion::TLSv1_3),
    ] {
        let config = Arc::new(secure.authority.client(versions, None));
        for kind in [HandshakeKind::Full, HandshakeKind::Resumed] {
            let mut stream = connect(address, Arc::clone(&config)).unwrap();
            assert_eq!(stream.conn.protocol_version(), Some(spoken));
            assert_eq!(stream.conn.handshake_kind(), Some(kind), "{spoken:?}");
            let answer = get(&mut stream, address, "/healthz").unwrap();
            assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
            assert!(answer.contains("strict-transport-security: max-age=31536000"), "{answer}");
        }
    }
    // Who does not trust the issuer of the certificate does not get that far.
    let stranger = Arc::new(crate::support::Authority::new("Other CA").client(&[&TLS13], None));
    assert!(connect(address, stranger).is_err());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn http_2_is_spoken_where_the_client_offers_it() {
    let secure = Secure::new();
    let _serving = secure.serve();
    let address = secure.place.address;
    let mut config = secure.authority.client(&[&TLS13, &TLS12], None);
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let tcp = tokio::net::TcpStream::connect(address).await.unwrap();
    let name = rustls::pki_types::ServerName::try_from("localhost").unwrap();
    let stream = TlsConnector::from(Arc::new(config)).connect(name, tcp).await.unwrap();
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
    let (mut sender, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    for _ in 0..3 {
        let uri = format!("https://localhost:{}/healthz", address.port());
        let answer = sender.send_request(Request::get(uri).body(Empty::<&[u8]>::new()).unwrap()).await.unwrap();
        assert_eq!((answer.status(), answer.version()), (StatusCode::OK, Version::HTTP_2));
        assert_eq!(answer.into_body().collect().await.unwrap().to_bytes(), "alive\n");
    }
}

/// A `ClientHello` (RFC 5246 §7.4.1.2) that offers one suite and no version above `version`.
fn client_hello(version: [u8; 2], suite: [u8; 2]) -> Vec<u8> {
    let with_length = |bytes: &[u8]| [&u16::try_from(bytes.len()).unwrap().to_be_bytes(), bytes].concat();
    let extension = |kind: u8, content: &[u8]| [vec![0, kind], with_length(content)].concat();
    let extensions = [
        extension(10, &with_length(&[0, 29, 0, 23])), // x25519, secp256r1
        extension(11, &[1, 0]),                       // uncompressed points
        extension(13, &with_length(&[4, 3, 8, 4, 4, 1, 2, 3, 2, 1])), // ECDSA, PSS, RSA, down to SHA-1
        extension(23, &[]),                           // extended master secret
    ]
    .concat();
    let body = [&version[..], &[7; 32], &[0], &with_length(&suite), &[1, 0], &with_length(&extensions)].concat();
    let length = u32::try_from(body.len()).unwrap().to_be_bytes();
    let handshake = [&[1], &length[1..], &body].concat();
    [&[22, 3, 1][..], &with_length(&handshake)].concat()
}

/// The kind of the first record of the answer, and its alert.
fn answer_to(address: SocketAddr, hello: &[u8]) -> (u8, Option<u8>) {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream.write_all(hello).unwrap();
    let mut record = [0; 7];
    stream.read_exact(&mut record).unwrap();
    (record[0], (record[0] == 21).then_some(record[6]))
}

/// (A200)
#[test]
fn old_versions_and_suites_are_refused_a200() {
    let secure = Secure::new();
    let _serving = secure.serve();
    let hello = |version, suite| answer_to(secure.place.address, &client_hello(version, suite));
    let (tls_1_0, tls_1_1, tls_1_2) = ([3, 1], [3, 2], [3, 3]);
    let modern = [0xc0, 0x2b]; // ECDHE_ECDSA_WITH_AES_128_GCM_SHA256
    // A hello of this making is answered where it offers what is spoken.
    assert_eq!(hello(tls_1_2, modern), (22, None));
    for (what, suite) in [
        ("ECDHE with CBC", [0xc0, 0x09]),
        ("ECDHE with CBC and SHA-256", [0xc0, 0x23]),
        ("RSA key exchange with GCM", [0x00, 0x9c]),
        ("RSA key exchange with CBC", [0x00, 0x2f]),
        ("DHE with GCM", [0x00, 0x9e]),
        ("3DES", [0x00, 0x0a]),
        ("RC4", [0x00, 0x05]),
        ("no encryption", [0x00, 0x02]),
        ("nobody's key", [0x00, 0x18]),
        ("export", [0x00, 0x03]),
        ("ECDHE with ChaCha20, which FAPI does not take", [0xcc, 0xa9]),
    ] {
        assert_eq!(hello(tls_1_2, suite), (21, Some(40)), "{what}: handshake_failure is expected");
    }
    for version in [tls_1_0, tls_1_1] {
        assert_eq!(hello(version, modern), (21, Some(70)), "protocol_version is expected");
    }
    assert!(secure.try_get("/healthz").is_some());

    // It is no other after the certificate has changed.
    let second = secure.authority.server();
    secure.install(&second);
    secure.wait_until("the new certificate", || secure.shown() == second.thumbprint());
    assert_eq!(hello(tls_1_2, modern), (22, None));
    assert_eq!(hello(tls_1_2, [0xc0, 0x09]), (21, Some(40)));
    assert_eq!(hello(tls_1_1, modern), (21, Some(70)));
}

/// (A189)
#[test]
fn who_says_too_little_is_shown_out_and_keeps_nobody_waiting_a189() {
    let secure = Secure::new();
    let limit = [("HOSHO_SERVER_HEADER_TIMEOUT", "1s")];
    let plain = Place::new();
    let (_one, _other) = (secure.serve_with(&limit), plain.serve_with(&limit));
    let hello = client_hello([3, 3], [0xc0, 0x2b]);
    let mut silent = Vec::new();
    for (address, said) in [
        (secure.place.address, &b""[..]),
        (secure.place.address, &hello[..20]),
        (secure.place.address, &hello),
        (plain.address, b""),
        (plain.address, b"P"),
        (plain.address, b"PRI * HTTP/2.0\r\n\r\nSM"),
        (plain.address, b"GET /healthz HT"),
    ] {
        for _ in 0..10 {
            let mut stream = TcpStream::connect(address).unwrap();
            stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
            stream.write_all(said).unwrap();
            silent.push((stream, said));
        }
    }
    // After the handshake too, in either protocol.
    let mut after = connect(secure.place.address, secure.client()).unwrap();
    after.write_all(b"P").unwrap();
    assert!(secure.try_get("/healthz").is_some());
    for (stream, said) in &mut silent {
        let mut rest = Vec::new();
        let end = stream.read_to_end(&mut rest);
        let is_closed = end.is_ok() || end.is_err_and(|error| error.kind() == std::io::ErrorKind::ConnectionReset);
        assert!(is_closed, "{said:?}");
    }
    let end = after.read_to_end(&mut Vec::new());
    assert!(!end.is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock));
}

#[test]
fn a_request_in_flight_is_finished_over_tls_too() {
    let secure = Secure::new();
    let mut serving = secure.serve();
    let address = secure.place.address;
    let mut idle = connect(address, secure.client()).unwrap();
    ask(&mut idle, address, "/healthz").unwrap();
    let mut stream = connect(address, secure.client()).unwrap();
    write!(
        stream,
        "POST /language HTTP/1.1\r\nhost: localhost:{}\r\nconnection: close\r\ncontent-length: 2\r\n\
         content-type: application/x-www-form-urlencoded\r\n\r\n",
        address.port()
    )
    .unwrap();
    assert!(secure.try_get("/healthz").is_some());
    serving.signal("TERM");
    while TcpStream::connect(address).is_ok() {
        std::thread::sleep(Duration::from_millis(10));
    }
    // Who waits without a request is told that it is over, as TLS says it.
    assert_eq!(idle.read(&mut [0]).unwrap(), 0);
    stream.write_all(b"a=").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
    assert!(serving.child.wait().unwrap().success());
}

/// (A199)
#[test]
fn what_serve_would_refuse_is_refused_by_the_check_a199() {
    let secure = Secure::new();
    let other = secure.authority.server();
    std::fs::write(secure.file("other.pem"), &other.key).unwrap();
    std::fs::write(secure.file("junk.pem"), "junk").unwrap();
    let path = |name: &str| secure.file(name).display().to_string();
    let complaint = |command: &[&str], name: &str, value: &str| {
        let mut command = secure.place.command(command);
        command.envs(secure.variables()).env("HOSHO_TLS_CLIENT_CERTIFICATE_HEADER", "Client-Cert");
        let output = command.env("HOSHO_SERVER_TRUSTED_PROXIES", "10.0.0.0/8").env(name, value).output().unwrap();
        (output.status.success(), String::from_utf8(output.stderr).unwrap())
    };
    assert!(complaint(&["config", "check"], "HOSHO_TLS_CLIENT_CA", &path("cert.pem")).0);
    for (name, value, named) in [
        ("HOSHO_TLS_CERTIFICATE", path("missing.pem"), "tls.certificate: "),
        ("HOSHO_TLS_CERTIFICATE", path("junk.pem"), "tls.certificate: "),
        ("HOSHO_TLS_CERTIFICATE", path("key.pem"), "tls.certificate: "),
        ("HOSHO_TLS_KEY", path("missing.pem"), "tls.key: "),
        ("HOSHO_TLS_KEY", path("cert.pem"), "tls.key: "),
        ("HOSHO_TLS_KEY", path("other.pem"), "tls.key: "),
        ("HOSHO_TLS_CLIENT_CA", path("junk.pem"), "tls.client_ca: "),
        ("HOSHO_TLS_MTLS_URL", "http://localhost:1".to_owned(), "tls.mtls_url: "),
    ] {
        for command in [&["config", "check"][..], &["serve"]] {
            let (is_fine, sentence) = complaint(command, name, &value);
            assert!(!is_fine && sentence.contains(named), "{command:?} {name}={value}: {sentence}");
            assert!(sentence.lines().count() == 1, "{sentence}");
        }
    }
}
