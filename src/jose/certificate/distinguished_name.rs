//! Distinguished names: read from certificates (RFC 5280 §4.1.2.4) and from their text (RFC 4514), compared as
//! RFC 5280 §7.1 says: attribute by attribute, by letters rather than by bytes.

use std::fmt;

use x509_parser::asn1_rs::{Any, FromDer as _, Tag, ToDer as _, Utf8String};
use x509_parser::x509::X509Name;

use crate::base::text::nfkc;

/// The name of a subject or an issuer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DistinguishedName(Vec<Vec<Attribute>>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Attribute {
    /// The object identifier, dotted.
    oid: String,
    value: Value,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Value {
    Text(String),
    /// Not a string type: the whole DER encoding.
    Der(Vec<u8>),
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Folded {
    Text(String),
    Der(Vec<u8>),
}

/// Short names and their object identifiers. The first nine are RFC 4514 §3's, and the only ones that are written;
/// the rest is what certificates of companies have, under the names that tools print. Of two names the first is
/// the usual one.
const TYPES: [(&str, &str); 29] = [
    ("CN", "2.5.4.3"),
    ("L", "2.5.4.7"),
    ("ST", "2.5.4.8"),
    ("O", "2.5.4.10"),
    ("OU", "2.5.4.11"),
    ("C", "2.5.4.6"),
    ("STREET", "2.5.4.9"),
    ("DC", "0.9.2342.19200300.100.1.25"),
    ("UID", "0.9.2342.19200300.100.1.1"),
    ("S", "2.5.4.8"),
    ("emailAddress", "1.2.840.113549.1.9.1"),
    ("E", "1.2.840.113549.1.9.1"),
    ("serialNumber", "2.5.4.5"),
    ("SN", "2.5.4.4"),
    ("surname", "2.5.4.4"),
    ("GN", "2.5.4.42"),
    ("givenName", "2.5.4.42"),
    ("T", "2.5.4.12"),
    ("title", "2.5.4.12"),
    ("initials", "2.5.4.43"),
    ("generationQualifier", "2.5.4.44"),
    ("dnQualifier", "2.5.4.46"),
    ("pseudonym", "2.5.4.65"),
    ("postalCode", "2.5.4.17"),
    ("businessCategory", "2.5.4.15"),
    ("organizationIdentifier", "2.5.4.97"),
    ("jurisdictionL", "1.3.6.1.4.1.311.60.2.1.1"),
    ("jurisdictionST", "1.3.6.1.4.1.311.60.2.1.2"),
    ("jurisdictionC", "1.3.6.1.4.1.311.60.2.1.3"),
];
const WRITTEN: usize = 9;

impl DistinguishedName {
    /// The name in a certificate.
    pub(super) fn of(name: &X509Name<'_>) -> Option<Self> {
        let mut parts = Vec::new();
        for part in name.iter_rdn() {
            let mut attributes = Vec::new();
            for attribute in part.iter() {
                let value = Value::of(attribute.attr_value())?;
                attributes.push(Attribute { oid: attribute.attr_type().to_id_string(), value });
            }
            parts.push(attributes);
        }
        Some(Self(parts))
    }

    /// Read the text form of [RFC 4514 §3](https://www.rfc-editor.org/rfc/rfc4514#section-3): the last part first.
    /// Blanks around separators, `OID.` before an identifier and values in quotation marks are understood too,
    /// since tools write them (RFC 2253 §4). A name without parts names nobody and is `None`.
    pub fn parse(text: &str) -> Option<Self> {
        let mut reader = Reader(text);
        let mut parts = Vec::new();
        loop {
            let mut attributes = vec![reader.attribute()?];
            while reader.takes('+') {
                attributes.push(reader.attribute()?);
            }
            parts.push(attributes);
            if reader.0.is_empty() {
                break;
            }
            if !reader.takes(',') {
                return None;
            }
        }
        parts.reverse();
        Some(Self(parts))
    }

    /// Whether it names nobody.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether both are one name: the same parts in the same order, the attributes of a part in any order, values
    /// without regard to case, width and the number of blanks.
    /// [RFC 5280 §7.1](https://www.rfc-editor.org/rfc/rfc5280#section-7.1)
    pub fn is_same_as(&self, other: &Self) -> bool {
        self.0.len() == other.0.len()
            && self.0.iter().zip(&other.0).all(|(own, other)| comparable(own) == comparable(other))
    }
}

/// The attributes of a part in one order and one spelling.
fn comparable(part: &[Attribute]) -> Vec<(&str, Folded)> {
    let mut list: Vec<_> = part.iter().map(|attribute| (attribute.oid.as_str(), attribute.value.folded())).collect();
    list.sort();
    list
}

impl Value {
    fn of(any: &Any<'_>) -> Option<Self> {
        let bytes = any.data;
        let text = match any.tag() {
            Tag::Utf8String | Tag::PrintableString | Tag::Ia5String | Tag::NumericString | Tag::VisibleString => {
                String::from_utf8(bytes.to_vec()).ok()?
            }
            // Meant as T.61, written as Latin-1 by everybody.
            Tag::TeletexString => bytes.iter().copied().map(char::from).collect(),
            Tag::BmpString => {
                let units = bytes.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
                char::decode_utf16(units).collect::<Result<_, _>>().ok()?
            }
            _ => return any.to_der_vec().ok().map(Self::Der),
        };
        Some(Self::Text(text))
    }

    /// One spelling for what is the same value.
    fn folded(&self) -> Folded {
        match self {
            Self::Text(text) => {
                let lower = nfkc(text).to_lowercase();
                Folded::Text(lower.split_whitespace().collect::<Vec<_>>().join(" "))
            }
            Self::Der(der) => Folded::Der(der.clone()),
        }
    }
}

/// What is left of the text.
struct Reader<'a>(&'a str);

impl Reader<'_> {
    fn takes(&mut self, expected: char) -> bool {
        let Some(rest) = self.0.trim_start().strip_prefix(expected) else { return false };
        self.0 = rest;
        true
    }

    fn attribute(&mut self) -> Option<Attribute> {
        let (name, rest) = self.0.split_once('=')?;
        self.0 = rest.trim_start_matches(' ');
        let oid = oid_of(name.trim())?;
        let value = if self.takes('#') {
            self.encoded()?
        } else if self.takes('"') {
            Value::Text(self.quoted()?)
        } else {
            Value::Text(self.plain()?)
        };
        self.0 = self.0.trim_start_matches(' ');
        Some(Attribute { oid, value })
    }

    /// `#` and the encoding in hexadecimal digits.
    fn encoded(&mut self) -> Option<Value> {
        let end = self.0.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(self.0.len());
        let (digits, rest) = self.0.split_at(end);
        self.0 = rest;
        let bytes = from_hex(digits)?;
        let (left, any) = Any::from_der(&bytes).ok()?;
        if left.is_empty() { Value::of(&any) } else { None }
    }

    fn quoted(&mut self) -> Option<String> {
        let mut bytes = Vec::new();
        loop {
            match self.next()? {
                '"' => return String::from_utf8(bytes).ok(),
                '\\' => bytes.extend(self.escaped()?),
                c => push(&mut bytes, c),
            }
        }
    }

    fn plain(&mut self) -> Option<String> {
        let mut bytes = Vec::new();
        // Blanks at the end are none of the value, unless they are escaped.
        let mut kept = 0;
        while let Some(c) = self.0.chars().next() {
            match c {
                ',' | '+' => break,
                '"' | ';' | '<' | '>' | '\0' => return None,
                _ => {}
            }
            self.next();
            if c == '\\' {
                bytes.extend(self.escaped()?);
            } else {
                push(&mut bytes, c);
            }
            if c != ' ' {
                kept = bytes.len();
            }
        }
        bytes.truncate(kept);
        String::from_utf8(bytes).ok()
    }

    /// What follows a backslash: a special character, or a byte as two hexadecimal digits.
    fn escaped(&mut self) -> Option<Vec<u8>> {
        let first = self.next()?;
        if matches!(first, ' ' | '"' | '#' | '+' | ',' | ';' | '<' | '=' | '>' | '\\') {
            return Some(vec![first as u8]);
        }
        let second = self.next()?;
        from_hex(&format!("{first}{second}"))
    }

    fn next(&mut self) -> Option<char> {
        let mut rest = self.0.chars();
        let next = rest.next();
        self.0 = rest.as_str();
        next
    }
}

fn push(bytes: &mut Vec<u8>, c: char) {
    bytes.extend(c.encode_utf8(&mut [0; 4]).as_bytes());
}

fn oid_of(name: &str) -> Option<String> {
    let known = TYPES.iter().find(|(short, _)| short.eq_ignore_ascii_case(name));
    if let Some((_, oid)) = known {
        return Some((*oid).to_owned());
    }
    let prefix = name.get(..4).filter(|prefix| prefix.eq_ignore_ascii_case("oid."));
    let dotted = &name[prefix.map_or(0, str::len)..];
    let is_number =
        |part: &str| part == "0" || (!part.starts_with('0') && part.bytes().all(|byte| byte.is_ascii_digit()));
    let is_oid = dotted.contains('.') && dotted.split('.').all(|part| !part.is_empty() && is_number(part));
    is_oid.then(|| dotted.to_owned())
}

fn from_hex(digits: &str) -> Option<Vec<u8>> {
    if digits.is_empty() || digits.len() % 2 == 1 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16).ok()).collect()
}

impl fmt::Display for DistinguishedName {
    /// RFC 4514 §2
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, part) in self.0.iter().rev().enumerate() {
            for (position, attribute) in part.iter().enumerate() {
                let separator = match (number, position) {
                    (0, 0) => "",
                    (_, 0) => ",",
                    _ => "+",
                };
                write!(f, "{separator}{attribute}")?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for Attribute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let short = TYPES[..WRITTEN].iter().find(|(_, oid)| *oid == self.oid);
        write!(f, "{}=", short.map_or(self.oid.as_str(), |(name, _)| name))?;
        let der = match (&self.value, short) {
            (Value::Text(text), Some(_)) => return write_escaped(f, text),
            (Value::Text(text), None) => Utf8String::from(text.as_str()).to_der_vec().unwrap_or_default(),
            (Value::Der(der), _) => der.clone(),
        };
        f.write_str("#")?;
        der.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// [RFC 4514 §2.4](https://www.rfc-editor.org/rfc/rfc4514#section-2.4)
fn write_escaped(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    let last = text.chars().count().saturating_sub(1);
    for (at, c) in text.chars().enumerate() {
        match c {
            '"' | '+' | ',' | ';' | '<' | '>' | '\\' => write!(f, "\\{c}")?,
            ' ' if at == 0 || at == last => f.write_str("\\ ")?,
            '#' if at == 0 => f.write_str("\\#")?,
            // Nothing of a foreign certificate may break a line of a log.
            c if c.is_control() => c.encode_utf8(&mut [0; 4]).bytes().try_for_each(|byte| write!(f, "\\{byte:02x}"))?,
            c => write!(f, "{c}")?,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(one: &str, other: &str) -> bool {
        let read = |text: &str| DistinguishedName::parse(text).unwrap_or_else(|| panic!("{text}"));
        read(one).is_same_as(&read(other))
    }

    #[test]
    fn one_name_has_many_spellings() {
        for (one, other) in [
            ("CN=shop,O=Maker,C=JP", "cn = Shop ,  o=MAKER, c=jp "),
            ("CN=a+OU=b,O=x", "OU=b+CN=a,O=x"),
            (r"O=Maker\, Inc.", r"O=Maker\2C Inc."),
            (r"O=Maker\, Inc.", r#"O="Maker, Inc.""#),
            ("CN=shop", "2.5.4.3=shop"),
            ("CN=shop", "OID.2.5.4.3=shop"),
            ("CN=shop", "CN=#0c0473686f70"),
            ("CN=shop", "CN=#130453484F50"),
            ("CN=日本", "CN=#1e0465e5672c"),
            ("O=ＭＡＫＥＲ", "O=maker"),
            ("O=Maker   Works", "O=maker works"),
            ("EMAILADDRESS=a@b.example", "1.2.840.113549.1.9.1=#160b6140622e6578616d706c65"),
            ("ST=Tokyo", "S=tokyo"),
            (r"CN=Lu\C4\8Di\C4\87", "CN=Lučić"),
            (r"CN=\ a\ ", r"CN=\20a\20"),
            ("CN=,O=x", "CN= , O=x"),
        ] {
            assert!(same(one, other), "{one} | {other}");
        }
    }

    #[test]
    fn other_names_are_others() {
        for (one, other) in [
            ("CN=a,O=b", "O=b,CN=a"),
            ("CN=a,O=b", "CN=a"),
            ("CN=a,O=b", r"CN=a\,O=b"),
            ("CN=a,O=b", "CN=a+O=b"),
            ("CN=a,CN=b", "CN=b,CN=a"),
            ("O=a", "OU=a"),
            ("CN=a", "CN=a+CN=a"),
            ("CN=a b", "CN=ab"),
            ("CN=a", r"CN=a\00"),
            ("CN=a", "CN=#020161"),
        ] {
            assert!(!same(one, other), "{one} | {other}");
        }
    }

    #[test]
    fn what_is_no_name_is_refused() {
        for text in [
            "",
            " ",
            "CN",
            "=x",
            "CN=a,",
            ",CN=a",
            "CN=a,,O=b",
            "CN=a;O=b",
            "CN=<a>",
            "CN=\"a",
            "CN=\"a\"b",
            "CN=\\",
            "CN=\\zz",
            "CN=\\é1",
            "CN=\\FF",
            "CN=#",
            "CN=#0",
            "CN=#0c05",
            "CN=#0c0161ff",
            "CN=#0c0161 x",
            "X9=a",
            "2..5=a",
            "2.05=a",
            "2=a",
            "OID.=a",
            "CN=a\0b",
            "CN=a+",
            "é=a",
        ] {
            assert_eq!(DistinguishedName::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn the_text_is_that_of_the_standard_and_reads_back() {
        for (text, written) in [
            ("cn=Shop, o=Maker, c=JP", "CN=Shop,O=Maker,C=JP"),
            (r#"O="Maker, <Inc.> #1""#, r"O=Maker\, \<Inc.\> #1"),
            (r"CN=\#a\ +UID=1", r"CN=\#a\ +UID=1"),
            (r"CN=two\0Alines", r"CN=two\0alines"),
            ("emailAddress=a", "1.2.840.113549.1.9.1=#0c0161"),
            ("CN=#0201ff", "CN=#0201ff"),
        ] {
            let name = DistinguishedName::parse(text).unwrap();
            assert_eq!(name.to_string(), written);
            assert_eq!(DistinguishedName::parse(written), Some(name), "{written}");
        }
    }
}
