//! Files that are read again when they change, while the server goes on: certificates and their keys.
//! A good new version takes the place of the one before; a bad one changes nothing and is reported once.

use std::fmt;
use std::os::unix::fs::MetadataExt as _;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use crate::base::{Fault, Result};

/// Reads the files; is given what they said before, where they are read again.
type Read<T> = Box<dyn Fn(Option<&T>) -> Result<T> + Send + Sync>;

/// What was read from some files.
pub struct Watched<T> {
    /// The setting that names them, for the log.
    name: &'static str,
    files: Vec<PathBuf>,
    read: Read<T>,
    current: RwLock<Arc<T>>,
    seen: Mutex<Seen>,
}

/// The files as they were when they were last read.
struct Seen {
    state: Vec<State>,
    was_bad: bool,
}

/// What tells one version of a file from another; `None` where there is no file.
type State = Option<(i64, i64, u64, u64)>;

impl<T> Watched<T> {
    /// Read the files for the first time.
    pub fn open(
        name: &'static str,
        files: Vec<PathBuf>,
        read: impl Fn(Option<&T>) -> Result<T> + Send + Sync + 'static,
    ) -> Result<Self> {
        // Looked at before they are read: what is written meanwhile is a change then.
        let seen = Seen { state: state_of(&files), was_bad: false };
        let current = RwLock::new(Arc::new(read(None)?));
        Ok(Self { name, files, read: Box::new(read), current, seen: Mutex::new(seen) })
    }

    /// The last good version.
    pub fn get(&self) -> Arc<T> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Read the files again where they have changed, or in any case. A version that was bad is tried again even if
    /// it has not changed: certificate and key are replaced one after the other, and one that was not valid yet
    /// becomes so.
    pub fn look(&self, in_any_case: bool) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let state = state_of(&self.files);
        let has_changed = state != seen.state;
        if !(has_changed || in_any_case || seen.was_bad) {
            return;
        }
        let read = (self.read)(Some(&self.get()));
        match &read {
            Ok(_) => tracing::info!(setting = self.name, "files were read again"),
            Err(error) if has_changed || in_any_case => {
                tracing::warn!(
                    setting = self.name,
                    why = explain(error),
                    "changed files cannot be used: what they said before stays in use"
                );
            }
            Err(_) => {}
        }
        *seen = Seen { state, was_bad: read.is_err() };
        if let Ok(new) = read {
            *self.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(new);
        }
    }

    /// Whether the files as they are now cannot be used.
    pub fn is_bad(&self) -> bool {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).was_bad
    }
}

impl<T> fmt::Debug for Watched<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Watched({})", self.name)
    }
}

fn explain(error: &crate::base::Error) -> String {
    match error {
        crate::base::Error::Fault(fault) => fault.explain(),
        crate::base::Error::Refused(_) => error.to_string(),
    }
}

/// Links are followed: certificates are often replaced by pointing a link elsewhere.
fn state_of(files: &[PathBuf]) -> Vec<State> {
    let state = |file: &PathBuf| {
        let facts = std::fs::metadata(file).ok()?;
        Some((facts.mtime(), facts.mtime_nsec(), facts.len(), facts.ino()))
    };
    files.iter().map(state).collect()
}

/// The content of the file that a setting names.
pub fn read_file(setting: &str, path: &std::path::Path) -> Result<Vec<u8>> {
    std::fs::read(path)
        .map_err(|error| Fault::because(format!("{setting}: {} cannot be read", path.display()), error).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_good_version_is_taken_and_a_bad_one_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("number");
        std::fs::write(&path, "1").unwrap();
        let own = path.clone();
        let read = move |_: Option<&u32>| {
            let text = String::from_utf8_lossy(&read_file("number", &own)?).into_owned();
            text.parse::<u32>().map_err(|error| Fault::because("no number", error).into())
        };
        let watched = Watched::open("number", vec![path.clone()], read).unwrap();
        assert_eq!(*watched.get(), 1);
        for (content, number, is_bad) in [("22", 22, false), ("bad", 22, true), ("333", 333, false)] {
            std::fs::write(&path, content).unwrap();
            watched.look(false);
            assert_eq!((*watched.get(), watched.is_bad()), (number, is_bad), "{content}");
        }
        std::fs::remove_file(&path).unwrap();
        watched.look(false);
        assert_eq!((*watched.get(), watched.is_bad()), (333, true));
        // As a link is turned to another file.
        let other = folder.path().join("other");
        std::fs::write(&other, "4444").unwrap();
        std::os::unix::fs::symlink(&other, &path).unwrap();
        watched.look(false);
        assert_eq!((*watched.get(), watched.is_bad()), (4444, false));
    }

    #[test]
    fn a_change_that_leaves_no_trace_is_read_when_asked() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("letter");
        std::fs::write(&path, "a").unwrap();
        let before = std::fs::metadata(&path).unwrap().modified().unwrap();
        let own = path.clone();
        let watched = Watched::open("letter", vec![path.clone()], move |_| read_file("letter", &own)).unwrap();
        std::fs::write(&path, "b").unwrap();
        std::fs::File::options().write(true).open(&path).unwrap().set_modified(before).unwrap();
        watched.look(false);
        assert_eq!(*watched.get(), b"a");
        watched.look(true);
        assert_eq!(*watched.get(), b"b");
    }
}
