//! A load generator over loopback: so many connections kept open, one request at a time on each, a fixed number of
//! operations in all. It speaks just enough HTTP/1.1, so that the server's work is what is measured.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use hosho::app::metrics::Stopwatch;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// A connection that is kept open.
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// An answer: status, headers as sent, body.
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

/// What was measured.
#[derive(Clone, Copy)]
pub struct Measured {
    /// Operations in a second.
    pub rate: f64,
    /// Half of the operations took no longer.
    pub median: Duration,
    /// All but one in a hundred took no longer.
    pub slow: Duration,
}

impl Connection {
    pub async fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream, buffer: Vec::with_capacity(16 * 1024) }
    }

    /// Send one request and read its answer.
    pub async fn send(&mut self, request: &[u8]) -> Answer {
        self.stream.write_all(request).await.unwrap();
        let (mut head_end, mut length) = (None, 0);
        loop {
            if head_end.is_none()
                && let Some(at) = self.buffer.windows(4).position(|window| window == b"\r\n\r\n")
            {
                head_end = Some(at + 4);
                length = content_length(&self.buffer[..at]);
            }
            if let Some(start) = head_end
                && self.buffer.len() >= start + length
            {
                let head = String::from_utf8_lossy(&self.buffer[..start]).into_owned();
                let body = String::from_utf8_lossy(&self.buffer[start..start + length]).into_owned();
                self.buffer.clear();
                return Answer { status: head[9..12].parse().unwrap(), head, body };
            }
            assert!(self.stream.read_buf(&mut self.buffer).await.unwrap() > 0, "the server closed the connection");
        }
    }
}

impl Answer {
    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        let line =
            self.head.lines().find(|line| line.len() > name.len() && line[..name.len()].eq_ignore_ascii_case(name))?;
        line[name.len()..].strip_prefix(':').map(str::trim)
    }

    /// A text member of a JSON body, found without parsing all of it.
    pub fn text(&self, name: &str) -> &str {
        let mark = format!("\"{name}\":\"");
        let start = self.body.find(&mark).unwrap_or_else(|| panic!("no {name} in {}", self.body)) + mark.len();
        self.body[start..].split('"').next().unwrap()
    }

    /// Stop if the server did not do what is measured.
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}{}", self.head, self.body);
        self
    }
}

/// Run `count` operations on `connections` connections. Each connection has a state of its own, which the
/// operation is given together with the operation's number.
pub async fn run<S, F>(
    address: SocketAddr,
    connections: usize,
    count: usize,
    make: impl Fn(usize) -> S,
    operate: F,
) -> Measured
where
    S: Send + 'static,
    F: for<'a> AsyncOperation<'a, S>,
{
    let (next, operate) = (Arc::new(AtomicUsize::new(0)), Arc::new(operate));
    let mut tasks = Vec::new();
    let mut open = Vec::new();
    for _ in 0..connections {
        open.push(Connection::open(address).await);
    }
    let all = Stopwatch::start();
    for (index, mut connection) in open.into_iter().enumerate() {
        let (next, operate, mut state) = (Arc::clone(&next), Arc::clone(&operate), make(index));
        tasks.push(tokio::spawn(async move {
            let mut times = Vec::new();
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= count {
                    return times;
                }
                let one = Stopwatch::start();
                operate.call(&mut connection, &mut state, number).await;
                times.push(one.elapsed());
            }
        }));
    }
    let mut times = Vec::with_capacity(count);
    for task in tasks {
        times.extend(task.await.unwrap());
    }
    let took = all.elapsed();
    times.sort();
    Measured {
        rate: count as f64 / took.as_secs_f64(),
        median: times[times.len() / 2],
        slow: times[times.len() * 99 / 100],
    }
}

/// An async function that borrows its connection and its state.
pub trait AsyncOperation<'a, S: 'a>: Send + Sync + 'static {
    type Future: Future<Output = ()> + Send + 'a;
    fn call(&self, connection: &'a mut Connection, state: &'a mut S, number: usize) -> Self::Future;
}

impl<'a, S: 'a, F, Fut> AsyncOperation<'a, S> for F
where
    F: Fn(&'a mut Connection, &'a mut S, usize) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = ()> + Send + 'a,
{
    type Future = Fut;
    fn call(&self, connection: &'a mut Connection, state: &'a mut S, number: usize) -> Fut {
        self(connection, state, number)
    }
}

/// A POST of a form, unless the headers say that the body is of another kind.
pub fn post(path: &str, headers: &str, body: &str) -> Vec<u8> {
    let form = "content-type: application/x-www-form-urlencoded\r\n";
    let kind = if headers.contains("content-type:") { "" } else { form };
    format!(
        "POST {path} HTTP/1.1\r\nhost: localhost:8080\r\ncontent-length: {}\r\n{kind}{headers}\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// A GET.
pub fn get(path: &str, headers: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nhost: localhost:8080\r\n{headers}\r\n").into_bytes()
}

fn content_length(head: &[u8]) -> usize {
    let text = String::from_utf8_lossy(head).to_ascii_lowercase();
    text.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok()).unwrap_or(0)
}
