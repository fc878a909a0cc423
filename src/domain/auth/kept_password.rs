//! How a password lies in its table: as our own PHC string, as the hash that another system made, or as ours over
//! a quick one of there.

use crate::base::digest::{base64url, from_base64url};
use crate::domain::auth::foreign_hash::work::{Digest, SaltIs};
use crate::domain::auth::foreign_hash::{ForeignHash, Work};

const IMPORTED: &str = "imported:";
const WRAPPED: &str = "wrapped:";

/// What the table holds of a password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeptPassword<'a> {
    /// Argon2id of the normalised password, as a PHC string.
    Own(&'a str),
    /// What another system made.
    Imported(ForeignHash),
    /// Argon2id of what another system made.
    Wrapped(Wrapped<'a>),
}

/// A quick hash of another system, hashed once more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrapped<'a> {
    digest: Digest,
    salt_is: SaltIs,
    salt: Vec<u8>,
    /// The PHC string of the outer hash.
    pub phc: &'a str,
}

impl Wrapped<'_> {
    /// What the outer hash is of.
    pub fn inner(&self, typed: &[u8]) -> Vec<u8> {
        Work::Quick(self.digest, self.salt_is).derive(typed, &self.salt, self.digest.size())
    }
}

impl<'a> KeptPassword<'a> {
    /// Read what the table holds; `None` where that is nothing we wrote.
    pub fn read(text: &'a str) -> Option<Self> {
        if let Some(foreign) = text.strip_prefix(IMPORTED) {
            return ForeignHash::read(foreign).ok().map(Self::Imported);
        }
        let Some(rest) = text.strip_prefix(WRAPPED) else { return Some(Self::Own(text)) };
        let (inner, phc) = rest.split_once(':')?;
        let parts: Vec<&str> = inner.split(',').collect();
        let [digest, place, salt] = *parts.as_slice() else { return None };
        let salt_is = if place == "first" { SaltIs::First } else { SaltIs::Last };
        Some(Self::Wrapped(Wrapped { digest: Digest::from_name(digest)?, salt_is, salt: from_base64url(salt)?, phc }))
    }

    /// What comparing costs beside our own hash.
    pub fn work(&self) -> Option<Work> {
        match self {
            Self::Imported(foreign) => Some(foreign.work()),
            Self::Own(_) | Self::Wrapped(_) => None,
        }
    }

    /// Whether comparing stays within the bounds of imports; a text from outside is asked before it is kept.
    pub fn is_bounded(&self) -> bool {
        match self {
            Self::Imported(_) => true,
            Self::Own(phc) | Self::Wrapped(Wrapped { phc, .. }) => {
                phc.starts_with("$argon2id$") && ForeignHash::read(phc).is_ok()
            }
        }
    }
}

/// A hash of another system as the table holds it.
pub fn imported(foreign: &ForeignHash) -> String {
    format!("{IMPORTED}{}", foreign.text())
}

/// A quick hash as the table holds it, with the outer hash of it; `None` for one that is not quick.
pub fn wrapped(foreign: &ForeignHash, outer: &str) -> Option<String> {
    let Work::Quick(digest, salt_is) = foreign.work() else { return None };
    let place = if salt_is == SaltIs::First { "first" } else { "last" };
    Some(format!("{WRAPPED}{},{place},{}:{outer}", digest.name(), base64url(foreign.salt())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_and_holds_no_quick_hash() {
        let quick = ForeignHash::read("sha1$salt$0beec7b5ea3f0fdbc95d0dd47f3c5bc275da8a33").unwrap();
        let text = wrapped(&quick, "$argon2id$v=19$m=7168,t=1,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA").unwrap();
        assert!(!text.contains("0beec7b5"));
        let Some(KeptPassword::Wrapped(read)) = KeptPassword::read(&text) else { panic!("{text}") };
        assert_eq!(read.inner(b"open sesame"), quick.derive(b"open sesame"));
        let slow = ForeignHash::read("$2y$07$BCryptRequires22Chrcte/VlQH0piJtjXl.0t1XkA8pw9dMXTpOq").unwrap();
        assert_eq!(wrapped(&slow, "$argon2id$"), None);
        assert_eq!(KeptPassword::read(&imported(&slow)), Some(KeptPassword::Imported(slow)));
    }

    #[test]
    fn what_is_not_ours_is_not_read() {
        for text in ["imported:nothing", "wrapped:sha1:x", "wrapped:sha3,last,AA:$argon2id$"] {
            assert_eq!(KeptPassword::read(text), None, "{text}");
        }
        assert!(!KeptPassword::Own("$argon2id$v=19$m=4194304,t=9,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA").is_bounded());
        assert!(!KeptPassword::Own("").is_bounded());
    }
}
