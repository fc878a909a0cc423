//! What only a real connection shows: addresses, headers and requests beyond every measure. A189.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use super::program::Place;

/// The status of the answer to these bytes; 0 where the connection was closed without one.
fn status(place: &Place, request: &[u8]) -> u16 {
    let mut stream = TcpStream::connect(place.address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    // The server may answer and close before it has read everything.
    let _ = stream.write_all(request);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    let line = String::from_utf8_lossy(&answer);
    line.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or(0)
}

/// (A189), (A025), (A126)
#[test]
fn what_is_beyond_every_measure_is_refused_and_the_server_goes_on() {
    let place = Place::new();
    let _serving = place.serve();
    let host = format!("host: localhost:{}\r\nconnection: close\r\n", place.address.port());
    let get = |path: &str, more: &str| format!("GET {path} HTTP/1.1\r\n{host}{more}\r\n").into_bytes();
    assert_eq!(status(&place, &get("/healthz", "")), 200);
    let many: String = (0..1000).map(|number| format!("x-{number}: y\r\n")).collect();
    let long = format!("x-long: {}\r\n", "y".repeat(70 << 10));
    for (what, request, codes) in [
        ("1000 headers", get("/healthz", &many), &[431][..]),
        ("a header of 70 KiB", get("/healthz", &long), &[431]),
        ("an address of 100 KiB", get(&format!("/authorize?state={}", "s".repeat(100 << 10)), ""), &[414, 431, 400]),
        ("no HTTP", b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n".to_vec(), &[400, 0]),
        ("two lengths", get("/healthz", "content-length: 1\r\ncontent-length: 2\r\n"), &[400]),
        ("another host in the target", get("http://evil.example/healthz", ""), &[400]),
        ("two hosts", get("/healthz", "host: evil.example\r\n"), &[400]),
    ] {
        let code = status(&place, &request);
        assert!(codes.contains(&code), "{what}: {code}");
        assert_eq!(status(&place, &get("/healthz", "")), 200, "after {what}");
    }
}
