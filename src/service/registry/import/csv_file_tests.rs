//! Files as spreadsheets write them, and files that are something else.

use std::io::Write as _;

use super::*;

const KNOWN: [&str; 3] = ["model_no", "serial", "lot"];
const NEEDED: [&str; 2] = ["model_no", "serial"];

fn open(bytes: &[u8]) -> Result<CsvFile, FileError> {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    CsvFile::open(file.path(), &KNOWN, &NEEDED)
}

/// Number, serial and lot of a row, or its number and what is wrong.
type Seen = Result<(u64, String, String), (u64, &'static str)>;

fn rows(bytes: &[u8]) -> Vec<Seen> {
    let mut file = open(bytes).unwrap();
    std::iter::from_fn(|| file.next())
        .map(|row| match row {
            Ok(row) => Ok((row.number, row.value("serial").to_owned(), row.value("lot").to_owned())),
            Err((number, error)) => Err((number, error.reason)),
        })
        .collect()
}

fn cp932(text: &str) -> Vec<u8> {
    SHIFT_JIS.encode(text).0.into_owned()
}

#[test]
fn utf_8_with_and_without_bom_and_cp932_are_the_same() {
    let text = "model_no,serial,lot\r\nX100,AB1,第一工場\r\nX100,AB2,ソ表能\r\n";
    let expected = [Ok((2, "AB1".into(), "第一工場".into())), Ok((3, "AB2".into(), "ソ表能".into()))];
    assert_eq!(rows(text.as_bytes()), expected);
    assert_eq!(rows(format!("\u{FEFF}{text}").as_bytes()), expected);
    assert_eq!(rows(&cp932(text)), expected);
}

#[test]
fn vendor_characters_of_cp932_are_read() {
    let found = rows(&cp932("model_no,serial,lot\nX,A,①㈱髙\n"));
    assert_eq!(found, [Ok((2, "A".into(), "①㈱髙".into()))]);
}

#[test]
fn quotes_line_breaks_and_blank_rows_keep_the_count() {
    let text = "\"model_no\",SERIAL ,lot\nX,\"A\"\"1\",\"two\nlines\"\n,,\nX,B,\n";
    assert_eq!(rows(text.as_bytes()), [Ok((2, "A\"1".into(), "two\nlines".into())), Ok((4, "B".into(), "".into()))]);
}

#[test]
fn a_row_of_another_length_or_encoding_harms_no_other() {
    let mut bytes = b"model_no,serial,lot\nX,A\nX,B,1,2\nX,C,ok\nX,D,".to_vec();
    bytes.extend(b"\xff\xfe\nX,E,ok\n");
    let found = rows(&bytes);
    assert_eq!(found[..2], [Err((2, "columns")), Err((3, "columns"))]);
    assert_eq!(found[2], Ok((4, "C".into(), "ok".into())));
    assert_eq!(found[3], Err((5, "encoding")));
    assert_eq!(found[4], Ok((6, "E".into(), "ok".into())));
}

#[test]
fn headers_that_cannot_be_used_are_named() {
    for (bytes, hint) in [
        (&b""[..], "empty"),
        (b"model_no,lot\n", "serial is missing"),
        (b"model_no,serial,colour\n", "unknown column \"colour\""),
        (b"model_no,serial,serial\n", "appears twice"),
        (b"\xff\xfem\0o\0", "UTF-16"),
        (b"PK\x03\x04rest", "workbook"),
        (b"\x1f\x8b\x08", "compressed"),
    ] {
        let error = open(bytes).err().unwrap().0;
        assert!(error.contains(hint), "{error}");
    }
}

#[test]
fn a_million_columns_and_a_row_without_end_are_bounded() {
    assert!(open(&b"a,".repeat(1_000_000)).err().unwrap().0.contains("longer than"));
    let mut endless = b"model_no,serial\nX,A\nX,\"".to_vec();
    endless.extend(vec![b'9'; 2_000_000]);
    let found = rows(&endless);
    assert_eq!(found.len(), 2);
    assert_eq!(found[1], Err((3, "row")));
}
