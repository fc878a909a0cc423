//! `application/x-www-form-urlencoded`, read strictly: UTF-8, no NUL, no field twice.

use crate::base::{Refusal, Result};

/// The fields of a form or a query, each at most once.
#[derive(Debug, Default)]
pub struct Fields(Vec<(String, String)>);

/// More fields than this are no form of ours.
const MOST: usize = 200;

impl Fields {
    /// Read them.
    pub fn parse(bytes: &[u8]) -> Result<Self> {
        let malformed = |why: &'static str| Refusal::Malformed(why.into());
        let mut fields: Vec<(String, String)> = Vec::new();
        for piece in bytes.split(|byte| *byte == b'&').filter(|piece| !piece.is_empty()) {
            let mut halves = piece.splitn(2, |byte| *byte == b'=');
            let name = decode(halves.next().unwrap_or_default()).ok_or_else(|| malformed("not UTF-8"))?;
            let value = decode(halves.next().unwrap_or_default()).ok_or_else(|| malformed("not UTF-8"))?;
            if name.contains('\0') || value.contains('\0') {
                return Err(malformed("a field contains a NUL character").into());
            }
            if fields.len() >= MOST {
                return Err(malformed("too many fields").into());
            }
            if fields.iter().any(|(known, _)| *known == name) {
                return Err(malformed("a field is there twice").into());
            }
            fields.push((name, value));
        }
        Ok(Self(fields))
    }

    /// A field as it was sent, if it was.
    pub fn find(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// A field with blanks around it removed; empty where it is absent.
    pub fn text(&self, name: &str) -> &str {
        self.find(name).unwrap_or_default().trim()
    }

    /// Whether a box was ticked.
    pub fn is_ticked(&self, name: &str) -> bool {
        self.find(name).is_some_and(|value| !value.is_empty())
    }

    /// Yes or no, by the button that was pressed. Anything else that is sent does not count.
    pub fn decision(&self) -> Result<bool> {
        match self.text("decision") {
            "allow" => Ok(true),
            "deny" => Ok(false),
            _ => Err(Refusal::Malformed("decision is allow or deny".into()).into()),
        }
    }

    /// All of them, in the order they came.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

/// Percent-decode; `None` where the result is not UTF-8. A lone percent sign stands for itself.
pub(in crate::http) fn decode(piece: &[u8]) -> Option<String> {
    let hex = |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16));
    let mut out = Vec::with_capacity(piece.len());
    let mut at = 0;
    while let Some(byte) = piece.get(at) {
        at += 1;
        match (byte, hex(piece.get(at)), hex(piece.get(at + 1))) {
            (b'%', Some(high), Some(low)) => {
                out.push((high * 16 + low) as u8);
                at += 2;
            }
            (b'+', _, _) => out.push(b' '),
            _ => out.push(*byte),
        }
    }
    String::from_utf8(out).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_decoded() {
        let fields = Fields::parse("name=%E8%8A%B1%E5%AD%90+x&box=on&empty=&odd=100%".as_bytes()).unwrap();
        assert_eq!(fields.text("name"), "花子 x");
        assert!(fields.is_ticked("box") && !fields.is_ticked("empty") && !fields.is_ticked("absent"));
        assert_eq!(fields.text("odd"), "100%");
    }

    /// (A171)
    #[test]
    fn what_the_databases_would_treat_differently_is_refused() {
        for bad in ["a=%00", "a=%FF%FE", "a=1&a=2", "%00=1", "a=%ED%A0%80"] {
            assert!(Fields::parse(bad.as_bytes()).is_err(), "{bad}");
        }
    }
}
