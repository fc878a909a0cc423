//! The file: a mark, where each part begins, and the parts. A part is the description of its
//! filter, a check sum and the filter's fingerprints; an empty one is nothing at all. Numbers are little-endian.

use std::fs::File;
use std::io::{Error, ErrorKind, Result, Write};
use std::os::unix::fs::FileExt as _;
use std::path::Path;

use xorf::{BinaryFuse8, BinaryFuse8Ref, DmaSerializable, Filter as _, FilterRef as _};

use crate::base::digest::sha256;
use crate::domain::auth::breached::{Key, PARTITIONS};

/// What such a file begins with.
const MARK: &[u8; 16] = b"hosho breached 1";

/// The length of everything before the parts: the mark and the places of the parts.
pub(super) const HEAD: usize = MARK.len() + (PARTITIONS + 1) * 8;

/// The length of a check sum.
const SUM: usize = 8;

/// No part is longer: a file that says otherwise is not believed.
const LONGEST_PART: u64 = 1 << 28;

/// An open file.
#[derive(Debug)]
pub struct Filter {
    file: File,
    places: Vec<u64>,
}

impl Filter {
    /// Open a file and read where its parts are.
    pub fn open(path: &Path) -> Result<Self> {
        let file = File::open(path)?;
        let mut head = vec![0; HEAD];
        file.read_exact_at(&mut head, 0).map_err(|_| no_filter())?;
        let (mark, numbers) = head.split_at(MARK.len());
        let numbers = numbers.chunks_exact(8).map(|bytes| {
            let mut number = [0; 8];
            number.copy_from_slice(bytes);
            u64::from_le_bytes(number)
        });
        let places: Vec<u64> = numbers.collect();
        let are_in_order = places.is_sorted() && places.first() == Some(&(HEAD as u64));
        if mark != MARK || !are_in_order || places.last() != Some(&file.metadata()?.len()) {
            return Err(no_filter());
        }
        Ok(Self { file, places })
    }

    /// Whether a password is in it, or looks as if it were.
    pub fn contains(&self, key: Key) -> Result<bool> {
        let at = key.partition();
        let (Some(from), Some(to)) = (self.places.get(at), self.places.get(at + 1)) else { return Ok(false) };
        let length = to - from;
        if length == 0 {
            return Ok(false);
        }
        if length > LONGEST_PART {
            return Err(damaged());
        }
        let mut part = vec![0; usize::try_from(length).map_err(|_| damaged())?];
        self.file.read_exact_at(&mut part, *from)?;
        let parts = part.split_at_checked(BinaryFuse8::DESCRIPTOR_LEN);
        let (descriptor, rest) = parts.ok_or_else(damaged)?;
        let (sum, fingerprints) = rest.split_at_checked(SUM).ok_or_else(damaged)?;
        // A damaged description would lead outside of the fingerprints.
        if sum != sum_of(descriptor, fingerprints) {
            return Err(damaged());
        }
        Ok(BinaryFuse8Ref::from_dma(descriptor, fingerprints).contains(&key.0))
    }
}

/// Write one part; its length.
pub(super) fn write_part(out: &mut impl Write, filter: &BinaryFuse8) -> Result<u64> {
    let mut descriptor = vec![0; BinaryFuse8::DESCRIPTOR_LEN];
    filter.dma_copy_descriptor_to(&mut descriptor);
    let fingerprints = filter.dma_fingerprints();
    out.write_all(&descriptor)?;
    out.write_all(&sum_of(&descriptor, fingerprints))?;
    out.write_all(fingerprints)?;
    Ok((descriptor.len() + SUM + fingerprints.len()) as u64)
}

/// What stands before the parts.
pub(super) fn head(places: &[u64]) -> Vec<u8> {
    let mut head = MARK.to_vec();
    head.extend(places.iter().flat_map(|place| place.to_le_bytes()));
    head
}

fn sum_of(descriptor: &[u8], fingerprints: &[u8]) -> [u8; SUM] {
    let mut sum = [0; SUM];
    let whole = sha256([descriptor, fingerprints].concat());
    sum.copy_from_slice(whole.split_at(SUM).0);
    sum
}

fn no_filter() -> Error {
    Error::new(ErrorKind::InvalidData, "it is not a file that `hosho password breached import` has made")
}

fn damaged() -> Error {
    Error::new(ErrorKind::InvalidData, "it is damaged: build it again")
}
