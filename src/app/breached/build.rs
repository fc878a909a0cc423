//! Building the filter from a list of any length, sorted or not, in the memory of a 256th of it. What is in between lies
//! beside the new file and is gone afterwards; the new file takes the place of the old one at its very end.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, BufWriter, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use xorf::BinaryFuse8;

use super::file::{HEAD, head, write_part};
use crate::base::{Fault, Refusal, Result};
use crate::domain::auth::breached::{BUCKETS, Key, LONGEST_LINE, PARTITIONS, read_line};

/// What was built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Built {
    /// Lines of the list.
    pub lines: u64,
    /// Passwords in the filter.
    pub passwords: u64,
    /// The length of the file.
    pub bytes: u64,
}

/// Build the filter of those passwords that were found `at_least` so often.
pub fn build(list: impl BufRead, output: &Path, at_least: u64) -> Result<Built> {
    let cannot = |error| Fault::because(format!("{} cannot be written", output.display()), error);
    let parts = Parts::beside(output).map_err(cannot)?;
    let lines = parts.sort(list, at_least)?;
    let new = beside(output, "new");
    let written = parts.write(&new).and_then(|(passwords, bytes)| {
        fs::rename(&new, output)?;
        Ok(Built { lines, passwords, bytes })
    });
    written.map_err(|error| {
        let _ = fs::remove_file(&new);
        cannot(error).into()
    })
}

/// The list in parts, each in a file of its own; gone with this value.
struct Parts(PathBuf);

impl Parts {
    fn beside(output: &Path) -> std::io::Result<Self> {
        let folder = beside(output, "parts");
        // What a run that was broken off has left.
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(&folder)?;
        Ok(Self(folder))
    }

    fn path(&self, bucket: usize) -> PathBuf {
        self.0.join(format!("{bucket:02x}"))
    }

    /// Write each line's key into the file of its part; how many lines there were.
    fn sort(&self, mut list: impl BufRead, at_least: u64) -> Result<u64> {
        let cannot = |error| Fault::because("the parts of the list cannot be written", error);
        let files: std::io::Result<Vec<_>> =
            (0..BUCKETS).map(|bucket| Ok(BufWriter::new(File::create(self.path(bucket))?))).collect();
        let mut files = files.map_err(cannot)?;
        let (mut lines, mut line) = (0_u64, Vec::with_capacity(LONGEST_LINE + 1));
        loop {
            line.clear();
            let mut one = (&mut list).take(LONGEST_LINE as u64 + 1);
            let read = one.read_until(b'\n', &mut line);
            if read.map_err(|error| Fault::because("the list cannot be read", error))? == 0 {
                break;
            }
            lines += 1;
            let text = line.trim_ascii_end();
            if text.is_empty() {
                continue;
            }
            let Some(read) = read_line(text) else {
                let what = "is not HASH:COUNT, a SHA-1 in 40 hexadecimal digits and a number";
                return Err(Refusal::Malformed(format!("line {lines} {what}").into()).into());
            };
            if read.count >= at_least
                && let Some(file) = files.get_mut(read.key.bucket())
            {
                file.write_all(&read.key.0.to_le_bytes()).map_err(cannot)?;
            }
        }
        for file in &mut files {
            file.flush().map_err(cannot)?;
        }
        Ok(lines)
    }

    /// Write the file; how many passwords it holds, and how long it is.
    fn write(&self, path: &Path) -> std::io::Result<(u64, u64)> {
        let mut out = BufWriter::new(File::create(path)?);
        out.write_all(&vec![0; HEAD])?;
        let (mut place, mut count) = (HEAD as u64, 0_u64);
        let mut places = vec![place];
        for bucket in 0..BUCKETS {
            let keys = self.keys(bucket)?;
            let mut rest = keys.as_slice();
            for partition in (bucket * PARTITIONS / BUCKETS)..((bucket + 1) * PARTITIONS / BUCKETS) {
                let end = rest.partition_point(|key| Key(*key).partition() <= partition);
                let (own, further) = rest.split_at(end);
                rest = further;
                if !own.is_empty() {
                    let filter = BinaryFuse8::try_from(own).map_err(std::io::Error::other)?;
                    place += write_part(&mut out, &filter)?;
                    count += own.len() as u64;
                }
                places.push(place);
            }
        }
        out.seek(SeekFrom::Start(0))?;
        out.write_all(&head(&places))?;
        out.into_inner().map_err(std::io::IntoInnerError::into_error)?.sync_all()?;
        Ok((count, place))
    }

    /// The keys of one part, sorted and each once.
    fn keys(&self, bucket: usize) -> std::io::Result<Vec<u64>> {
        let path = self.path(bucket);
        let many = usize::try_from(fs::metadata(&path)?.len() / 8).unwrap_or_default();
        let (mut keys, mut file, mut bytes) = (Vec::with_capacity(many), BufReader::new(File::open(&path)?), [0; 8]);
        for _ in 0..many {
            file.read_exact(&mut bytes)?;
            keys.push(u64::from_le_bytes(bytes));
        }
        keys.sort_unstable();
        keys.dedup();
        Ok(keys)
    }
}

impl Drop for Parts {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A name beside a file: in the same folder, so that one can take the place of the other.
fn beside(path: &Path, what: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{what}"));
    path.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::breached::Breached;
    use crate::base::digest::sha1;
    use crate::domain::auth::password::Password;

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02X}")).collect()
    }

    /// A list of a few megabytes, unsorted: the passwords `known 0` and so on, each found as often as its number says.
    fn list(many: u32) -> String {
        (0..many).map(|number| format!("{}:{number}\r\n", hex(&sha1(format!("known {number}"))))).collect()
    }

    fn known(breached: &Breached, password: &str) -> bool {
        breached.contains(&Password::enter(password).unwrap())
    }

    #[test]
    fn what_is_in_the_list_is_known_and_few_others_are() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("breached.filter");
        let built = build(list(100_000).as_bytes(), &path, 1).unwrap();
        assert_eq!((built.lines, built.passwords), (100_000, 99_999), "one was found not even once");
        assert_eq!(built.bytes, fs::metadata(&path).unwrap().len());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "what was in between is gone");

        let breached = Breached::open(Some(&path)).unwrap();
        assert!((1..100_000).step_by(97).all(|number| known(&breached, &format!("known {number}"))));
        let wrong = (0..20_000).filter(|number| known(&breached, &format!("unknown {number}"))).count();
        // One in 256 is expected: 78, with a standard deviation of 9.
        assert!((30..160).contains(&wrong), "{wrong}");
    }

    #[test]
    fn a_new_list_counts_at_once_and_a_broken_one_never() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("breached.filter");
        build(list(50).as_bytes(), &path, 40).unwrap();
        let breached = Breached::open(Some(&path)).unwrap();
        assert!(known(&breached, "known 40") && !known(&breached, "known 39"));
        build(list(60).as_bytes(), &path, 1).unwrap();
        assert!(known(&breached, "known 59") && known(&breached, "known 39"));

        let error = build("no list".as_bytes(), &path, 1).unwrap_err();
        assert!(format!("{error:?}").contains("line 1"), "{error:?}");
        let bad = folder.path().join("bad");
        fs::write(&bad, b"no filter").unwrap();
        fs::rename(&bad, &path).unwrap();
        assert!(known(&breached, "known 59"), "what was read before stays in use");
        assert!(Breached::open(Some(&path)).is_err());
    }

    #[test]
    fn damage_is_found_and_answers_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("breached.filter");
        build(list(1000).as_bytes(), &path, 1).unwrap();
        let mut bytes = fs::read(&path).unwrap();
        for byte in bytes.iter_mut().skip(HEAD) {
            *byte = !*byte;
        }
        fs::write(&path, &bytes).unwrap();
        let filter = super::super::file::Filter::open(&path).unwrap();
        let asked = filter.contains(Key::of(&sha1("known 7")));
        assert!(asked.is_err());
        bytes.truncate(HEAD + 5);
        fs::write(&path, &bytes).unwrap();
        assert!(super::super::file::Filter::open(&path).is_err());
    }

    #[test]
    fn an_empty_list_knows_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("breached.filter");
        assert_eq!(build("".as_bytes(), &path, 1).unwrap().passwords, 0);
        assert!(!known(&Breached::open(Some(&path)).unwrap(), "known 1"));
    }
}
