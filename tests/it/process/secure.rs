//! The program with TLS of its own, and clients that speak it.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};

use super::program::{Place, Serving};
use crate::support::{Authority, Issued};

pub type Stream = StreamOwned<ClientConnection, TcpStream>;

/// A place whose server has a certificate.
pub struct Secure {
    pub place: Place,
    pub authority: Authority,
    pub first: Issued,
}

impl Secure {
    pub fn new() -> Self {
        let (place, authority) = (Place::new(), Authority::new("Test CA"));
        let first = authority.server();
        let secure = Self { place, authority, first };
        secure.install(&secure.first);
        secure
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.place.folder.path().join(name)
    }

    /// Put a certificate where the server reads it.
    pub fn install(&self, issued: &Issued) {
        issued.write(&self.file("cert.pem"), &self.file("key.pem"));
    }

    /// The settings that a server with TLS needs.
    pub fn variables(&self) -> Vec<(&'static str, String)> {
        vec![
            ("HOSHO_ISSUER", format!("https://localhost:{}", self.place.address.port())),
            ("HOSHO_TLS_CERTIFICATE", self.file("cert.pem").display().to_string()),
            ("HOSHO_TLS_KEY", self.file("key.pem").display().to_string()),
        ]
    }

    pub fn serve(&self) -> Serving {
        self.serve_with(&[])
    }

    /// Start the server with some more settings.
    pub fn serve_with(&self, more: &[(&'static str, &str)]) -> Serving {
        self.start(more, |_| self.try_get("/readyz").is_some_and(|answer| answer.starts_with("HTTP/1.1 200")))
    }

    /// Start the server and wait until somebody is content.
    pub fn serve_until(&self, is_ready: impl Fn(&Serving) -> bool) -> Serving {
        self.start(&[], is_ready)
    }

    /// The log goes to the file `log`.
    fn start(&self, more: &[(&'static str, &str)], is_ready: impl Fn(&Serving) -> bool) -> Serving {
        let mut variables = self.variables();
        variables.extend(more.iter().map(|(name, value)| (*name, (*value).to_owned())));
        let variables: Vec<_> = variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let log = Stdio::from(std::fs::File::create(self.file("log")).unwrap());
        self.place.serve_until(&variables, log, is_ready)
    }

    /// The log so far.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.file("log")).unwrap()
    }

    /// A client that takes the newest version.
    pub fn client(&self) -> Arc<ClientConfig> {
        Arc::new(self.authority.client(rustls::ALL_VERSIONS, None))
    }

    /// One request on a connection of its own, or `None` where there is no whole answer.
    pub fn try_get(&self, path: &str) -> Option<String> {
        let mut stream = connect(self.place.address, self.client()).ok()?;
        get(&mut stream, self.place.address, path).ok()
    }

    /// The certificate that a new connection is shown, as a thumbprint.
    pub fn shown(&self) -> String {
        let stream = connect(self.place.address, self.client()).unwrap();
        thumbprint_of(&stream)
    }

    /// Wait until something is so.
    pub fn wait_until(&self, what: &str, is_so: impl Fn() -> bool) {
        for _ in 0..600 {
            if is_so() {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("{what} did not happen:\n{}", self.log());
    }

    /// Change a file without a trace in its size and dates.
    pub fn overwrite(&self, name: &str, content: &str) {
        let path = self.file(name);
        let facts = std::fs::metadata(&path).unwrap();
        let before: SystemTime = facts.modified().unwrap();
        // Lines after the end of a PEM section say nothing.
        let mut padded = content.to_owned();
        while (padded.len() as u64) < facts.len() {
            padded.push('\n');
        }
        assert_eq!(padded.len() as u64, facts.len(), "the new content is longer than {name}");
        std::fs::write(&path, padded).unwrap();
        std::fs::File::options().write(true).open(&path).unwrap().set_modified(before).unwrap();
    }
}

/// A connection after its handshake.
pub fn connect(address: SocketAddr, config: Arc<ClientConfig>) -> std::io::Result<Stream> {
    let tcp = TcpStream::connect(address)?;
    tcp.set_read_timeout(Some(Duration::from_secs(20)))?;
    let name = ServerName::try_from("localhost").unwrap();
    let mut stream = StreamOwned::new(ClientConnection::new(config, name).map_err(std::io::Error::other)?, tcp);
    while stream.conn.is_handshaking() {
        stream.conn.complete_io(&mut stream.sock)?;
    }
    Ok(stream)
}

/// The certificate that the server showed.
pub fn thumbprint_of(stream: &Stream) -> String {
    hosho::base::digest::fingerprint(&stream.conn.peer_certificates().unwrap()[0])
}

/// Ask and read to the end of the connection, which TLS must have announced.
pub fn get(stream: &mut Stream, address: SocketAddr, path: &str) -> std::io::Result<String> {
    let port = address.port();
    write!(stream, "GET {path} HTTP/1.1\r\nhost: localhost:{port}\r\nconnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

/// Ask on a connection that goes on; the head of the answer.
pub fn ask(stream: &mut Stream, address: SocketAddr, path: &str) -> std::io::Result<String> {
    write!(stream, "GET {path} HTTP/1.1\r\nhost: localhost:{}\r\n\r\n", address.port())?;
    let mut answer = Vec::new();
    while !answer.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte)?;
        answer.extend(byte);
    }
    let head = String::from_utf8_lossy(&answer).into_owned();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap().parse().unwrap();
    stream.read_exact(&mut vec![0; length])?;
    Ok(head)
}
