//! Measurements for Prometheus. Labels are names from the program, never from a request.

use std::time::{Duration, Instant};

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

use crate::base::{Fault, Result};

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

/// Count something by its name.
pub fn count(name: &'static str) {
    metrics::counter!("hosho_events_total", "event" => name).increment(1);
}
