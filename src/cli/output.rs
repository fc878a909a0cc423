//! The one place that prints.

use std::io::Write as _;

/// A line of the result.
pub fn line(text: &str) {
    // `println!` would panic when the reader of a pipe goes away.
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// The result as JSON.
pub fn json(value: &serde_json::Value) {
    line(&value.to_string());
}

/// Why the command failed.
pub fn complain(sentence: &str) {
    let one_line: String = sentence.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let _ = writeln!(std::io::stderr(), "hosho: {one_line}");
}
