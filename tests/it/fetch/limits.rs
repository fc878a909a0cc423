//! Limits of an answer: its size, its time, its place; and what is not sent along.

use std::io::Write;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use hosho::config::Config;
use hosho::gateway::fetch::{Fetch, FetchError, Purpose, Wanted};

use super::{get, live_for};
use crate::support::WebHost;

const QUICK: (&str, &str) = ("HOSHO_FETCH_TIMEOUT", "1s");
const QUICK_TO_CONNECT: (&str, &str) = ("HOSHO_FETCH_CONNECT_TIMEOUT", "1s");

fn url(host: &WebHost) -> String {
    format!("http://{}/jwks#fragment", host.as_localhost())
}

fn pause(millis: u64) {
    std::thread::sleep(Duration::from_millis(millis));
}

#[tokio::test]
async fn a_document_comes_with_its_type_and_age() {
    let host = WebHost::saying(
        "HTTP/1.1 200 OK\r\ncontent-type: Application/JWK-Set+JSON; charset=utf-8\r\ncache-control: max-age=600\r\n\
         content-length: 11\r\n\r\n{\"keys\":[]}",
    );
    let document = get(&live_for(&host, &[]), &url(&host)).await.unwrap();
    assert_eq!(document.body, b"{\"keys\":[]}");
    assert_eq!(document.media_type.as_deref(), Some("application/jwk-set+json"));
    assert_eq!(document.max_age, Some(Duration::from_secs(600)));
    assert!(host.requests()[0].starts_with("GET /jwks HTTP/1.1\r\n"), "{:?}", host.requests());
}

/// (A160)
#[tokio::test]
async fn a_redirect_is_not_followed_a160() {
    let canary = WebHost::serving("{}");
    for status in [301, 302, 303, 307, 308] {
        let target = format!("http://{}/secret", canary.as_localhost());
        let answer = format!("HTTP/1.1 {status} Elsewhere\r\nlocation: {target}\r\ncontent-length: 0\r\n\r\n");
        let host = WebHost::saying(&answer);
        // Even where it would be allowed to go.
        let allowed = format!("{},{}", host.as_localhost(), canary.as_localhost());
        let fetch = super::live(&[("HOSHO_FETCH_ALLOW_HOSTS", &allowed)]);
        assert_eq!(get(&fetch, &url(&host)).await, Err(FetchError::Status(status)));
        let posted = fetch.post_form(Purpose::BackchannelLogout, &url(&host), &[("logout_token", "t")]).await;
        assert_eq!(posted, Err(FetchError::Status(status)));
        assert_eq!(host.requests().len(), 2);
    }
    assert_eq!(canary.connections(), 0);
}

/// (A161)
#[tokio::test]
async fn a_large_answer_is_cut_off_a161() {
    let large = "x".repeat(2000);
    let chunk = format!("{:x}\r\n{large}\r\n", large.len());
    for (what, head, body, times) in [
        ("said to be large", "content-length: 1000000000", large.as_str(), 1),
        ("in chunks", "transfer-encoding: chunked", chunk.as_str(), 1),
        ("until the end of the connection", "connection: close", large.as_str(), 1),
        ("without end", "transfer-encoding: chunked", chunk.as_str(), usize::MAX),
    ] {
        let (head, body) = (format!("HTTP/1.1 200 OK\r\n{head}\r\n\r\n"), body.to_owned());
        let host = WebHost::behaving(move |wire| {
            let mut sent = wire.write_all(head.as_bytes());
            for _ in 0..times {
                sent = sent.and_then(|()| wire.write_all(body.as_bytes()));
                if sent.is_err() {
                    return;
                }
            }
        });
        let fetch = live_for(&host, &[("HOSHO_FETCH_BODY_LIMIT", "1024")]);
        assert_eq!(get(&fetch, &url(&host)).await, Err(FetchError::TooLarge), "{what}");
    }
}

/// (A161)
#[tokio::test]
async fn the_limit_may_be_narrower_for_a_document_a161() {
    let host = WebHost::serving(&format!("\"{}\"", "x".repeat(98)));
    let fetch = live_for(&host, &[]);
    for (at_most, fits) in [(100, true), (99, false)] {
        let wanted = Wanted { at_most: Some(at_most), ..Wanted::default() };
        let got = fetch.get(Purpose::JwksUri, &url(&host), &wanted).await;
        assert_eq!(got.map(drop), if fits { Ok(()) } else { Err(FetchError::TooLarge) }, "{at_most}");
    }
}

/// (A161): nothing is decompressed, so that nothing grows; and nobody is asked to compress.
#[tokio::test]
async fn a_compressed_answer_stays_as_it_is_a161() {
    let host = WebHost::saying("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 4\r\n\r\n\u{1f}zip");
    let document = get(&live_for(&host, &[]), &url(&host)).await.unwrap();
    assert_eq!(document.body, b"\x1fzip");
    assert!(!host.requests()[0].contains("accept-encoding"), "{:?}", host.requests());
}

/// (A161)
#[tokio::test]
async fn a_slow_answer_is_given_up_a161() {
    type Manner = fn(&mut dyn Write);
    let silent: Manner = |_| pause(5000);
    let drips_its_head: Manner = |wire| {
        for letter in b"HTTP/1.1 200 OK\r\nx-slow: yes, very, very slow\r\n" {
            let _ = wire.write_all(&[*letter]);
            pause(50);
        }
    };
    let drips_its_body: Manner = |wire| {
        let _ = wire.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n");
        for _ in 0..40 {
            let _ = wire.write_all(b"x");
            pause(50);
        }
    };
    for manner in [silent, drips_its_head, drips_its_body] {
        let host = WebHost::behaving(manner);
        let fetch = live_for(&host, &[QUICK, QUICK_TO_CONNECT]);
        assert_eq!(get(&fetch, &url(&host)).await, Err(FetchError::TimedOut));
    }
    let host = WebHost::behaving(silent);
    let narrow = Wanted { within: Some(Duration::from_millis(100)), ..Wanted::default() };
    let got = live_for(&host, &[]).get(Purpose::ClientIdMetadata, &url(&host), &narrow).await;
    assert_eq!(got, Err(FetchError::TimedOut));
}

#[tokio::test]
async fn half_an_answer_and_no_http_are_no_answer() {
    for answer in ["HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf", "SSH-2.0-OpenSSH_9.2\r\n", ""] {
        let host = WebHost::saying(answer);
        assert_eq!(get(&live_for(&host, &[]), &url(&host)).await, Err(FetchError::Unreachable), "{answer}");
    }
}

/// (A161): cookies are forgotten, nothing says where the request comes from.
#[tokio::test]
async fn nothing_is_sent_along_a161() {
    let host = WebHost::saying("HTTP/1.1 200 OK\r\nset-cookie: a=b; path=/\r\ncontent-length: 2\r\n\r\n{}");
    let fetch = live_for(&host, &[]);
    for _ in 0..2 {
        get(&fetch, &url(&host)).await.unwrap();
    }
    let requests = host.requests();
    assert_eq!(requests.len(), 2);
    for request in requests {
        let names: Vec<&str> = request.lines().skip(1).filter_map(|line| Some(line.split_once(':')?.0)).collect();
        assert_eq!(names, ["accept", "user-agent", "host"], "{request}");
    }
}

/// (A161): so many at once, and messages do not wait for documents.
#[tokio::test]
async fn slow_hosts_fill_their_own_places_only_a161() {
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (counting, highest) = (Arc::clone(&now), Arc::clone(&most));
    let slow = WebHost::behaving(move |_| {
        let at_once = counting.fetch_add(1, Ordering::SeqCst) + 1;
        highest.fetch_max(at_once, Ordering::SeqCst);
        pause(5000);
        counting.fetch_sub(1, Ordering::SeqCst);
    });
    let quick = WebHost::serving("{}");
    let allowed = format!("{},{}", slow.as_localhost(), quick.as_localhost());
    let settings =
        [("HOSHO_FETCH_ALLOW_HOSTS", allowed.as_str()), ("HOSHO_FETCH_AT_ONCE", "2"), QUICK, QUICK_TO_CONNECT];
    let fetch = super::live(&settings);
    let slow_url = url(&slow);
    let waiting = futures_util::future::join_all((0..6).map(|_| get(&fetch, &slow_url)));
    let quick_url = url(&quick);
    let message = fetch.post_form(Purpose::BackchannelLogout, &quick_url, &[("logout_token", "t")]);
    let (waited, sent) = tokio::join!(waiting, message);
    assert!(waited.iter().all(|outcome| *outcome == Err(FetchError::TimedOut)), "{waited:?}");
    assert_eq!(sent, Ok(200));
    assert_eq!(most.load(Ordering::SeqCst), 2);
    // Afterwards there is a place again.
    assert!(get(&fetch, &quick_url).await.is_ok());
}

#[tokio::test]
async fn every_request_is_counted_by_purpose_and_outcome() {
    static COUNTED: Mutex<Vec<(&str, &str)>> = Mutex::new(Vec::new());
    let host = WebHost::serving("{}");
    let config = Config::from_variables(&[("HOSHO_FETCH_ALLOW_HOSTS", &host.as_localhost())]).unwrap();
    let fetch =
        Fetch::live(&config.fetch, |purpose, outcome| COUNTED.lock().unwrap().push((purpose, outcome))).unwrap();
    get(&fetch, &url(&host)).await.unwrap();
    get(&fetch, "https://127.0.0.1/").await.unwrap_err();
    get(&fetch, "ftp://rp.example/").await.unwrap_err();
    fetch.post_form(Purpose::BackchannelLogout, &url(&host), &[]).await.unwrap();
    let expected =
        [("jwks_uri", "answered"), ("jwks_uri", "not_public"), ("jwks_uri", "url"), ("backchannel_logout", "answered")];
    assert_eq!(*COUNTED.lock().unwrap(), expected);
}
