//! What the benchmarks stand on.

mod floor;
pub mod load;
mod server;

use std::time::Duration;

pub use floor::routes as floor;
pub use load::Measured;
pub use server::Bench;

/// A number from a variable, or its default.
pub fn number(variable: &str, default: usize) -> usize {
    #[expect(clippy::disallowed_methods, reason = "benchmarks are no part of the program and have no settings file")]
    let text = std::env::var(variable);
    text.ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// The PostgreSQL database to measure with, where one is given.
fn postgres() -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "benchmarks are no part of the program and have no settings file")]
    let url = std::env::var("HOSHO_BENCH_POSTGRES");
    url.ok()
}

/// Measure on SQLite, and on PostgreSQL where one is given: one thread serves, the load comes from another.
pub fn on_both(measure: impl AsyncFn(Option<String>)) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    head();
    runtime.block_on(measure(None));
    if let Some(url) = postgres() {
        runtime.block_on(measure(Some(url)));
    }
}

/// The head of the table.
fn head() {
    println!("| what | database | per second | median | 99 % | floor per second | of the floor |");
    println!("|---|---|--:|--:|--:|--:|--:|");
}

/// One line of the table.
pub fn line(what: &str, database: &str, measured: Measured, floor: Measured) {
    let millis = |time: Duration| format!("{:.2} ms", time.as_secs_f64() * 1000.0);
    let share = measured.rate / floor.rate * 100.0;
    println!(
        "| {what} | {database} | {:.0} | {} | {} | {:.0} | {share:.0} % |",
        measured.rate,
        millis(measured.median),
        millis(measured.slow),
        floor.rate
    );
}
