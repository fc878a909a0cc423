//! A copy of everything about a person as one file: JSON for programs, a page for people.

mod page;

use std::io::{Cursor, Write as _};

pub use page::{Record, Section, render};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::base::{Fault, Result};

/// Files by name, as one ZIP archive. They are stored as they are: a few pages of text need no compression.
pub fn zip(files: &[(String, Vec<u8>)]) -> Result<Vec<u8>> {
    let broken = |error: zip::result::ZipError| Fault::because("an archive cannot be made", error);
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (name, content) in files {
        writer.start_file(name.as_str(), options).map_err(broken)?;
        writer.write_all(content).map_err(|error| Fault::because("an archive cannot be written", error))?;
    }
    Ok(writer.finish().map_err(broken)?.into_inner())
}
