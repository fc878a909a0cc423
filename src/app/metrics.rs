//! Measurements for Prometheus. Labels are names from the program, never from a request.
//!
//! | name | labels | what it tells |
//! |---|---|---|
//! | `hosho_requests_total` | `route`, `status` (`2xx` …) | every request; tokens are `route="token_issue"`, refusals are `4xx`, faults `5xx` |
//! | `hosho_request_seconds` | `route` | how long answers take, as a histogram |
//! | `hosho_events_total` | `event` | every fact that was committed, by the name of its audit entry: sign-ins, registrations, suspensions |
//! | `hosho_letters_total` | `outcome` (`sent`, `failed`) | tries to send a letter |
//! | `hosho_outbound_requests_total` | `purpose` (`jwks_uri` …), `outcome` (`answered`, `timed_out` …) | requests to other servers, by what they are for and what came of them |
//! | `hosho_letters_waiting` | | letters in the outbox; a number that grows means that mail does not leave |
//! | `hosho_tls_certificate_expires` | | when the certificate in use expires, in seconds since 1970 |
//! | `hosho_tls_certificate_bad` | | 1 where the files of the certificate have become unusable and an older one is served |

use std::time::{Duration, Instant};

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

use crate::base::{Fault, Result, Timestamp};

/// Start collecting, once in the life of the process. The handle renders the page of the metrics listener.
pub fn install() -> Result<PrometheusHandle> {
    let seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];
    PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &seconds)
        .and_then(PrometheusBuilder::install_recorder)
        .map_err(|error| Fault::because("metrics cannot be collected", error).into())
}

/// Measures how long something takes.
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Start now.
    #[expect(clippy::disallowed_methods, reason = "durations are measured here, on a clock that never jumps")]
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// The time since the start.
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

/// Count and time one request.
pub fn request(route: &'static str, status: u16, took: Duration) {
    let status = match status {
        200..=299 => "2xx",
        300..=399 => "3xx",
        400..=499 => "4xx",
        _ => "5xx",
    };
    metrics::counter!("hosho_requests_total", "route" => route, "status" => status).increment(1);
    metrics::histogram!("hosho_request_seconds", "route" => route).record(took);
}

/// Count one try to send a letter.
pub fn letter(sent: bool) {
    let outcome = if sent { "sent" } else { "failed" };
    metrics::counter!("hosho_letters_total", "outcome" => outcome).increment(1);
}

/// Count one request to another server.
pub fn outbound_request(purpose: &'static str, outcome: &'static str) {
    metrics::counter!("hosho_outbound_requests_total", "purpose" => purpose, "outcome" => outcome).increment(1);
}

/// How many letters wait in the outbox.
pub fn letters_waiting(count: i64) {
    metrics::gauge!("hosho_letters_waiting").set(count as f64);
}

/// Count a fact that was committed, by its name.
pub fn count(name: &'static str) {
    metrics::counter!("hosho_events_total", "event" => name).increment(1);
}

/// Until when the server's own certificate is good, and whether its files could not be read since.
pub fn certificate(expires: Timestamp, is_bad: bool) {
    metrics::gauge!("hosho_tls_certificate_expires").set(expires.seconds() as f64);
    metrics::gauge!("hosho_tls_certificate_bad").set(f64::from(u8::from(is_bad)));
}
