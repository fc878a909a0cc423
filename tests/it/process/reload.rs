//! The certificate is replaced while the server goes on: no connection is dropped, a bad file changes nothing. A105, R30.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use super::program::{Place, get as get_plain};
use super::secure::{Secure, ask, connect, get, thumbprint_of};
use crate::support::Issued;

/// (A105): the old certificate and the new one both work during the change, the new one is served after it.
#[test]
fn a_new_certificate_is_served_without_one_failed_request_a105() {
    let secure = Secure::new();
    let _serving = secure.serve();
    let address = secure.place.address;
    let second = secure.authority.server();
    let (first, second_name) = (secure.first.thumbprint(), second.thumbprint());
    let (is_over, failures, shown) = (AtomicBool::new(false), Mutex::new(Vec::new()), Mutex::new(Vec::new()));
    let (before, after) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let one_request = || -> std::io::Result<()> {
        let mut stream = connect(address, secure.client())?;
        let name = thumbprint_of(&stream);
        let answer = get(&mut stream, address, "/healthz")?;
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        let counter = if name == first { &before } else { &after };
        counter.fetch_add(1, Ordering::Relaxed);
        shown.lock().unwrap().push(name);
        Ok(())
    };
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                while !is_over.load(Ordering::Relaxed) {
                    if let Err(error) = one_request() {
                        failures.lock().unwrap().push(error);
                    }
                }
            });
        }
        // A connection that lasts.
        scope.spawn(|| {
            let mut stream = connect(address, secure.client()).unwrap();
            assert_eq!(thumbprint_of(&stream), first);
            while !is_over.load(Ordering::Relaxed) {
                if let Err(error) = ask(&mut stream, address, "/healthz") {
                    failures.lock().unwrap().push(error);
                    break;
                }
                std::thread::sleep(Duration::from_millis(5));
            }
        });
        secure.wait_until("a load", || before.load(Ordering::Relaxed) >= 30);
        secure.install(&second);
        secure.wait_until("the change", || after.load(Ordering::Relaxed) >= 30);
        is_over.store(true, Ordering::Relaxed);
    });
    let failures = failures.into_inner().unwrap();
    assert!(failures.is_empty(), "{failures:?}");
    let shown = shown.into_inner().unwrap();
    assert!(shown.iter().all(|name| *name == first || *name == second_name));
    assert_eq!(secure.shown(), second_name);
}

#[test]
fn bad_files_keep_the_certificate_before_them() {
    let secure = Secure::new();
    let metrics = Place::new().address;
    let serving = secure.serve_with(&[("HOSHO_METRICS_LISTEN", &metrics.to_string())]);
    let measured = |line: &str| {
        let page = get_plain(metrics, "/metrics").unwrap_or_default();
        page.lines().any(|found| found == line)
    };
    secure.wait_until("the measurement", || measured("hosho_tls_certificate_expires 4733510400"));
    let (expired, other) = (secure.authority.issue("localhost", 2020, 2021), secure.authority.server());
    let future = secure.authority.issue("localhost", 2100, 2120);
    let mismatch = Issued { key: other.key.clone(), ..secure.first.clone() };
    let junk = Issued { certificate: "junk".to_owned(), ..secure.first.clone() };
    let half = Issued { certificate: other.certificate[..300].to_owned(), ..other.clone() };
    for (what, bad, why) in [
        ("junk", &junk, "there is no certificate in it"),
        ("a half", &half, "tls.certificate: "),
        ("a certificate without its key", &mismatch, "tls.key: "),
        ("an expired one", &expired, "2021-01-01T00:00:00Z only"),
        ("one of the future", &future, "good from 2100-01-01T00:00:00Z"),
    ] {
        let known = secure.log().lines().count();
        secure.install(bad);
        serving.signal("HUP");
        let is_reported = || secure.log().lines().skip(known).any(|line| line.contains(why) && line.contains("WARN"));
        secure.wait_until(what, is_reported);
        assert_eq!(secure.shown(), secure.first.thumbprint(), "{what}");
        secure.wait_until(what, || measured("hosho_tls_certificate_bad 1"));
    }
    secure.install(&other);
    serving.signal("HUP");
    secure.wait_until("the good one", || secure.shown() == other.thumbprint());
    secure.wait_until("the good one", || measured("hosho_tls_certificate_bad 0"));
    // What stays bad is reported once for each change of a file, not again and again.
    let warnings = secure.log().lines().filter(|line| line.contains("cannot be used")).count();
    assert!((5..=15).contains(&warnings), "{warnings}:\n{}", secure.log());
}

#[test]
fn sighup_reads_the_files_whatever_their_dates_say() {
    let secure = Secure::new();
    // Room for a certificate that is a few characters longer.
    let roomy = Issued {
        certificate: format!("{}{}", secure.first.certificate, "\n".repeat(64)),
        key: format!("{}{}", secure.first.key, "\n".repeat(64)),
    };
    secure.install(&roomy);
    let serving = secure.serve();
    let second = secure.authority.server();
    secure.overwrite("cert.pem", &second.certificate);
    secure.overwrite("key.pem", &second.key);
    assert_eq!(secure.shown(), secure.first.thumbprint());
    serving.signal("HUP");
    secure.wait_until("the new certificate", || secure.shown() == second.thumbprint());
}

#[test]
fn a_certificate_that_has_ended_is_in_the_log_and_served_where_there_is_no_better_one() {
    let secure = Secure::new();
    let serving = secure.serve();
    assert!(!secure.log().contains("expires soon"), "{}", secure.log());
    drop(serving);
    secure.install(&secure.authority.issue("localhost", 2020, 2021));
    let _serving = secure.serve_until(|_| secure.log().contains("expires soon, or has expired"));
    // It takes the client to see it.
    let error = connect(secure.place.address, secure.client()).unwrap_err().to_string();
    assert!(error.to_lowercase().contains("expired"), "{error}");
    secure.install(&secure.first);
    secure.wait_until("a good one", || secure.try_get("/healthz").is_some());
}
