//! Elements of JSON files, one at a time: of a `users` array inside a large object, of an array, or of lines. What
//! is held in memory at once is bounded, however large the file is.

use std::cell::Cell;
use std::io::{BufRead, Read};
use std::rc::Rc;

use serde::de::{DeserializeSeed, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use crate::domain::registry::import::RowError;

/// The longest element, in bytes.
const MAX_ELEMENT: usize = 1024 * 1024;
/// The most bytes between two elements: the rest of an export, which is skipped unread.
const MAX_BETWEEN: usize = 64 * 1024 * 1024;
/// What breaks off a reading whose results nobody wants any more.
const ENOUGH: &str = "enough";

/// Takes one element with its number, from 1, or what is wrong with it; `false` where no more is wanted.
pub(super) type Take<'a> = &'a mut dyn FnMut(u64, Result<Value, RowError>) -> bool;

/// Read the elements of one of the three forms; which one it is shows at the first character.
pub(super) fn read(source: impl BufRead, take: Take<'_>) {
    let mut source = source;
    let Ok(start) = source.fill_buf() else { return failed(1, "the file cannot be read", take) };
    let has_bom = start.starts_with(b"\xEF\xBB\xBF");
    let begin = start.iter().skip(if has_bom { 3 } else { 0 }).find(|byte| !byte.is_ascii_whitespace()).copied();
    if has_bom {
        source.consume(3);
    }
    match begin {
        Some(b'[') => array(source, take),
        // One object in many lines, or one object in each: what comes before the first line break decides.
        Some(b'{') => match whole_first_line(&mut source) {
            Ok((line, true)) => lines(line.chain(source), take),
            Ok((line, false)) => array(line.chain(source), take),
            Err(_) => failed(1, "the file cannot be read", take),
        },
        Some(_) => failed(1, "the file is not JSON", take),
        None => failed(1, "the file is empty", take),
    }
}

/// The first line, as far as it is kept in memory, and whether it is an object by itself that is no export.
fn whole_first_line(source: &mut impl BufRead) -> std::io::Result<(std::io::Cursor<Vec<u8>>, bool)> {
    let mut line = Vec::new();
    source.take(MAX_ELEMENT as u64).read_until(b'\n', &mut line)?;
    let is_one = serde_json::from_slice::<Value>(&line).is_ok_and(|value| !value["users"].is_array());
    Ok((std::io::Cursor::new(line), is_one))
}

fn failed(number: u64, explanation: &str, take: Take<'_>) {
    let error = RowError { column: "", reason: "row", explanation: explanation.to_owned() };
    take(number, Err(error));
}

fn lines(mut source: impl BufRead, take: Take<'_>) {
    for number in 1.. {
        let mut line = Vec::new();
        // One byte more than the longest, so that a longer one is noticed.
        match source.by_ref().take(MAX_ELEMENT as u64 + 1).read_until(b'\n', &mut line) {
            Ok(0) => return,
            Ok(_) if line.len() > MAX_ELEMENT => return failed(number, "a line is longer than 1 MiB", take),
            Ok(_) if line.iter().all(u8::is_ascii_whitespace) => continue,
            Ok(_) => {}
            Err(_) => return failed(number, "the file cannot be read on", take),
        }
        let element = serde_json::from_slice::<Value>(&line).map_err(|error| RowError {
            column: "",
            reason: "json",
            explanation: format!("the line is not JSON: {error}"),
        });
        if !take(number, element) {
            return;
        }
    }
}

fn array(source: impl BufRead, take: Take<'_>) {
    let budget = Rc::new(Cell::new(MAX_BETWEEN));
    let reader = Budgeted { source, budget: Rc::clone(&budget) };
    let mut walk = Walk { next: 1, budget, take };
    let mut json = serde_json::Deserializer::from_reader(reader);
    if let Err(error) = (Elements { walk: &mut walk, needs_users: true }).deserialize(&mut json)
        && !error.to_string().starts_with(ENOUGH)
    {
        let (number, explanation) = (walk.next, format!("the file cannot be read on: {error}"));
        failed(number, &explanation, walk.take);
    }
}

struct Walk<'a> {
    next: u64,
    budget: Rc<Cell<usize>>,
    take: Take<'a>,
}

/// The elements of an array, or of the array `users` of an object.
struct Elements<'w, 'a> {
    walk: &'w mut Walk<'a>,
    needs_users: bool,
}

impl<'de> DeserializeSeed<'de> for Elements<'_, '_> {
    type Value = ();
    fn deserialize<D: serde::Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Elements<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an array of users, or an object with one")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<(), A::Error> {
        loop {
            self.walk.budget.set(MAX_ELEMENT);
            let Some(element) = elements.next_element::<Value>()? else { break };
            let number = self.walk.next;
            self.walk.next += 1;
            if !(self.walk.take)(number, Ok(element)) {
                return Err(A::Error::custom(ENOUGH));
            }
        }
        self.walk.budget.set(MAX_BETWEEN);
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let mut has_users = false;
        while let Some(name) = members.next_key::<String>()? {
            if self.needs_users && name == "users" {
                has_users = true;
                members.next_value_seed(Elements { walk: &mut *self.walk, needs_users: false })?;
            } else {
                members.next_value::<IgnoredAny>()?;
            }
            self.walk.budget.set(MAX_BETWEEN);
        }
        if self.needs_users && !has_users {
            return Err(A::Error::custom("there is no array \"users\""));
        }
        Ok(())
    }
}

/// A source that gives no more bytes than the budget until it is filled up again.
struct Budgeted<R> {
    source: R,
    budget: Rc<Cell<usize>>,
}

impl<R: Read> Read for Budgeted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let left = self.budget.get();
        if left == 0 {
            return Err(std::io::Error::other("an element is too long"));
        }
        let wanted = buffer.len().min(left);
        let count = self.source.read(&mut buffer[..wanted])?;
        self.budget.set(left - count);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The `n` of every element that was read, or the reason of what was not.
    fn seen(text: &[u8]) -> Vec<(u64, Result<i64, &'static str>)> {
        let mut seen = Vec::new();
        read(text, &mut |number, element| {
            seen.push((number, element.map(|value| value["n"].as_i64().unwrap_or(-1)).map_err(|error| error.reason)));
            true
        });
        seen
    }

    #[test]
    fn the_three_forms_are_one() {
        let expected = [(1, Ok(1)), (2, Ok(2))];
        for text in [
            r#"{"realm": "x", "clients": [{"users": [9]}], "users": [{"n": 1}, {"n": 2}], "roles": {}}"#,
            "{\n  \"users\": [\n    {\"n\": 1},\n    {\"n\": 2}\n  ]\n}",
            r#"[{"n": 1}, {"n": 2}]"#,
            "{\"n\": 1}\n{\"n\": 2}\n",
            "\u{FEFF}{\"n\": 1}\r\n{\"n\": 2}",
        ] {
            assert_eq!(seen(text.as_bytes()), expected, "{text}");
        }
        assert_eq!(seen(b"{\"n\": 1}\n\nnonsense\n{\"n\": 4}\n"), [(1, Ok(1)), (3, Err("json")), (4, Ok(4))]);
    }

    #[test]
    fn what_is_no_export_is_said_once() {
        for text in [&b""[..], b"  ", b"id,email", b"\xff\xfe{", b"{\"realm\": \"x\",\n\"a\": 1}", b"[1, 2"] {
            let seen = seen(text);
            assert_eq!(seen.last().unwrap().1, Err("row"), "{text:?}");
        }
        let deep = format!("[{}", "[".repeat(100_000));
        assert_eq!(seen(deep.as_bytes()), [(1, Err("row"))]);
    }

    #[test]
    fn an_element_without_end_is_bounded() {
        let mut endless = br#"[{"n": 1}, {"n": ""#.to_vec();
        endless.extend(vec![b'9'; 3_000_000]);
        assert_eq!(seen(&endless), [(1, Ok(1)), (2, Err("row"))]);
        let mut line = b"{\"n\": 1}\n".to_vec();
        line.extend(vec![b' '; 3_000_000]);
        assert_eq!(seen(&line), [(1, Ok(1)), (2, Err("row"))]);
    }

    #[test]
    fn reading_ends_where_no_more_is_wanted() {
        for text in ["[1, 2, 3]", "{\"a\": 1}\n{\"a\": 2}"] {
            let mut count = 0;
            read(text.as_bytes(), &mut |_, _| {
                count += 1;
                false
            });
            assert_eq!(count, 1, "{text}");
        }
    }
}
