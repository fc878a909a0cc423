//! A CSV file as spreadsheets write it: RFC 4180, in UTF-8 (with or without BOM) or CP932, read row by row.
//! Commas and quotes have the same bytes in both encodings, and no second byte of CP932 is one of them, so
//! rows are split before they are decoded.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use encoding_rs::{DecoderResult, Encoding, SHIFT_JIS, UTF_8};

use crate::base::digest::Sha256;
use crate::domain::registry::import::RowError;

/// Why a file cannot be read at all: one sentence for its author.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileError(pub String);

/// Where the bytes come from.
pub(in crate::service) type Bytes = Box<dyn Read + Send>;

/// An open file whose header was understood.
pub(in crate::service) struct CsvFile {
    reader: csv::Reader<Bounded<BufReader<Bytes>>>,
    budget: Arc<AtomicUsize>,
    encoding: &'static Encoding,
    columns: Vec<&'static str>,
    record: csv::ByteRecord,
    row: u64,
    over: bool,
    /// SHA-256 of the whole file.
    pub(in crate::service) hash: String,
}

/// The values of one row, decoded.
pub(in crate::service) struct Row {
    /// As a spreadsheet counts: the header is row 1.
    pub(in crate::service) number: u64,
    columns: Vec<&'static str>,
    values: Vec<String>,
}

/// The longest row, in bytes.
const MAX_ROW: usize = 256 * 1024;
/// The most columns a header may have.
const MAX_COLUMNS: usize = 64;

impl CsvFile {
    /// Look through the file once for its encoding, then read its header.
    pub(in crate::service) fn open(
        path: &Path,
        known: &[&'static str],
        needed: &[&'static str],
    ) -> Result<Self, FileError> {
        Self::read(path, || Ok(Box::new(File::open(path)?)), known, needed)
    }

    /// The same for what came otherwise than in a file; `path` names it in errors.
    pub(in crate::service) fn read(
        path: &Path,
        open: impl Fn() -> std::io::Result<Bytes>,
        known: &[&'static str],
        needed: &[&'static str],
    ) -> Result<Self, FileError> {
        let failed = |error: std::io::Error| FileError(format!("{} cannot be read: {error}", path.display()));
        let (encoding, hash) = look_through(open().map_err(failed)?, path)?;
        let budget = Arc::new(AtomicUsize::new(MAX_ROW));
        let source = BufReader::new(open().map_err(failed)?);
        let bounded = Bounded { source, budget: Arc::clone(&budget) };
        let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bounded);
        let mut record = csv::ByteRecord::new();
        if !reader.read_byte_record(&mut record).map_err(|error| unreadable(path, &error))? {
            return Err(FileError(format!("{} is empty", path.display())));
        }
        budget.store(MAX_ROW, Ordering::Relaxed);
        let columns = header(&record, encoding, known, needed)?;
        Ok(Self { reader, budget, encoding, columns, record, row: 1, over: false, hash })
    }

    /// The next row; `None` at the end. What is wrong with a row as a whole comes with its number.
    pub(in crate::service) fn next(&mut self) -> Option<Result<Row, (u64, RowError)>> {
        while !self.over {
            let read = self.reader.read_byte_record(&mut self.record);
            self.budget.store(MAX_ROW, Ordering::Relaxed);
            self.row += 1;
            match read {
                Ok(false) => self.over = true,
                Ok(true) if self.record.iter().all(<[u8]>::is_empty) => {}
                Ok(true) => return Some(self.decode()),
                Err(error) => {
                    // Nothing behind an unreadable row can be trusted to begin where a row begins.
                    self.over = true;
                    return Some(Err((self.row, whole_row("row", format!("the file cannot be read on: {error}")))));
                }
            }
        }
        None
    }

    fn decode(&self) -> Result<Row, (u64, RowError)> {
        if self.record.len() != self.columns.len() {
            let counts = format!("{} values for {} columns", self.record.len(), self.columns.len());
            return Err((self.row, whole_row("columns", counts)));
        }
        let mut values = Vec::with_capacity(self.columns.len());
        for (value, column) in self.record.iter().zip(&self.columns) {
            match self.encoding.decode_without_bom_handling_and_without_replacement(value) {
                Some(text) => values.push(text.into_owned()),
                None => {
                    let explanation = format!("the bytes are not {}", self.encoding.name());
                    return Err((self.row, RowError { column, reason: "encoding", explanation }));
                }
            }
        }
        Ok(Row { number: self.row, columns: self.columns.clone(), values })
    }
}

impl Row {
    /// The text of a column; empty where the file has no such column.
    pub(in crate::service) fn value(&self, column: &str) -> &str {
        let place = self.columns.iter().position(|&name| name == column);
        place.map_or("", |place| self.values[place].as_str())
    }
}

fn whole_row(reason: &'static str, explanation: String) -> RowError {
    RowError { column: "", reason, explanation }
}

fn unreadable(path: &Path, error: &csv::Error) -> FileError {
    FileError(format!("{} cannot be read: {error}", path.display()))
}

/// The encoding that the whole file is in, and its hash.
fn look_through(mut file: Bytes, path: &Path) -> Result<(&'static Encoding, String), FileError> {
    let mut hash = Sha256::default();
    let mut utf_8 = Check::new(UTF_8);
    let mut cp932 = Check::new(SHIFT_JIS);
    let mut buffer = vec![0; 64 * 1024];
    let mut first = true;
    let mut has_bom = false;
    loop {
        let count =
            file.read(&mut buffer).map_err(|error| FileError(format!("{} cannot be read: {error}", path.display())))?;
        let chunk = &buffer[..count];
        if first {
            refuse_other_formats(chunk, path)?;
            has_bom = chunk.starts_with(b"\xEF\xBB\xBF");
            first = false;
        }
        hash.update(chunk);
        utf_8.feed(chunk, count == 0);
        cp932.feed(chunk, count == 0);
        if count == 0 {
            break;
        }
    }
    // A file in neither is read as what it is for longer; its bad rows are refused one by one.
    let is_utf_8 = has_bom || utf_8.sound >= cp932.sound;
    Ok((if is_utf_8 { UTF_8 } else { SHIFT_JIS }, hash.finish()))
}

fn refuse_other_formats(start: &[u8], path: &Path) -> Result<(), FileError> {
    let what = match start {
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => "is UTF-16: save it as \"CSV UTF-8\"",
        [b'P', b'K', 3, 4, ..] => "is a workbook or a ZIP archive: save the sheet as CSV",
        [0xD0, 0xCF, 0x11, 0xE0, ..] => "is a workbook: save the sheet as CSV",
        [0x1F, 0x8B, ..] => "is compressed: unpack it first",
        _ => return Ok(()),
    };
    Err(FileError(format!("{} {what}", path.display())))
}

/// How far the file is sound in one encoding.
struct Check {
    decoder: encoding_rs::Decoder,
    sound: u64,
    broken: bool,
}

impl Check {
    fn new(encoding: &'static Encoding) -> Self {
        Self { decoder: encoding.new_decoder_without_bom_handling(), sound: 0, broken: false }
    }

    fn feed(&mut self, mut chunk: &[u8], last: bool) {
        let mut out = [0u8; 4096];
        while !self.broken {
            let (result, read, _) = self.decoder.decode_to_utf8_without_replacement(chunk, &mut out, last);
            self.sound += read as u64;
            chunk = &chunk[read..];
            match result {
                DecoderResult::InputEmpty => {
                    self.sound += u64::from(last);
                    return;
                }
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(..) => self.broken = true,
            }
        }
    }
}

/// Names of columns, folded; every needed one must be there, and no unknown one or one twice.
fn header(
    record: &csv::ByteRecord,
    encoding: &'static Encoding,
    known: &[&'static str],
    needed: &[&'static str],
) -> Result<Vec<&'static str>, FileError> {
    if record.len() > MAX_COLUMNS {
        return Err(FileError(format!("the header has {} columns, more than {MAX_COLUMNS}", record.len())));
    }
    let mut columns = Vec::with_capacity(record.len());
    for name in record {
        let (text, _) = encoding.decode_without_bom_handling(name);
        let folded = text.trim_start_matches('\u{FEFF}').trim().to_lowercase();
        let Some(&column) = known.iter().find(|&&column| column == folded) else {
            let shown: String = folded.chars().take(40).collect();
            return Err(FileError(format!("row 1: unknown column \"{shown}\"; known are {}", known.join(", "))));
        };
        if columns.contains(&column) {
            return Err(FileError(format!("row 1: column {column} appears twice")));
        }
        columns.push(column);
    }
    match needed.iter().find(|column| !columns.contains(column)) {
        Some(missing) => Err(FileError(format!("row 1: column {missing} is missing"))),
        None => Ok(columns),
    }
}

/// A source that gives no more bytes than the budget until it is filled up again: a row without end
/// (a quote that is never closed) must not fill the memory.
struct Bounded<R> {
    source: R,
    budget: Arc<AtomicUsize>,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let left = self.budget.load(Ordering::Relaxed);
        if left == 0 {
            return Err(std::io::Error::other(format!("a row is longer than {MAX_ROW} bytes")));
        }
        let wanted = buffer.len().min(left);
        let count = self.source.read(&mut buffer[..wanted])?;
        self.budget.store(left - count, Ordering::Relaxed);
        Ok(count)
    }
}

#[cfg(test)]
#[path = "csv_file_tests.rs"]
mod tests;
