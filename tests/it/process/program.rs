//! The built binary with data and keys of its own, and just enough HTTP to talk to it.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use tempfile::TempDir;

/// A folder in which the program runs.
pub struct Place {
    pub folder: TempDir,
    pub address: SocketAddr,
}

impl Place {
    pub fn new() -> Self {
        // A port that was free a moment ago.
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        Self { folder: tempfile::tempdir().unwrap(), address }
    }

    /// The command line of the program in this folder.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hosho"));
        let at = |name: &str| self.folder.path().join(name);
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env_clear()
            .env("HOSHO_DATA_DIR", at("data"))
            .env("HOSHO_KEYS_DIR", at("keys"))
            .env("HOSHO_LISTEN", self.address.to_string())
            .env("HOSHO_ISSUER", format!("http://localhost:{}", self.address.port()))
            .env("HOSHO_PASSWORD_MEMORY_KIB", "7168")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Run a command to its end.
    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Run a command that reads standard input.
    pub fn run_with_input(&self, arguments: &[&str], input: &str) -> Output {
        let mut child = self.command(arguments).stdin(Stdio::piped()).spawn().unwrap();
        // A command that fails at once does not read its input.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        child.wait_with_output().unwrap()
    }

    /// Start the server and wait until it is ready.
    pub fn serve(&self) -> Serving {
        self.serve_with(&[])
    }

    /// The same with some settings.
    pub fn serve_with(&self, variables: &[(&str, &str)]) -> Serving {
        self.serve_writing(variables, Stdio::null())
    }

    /// The same with the log going somewhere.
    pub fn serve_writing(&self, variables: &[(&str, &str)], log: Stdio) -> Serving {
        let is_ready =
            |serving: &Serving| serving.try_get("/readyz").is_some_and(|answer| answer.starts_with("HTTP/1.1 200"));
        self.serve_until(variables, log, is_ready)
    }

    /// The same, waiting until somebody is content.
    pub fn serve_until(&self, variables: &[(&str, &str)], log: Stdio, is_ready: impl Fn(&Serving) -> bool) -> Serving {
        let mut command = self.command(&["serve"]);
        command.envs(variables.iter().copied()).stdout(Stdio::null()).stderr(log);
        let mut serving = Serving { child: command.spawn().unwrap(), address: self.address };
        for _ in 0..600 {
            if let Some(status) = serving.child.try_wait().unwrap() {
                panic!("the server ended at its start: {status}");
            }
            if is_ready(&serving) {
                return serving;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("the server was not ready in time");
    }
}

/// A running server; killed when dropped.
pub struct Serving {
    pub child: Child,
    pub address: SocketAddr,
}

impl Serving {
    /// A GET with its whole answer, or `None` where nobody answers.
    pub fn try_get(&self, path: &str) -> Option<String> {
        get(self.address, path)
    }

    /// Send a signal by its name.
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([&format!("-{name}"), &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// One request on a connection of its own.
pub fn get(address: SocketAddr, path: &str) -> Option<String> {
    let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(2)).ok()?;
    let host = format!("localhost:{}", address.port());
    write!(stream, "GET {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n").ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    (!answer.is_empty()).then_some(answer)
}
