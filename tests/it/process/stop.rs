//! SIGTERM: readiness goes off, requests in flight finish, the process ends by itself.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use super::program::Place;

#[test]
fn a_request_in_flight_is_finished_before_the_end() {
    let place = Place::new();
    let mut serving = place.serve();
    // The headers of a request have arrived, its body has not: it is in flight.
    let mut stream = TcpStream::connect(place.address).unwrap();
    let host = format!("localhost:{}", place.address.port());
    write!(
        stream,
        "POST /language HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\ncontent-length: 2\r\n\
         content-type: application/x-www-form-urlencoded\r\n\r\n"
    )
    .unwrap();
    assert!(serving.try_get("/healthz").is_some());
    serving.signal("TERM");
    // The listener is closed: nobody new is let in.
    while TcpStream::connect(place.address).is_ok() {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    stream.write_all(b"a=").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
    assert!(serving.child.wait().unwrap().success());
}
