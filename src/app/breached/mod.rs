//! The filter of passwords that are known from breaches: a file that `hosho password breached import` builds and the
//! setting `password.breached_file` names. It is asked on this host; neither a password nor a part of its hash leaves it.
//!
//! # Decisions
//! - A binary fuse filter of eight bits: about nine bits a password, none missed, and one in 256 of all other passwords
//!   refused without being known. Its owner then chooses another one, which costs less than a gigabyte more.
//! - In parts, each with its own filter: building needs the memory of one part, and a look-up reads one of them from the
//!   file, so that the program does not grow by the size of the list.

pub mod build;
mod file;

use std::path::PathBuf;

use file::Filter;

use super::watched::Watched;
use crate::base::digest::sha1;
use crate::base::{Fault, Result};
use crate::domain::auth::breached::Key;
use crate::domain::auth::password::Password;

/// How many of a million passwords that are in no list are refused all the same.
pub const FALSE_POSITIVES_PER_MILLION: u32 = 3906;

/// The passwords that are known from breaches, where the operator has a list of them.
#[derive(Debug)]
pub struct Breached(Option<Watched<Filter>>);

impl Breached {
    /// Open the file that the setting names; none is no file.
    pub fn open(path: Option<&PathBuf>) -> Result<Self> {
        let Some(path) = path else { return Ok(Self(None)) };
        let own = path.clone();
        let watched = Watched::open("password.breached_file", vec![path.clone()], move |_| {
            Filter::open(&own).map_err(|error| {
                Fault::because(format!("password.breached_file: {} cannot be used", own.display()), error).into()
            })
        })?;
        Ok(Self(Some(watched)))
    }

    /// Whether a password is known, as typed or as it is hashed here. Reads a part of the file: to be called where
    /// passwords are hashed.
    pub fn contains(&self, password: &Password) -> bool {
        let Some(watched) = &self.0 else { return false };
        // A list of today counts from the next password on.
        watched.look(false);
        let filter = watched.get();
        [password.typed(), password.bytes()].into_iter().any(|bytes| {
            filter.contains(Key::of(&sha1(bytes))).unwrap_or_else(|error| {
                // Nobody could set a password because of a disk; the other rules still hold.
                tracing::error!(%error, "password.breached_file cannot be read: a password was not looked up in it");
                false
            })
        })
    }
}
