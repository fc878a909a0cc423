//! What a run of the tests is told by variables: which servers, how many rounds, whether to write snapshots anew.

/// The value of a variable, if it is set.
#[expect(clippy::disallowed_methods, reason = "the settings of the tests, not of the program")]
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// How many rounds a race runs: a few by default, thousands where `HOSHO_TEST_ROUNDS` asks.
pub fn rounds(default: u64) -> u64 {
    variable("HOSHO_TEST_ROUNDS").and_then(|text| text.parse().ok()).unwrap_or(default)
}
