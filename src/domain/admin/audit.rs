//! The audit chain: every entry's hash covers its contents and the hash before it, under a key that is
//! kept apart from the data. An edited, removed or reordered entry breaks the chain where it stood.

use crate::base::Timestamp;
use crate::base::digest::{base64url, hmac_sha256};

/// One entry as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// 1, 2, 3, … without gaps.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// What kind of actor: `customer`, `staff`, `operator`, …
    pub actor_kind: String,
    /// Which one.
    pub actor_id: String,
    /// From which address.
    pub network: Option<String>,
    /// In which request.
    pub request_id: String,
    /// What happened: `account.suspended`.
    pub name: String,
    /// To what kind of thing.
    pub object_kind: String,
    /// To which one.
    pub object_id: String,
    /// The customer whose record it concerns.
    pub subject: Option<String>,
    /// JSON: changes with before and after, and what was shown.
    pub details: String,
    /// The link to the entry before.
    pub hash: String,
}

/// The hash that follows `previous` for this entry.
pub fn link(key: &[u8], previous: &str, entry: &Entry) -> String {
    let mut message = Vec::with_capacity(512);
    let mut add = |part: &str| {
        // The length before each part: two neighbouring fields cannot trade letters.
        message.extend_from_slice(&(part.len() as u64).to_be_bytes());
        message.extend_from_slice(part.as_bytes());
    };
    add(previous);
    add(&entry.seq.to_string());
    add(&entry.at.millis().to_string());
    add(&entry.actor_kind);
    add(&entry.actor_id);
    add(entry.network.as_deref().unwrap_or("\0"));
    add(&entry.request_id);
    add(&entry.name);
    add(&entry.object_kind);
    add(&entry.object_id);
    add(entry.subject.as_deref().unwrap_or("\0"));
    add(&entry.details);
    base64url(hmac_sha256(key, message))
}

/// Where a chain is broken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Broken {
    /// An entry that should have this number is missing or stands elsewhere.
    Missing(i64),
    /// This entry, or one before it, is not what was written.
    Altered(i64),
    /// The head says that there were this many entries; the last ones are gone.
    Truncated {
        /// The number of the last entry that was written.
        expected: i64,
        /// The number of the last entry that is there.
        found: i64,
    },
}

/// Follows a chain entry by entry, from its beginning.
pub struct Verifier<'k> {
    key: &'k [u8],
    seq: i64,
    hash: String,
}

impl<'k> Verifier<'k> {
    /// At the beginning of the chain.
    pub fn new(key: &'k [u8]) -> Self {
        Self { key, seq: 0, hash: String::new() }
    }

    /// Check the next entry, in the order of `seq`.
    pub fn follow(&mut self, entry: &Entry) -> Result<(), Broken> {
        if entry.seq != self.seq + 1 {
            return Err(Broken::Missing(self.seq + 1));
        }
        if link(self.key, &self.hash, entry) != entry.hash {
            return Err(Broken::Altered(entry.seq));
        }
        self.seq = entry.seq;
        self.hash.clone_from(&entry.hash);
        Ok(())
    }

    /// Compare the end with the head; how many entries were followed.
    pub fn finish(self, head_seq: i64, head_hash: &str) -> Result<i64, Broken> {
        if head_seq != self.seq {
            return Err(Broken::Truncated { expected: head_seq, found: self.seq });
        }
        if head_hash != self.hash {
            return Err(Broken::Altered(self.seq));
        }
        Ok(self.seq)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chain() -> Vec<Entry> {
        let mut entries = Vec::new();
        let mut previous = String::new();
        for seq in 1..=3 {
            let mut entry = Entry {
                seq,
                at: Timestamp::from_seconds(seq),
                actor_kind: "staff".into(),
                actor_id: "s".into(),
                network: None,
                request_id: "r".into(),
                name: "account.shown".into(),
                object_kind: "account".into(),
                object_id: seq.to_string(),
                subject: None,
                details: "{}".into(),
                hash: String::new(),
            };
            entry.hash = link(b"key", &previous, &entry);
            previous.clone_from(&entry.hash);
            entries.push(entry);
        }
        entries
    }

    fn verify(entries: &[Entry], head: &Entry) -> Result<i64, Broken> {
        let mut verifier = Verifier::new(b"key");
        for entry in entries {
            verifier.follow(entry)?;
        }
        verifier.finish(head.seq, &head.hash)
    }

    #[test]
    fn an_untouched_chain_verifies() {
        let chain = chain();
        assert_eq!(verify(&chain, &chain[2]), Ok(3));
    }

    #[test]
    fn every_kind_of_tampering_is_found() {
        let good = chain();
        let head = good[2].clone();

        let mut edited = good.clone();
        edited[1].object_id = "other".into();
        assert_eq!(verify(&edited, &head), Err(Broken::Altered(2)));

        let removed = [good[0].clone(), good[2].clone()];
        assert_eq!(verify(&removed, &head), Err(Broken::Missing(2)));

        let mut swapped = good.clone();
        swapped.swap(1, 2);
        assert_eq!(verify(&swapped, &head), Err(Broken::Missing(2)));

        let mut renumbered = good.clone();
        (renumbered[1].seq, renumbered[2].seq) = (3, 2);
        renumbered.swap(1, 2);
        assert_eq!(verify(&renumbered, &head), Err(Broken::Altered(2)));

        assert_eq!(verify(&good[..2], &head), Err(Broken::Truncated { expected: 3, found: 2 }));
    }
}
