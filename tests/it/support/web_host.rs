//! A server of somebody else on this machine: takes connections at a port of its own, keeps what it was sent, and
//! answers as well or as badly as a test wants. Over TLS where it is given a certificate.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// What a host does with a connection after the request was read. The connection is closed when it returns.
type Manner = dyn Fn(&mut dyn Write) + Send + Sync;

/// A running host. It lives as long as the tests do.
#[derive(Clone)]
pub struct WebHost {
    pub address: SocketAddr,
    seen: Arc<Seen>,
}

#[derive(Default)]
struct Seen {
    connections: AtomicUsize,
    requests: Mutex<Vec<String>>,
    tls_versions: Mutex<Vec<rustls::ProtocolVersion>>,
}

trait Wire: Read + Write {}
impl<T: Read + Write> Wire for T {}

impl WebHost {
    /// A host that always gives this answer.
    pub fn saying(answer: &str) -> Self {
        let answer = answer.to_owned();
        Self::behaving(move |wire| drop(wire.write_all(answer.as_bytes())))
    }

    /// A host that answers with status 200 and this JSON.
    pub fn serving(json: &str) -> Self {
        Self::saying(&ok(json))
    }

    /// A host that does this once it has read a request.
    pub fn behaving(manner: impl Fn(&mut dyn Write) + Send + Sync + 'static) -> Self {
        Self::start(None, Arc::new(manner))
    }

    /// A host that answers with status 200 and this JSON over TLS.
    pub fn serving_by_tls(tls: ServerConfig, json: &str) -> Self {
        let answer = ok(json);
        Self::start(Some(Arc::new(tls)), Arc::new(move |wire: &mut dyn Write| drop(wire.write_all(answer.as_bytes()))))
    }

    fn start(tls: Option<Arc<ServerConfig>>, manner: Arc<Manner>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Seen::default());
        let host = Self { address, seen: Arc::clone(&seen) };
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                seen.connections.fetch_add(1, Ordering::SeqCst);
                let (tls, manner, seen) = (tls.clone(), Arc::clone(&manner), Arc::clone(&seen));
                std::thread::spawn(move || converse(stream, tls, &*manner, &seen));
            }
        });
        host
    }

    /// The port, for the allow-list: `localhost:PORT`.
    pub fn as_localhost(&self) -> String {
        format!("localhost:{}", self.address.port())
    }

    /// How often it was connected to.
    pub fn connections(&self) -> usize {
        self.seen.connections.load(Ordering::SeqCst)
    }

    /// Every request so far, with its head and its body.
    pub fn requests(&self) -> Vec<String> {
        self.seen.requests.lock().unwrap().clone()
    }

    /// The version of TLS of every connection so far.
    pub fn tls_versions(&self) -> Vec<rustls::ProtocolVersion> {
        self.seen.tls_versions.lock().unwrap().clone()
    }
}

fn ok(json: &str) -> String {
    format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{json}", json.len())
}

fn converse(stream: TcpStream, tls: Option<Arc<ServerConfig>>, manner: &Manner, seen: &Seen) {
    let mut wire: Box<dyn Wire> = match tls {
        None => Box::new(stream),
        Some(tls) => {
            let mut secure = StreamOwned::new(ServerConnection::new(tls).unwrap(), stream);
            if secure.conn.complete_io(&mut secure.sock).is_err() {
                return;
            }
            seen.tls_versions.lock().unwrap().extend(secure.conn.protocol_version());
            Box::new(secure)
        }
    };
    if let Some(request) = read_request(&mut wire) {
        seen.requests.lock().unwrap().push(request);
        manner(&mut wire);
    }
}

fn read_request(wire: &mut impl Read) -> Option<String> {
    let (mut bytes, mut chunk) = (Vec::new(), [0; 4096]);
    loop {
        match wire.read(&mut chunk) {
            Ok(0) | Err(_) => return None,
            Ok(count) => bytes.extend_from_slice(&chunk[..count]),
        }
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            if body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
                return Some(text);
            }
        }
    }
}
