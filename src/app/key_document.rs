//! The published key set as it is sent: written when another key comes in or goes, and kept. RFC 7517 §5.

use std::sync::{Arc, PoisonError, RwLock};

use crate::base::digest::fingerprint;
use crate::base::{Fault, Result, Timestamp};
use crate::jose::jwe::DecryptionRing;
use crate::jose::rotation::Stage;
use crate::jose::{KeyRing, PublishedKeys};

/// What was written last.
#[derive(Default)]
pub struct KeyDocument {
    kept: RwLock<Arc<Written>>,
}

/// The document.
#[derive(Debug, Default)]
pub struct Written {
    /// The names of the keys in it, in its order.
    kids: Vec<String>,
    /// The JSON.
    pub json: Vec<u8>,
    /// Its entity tag.
    pub etag: String,
}

impl KeyDocument {
    /// The document of the keys that are published now.
    pub fn current(&self, signing: &KeyRing, encryption: &DecryptionRing, now: Timestamp) -> Result<Arc<Written>> {
        let kept = Arc::clone(&self.kept.read().unwrap_or_else(PoisonError::into_inner));
        if names(signing, encryption, now).eq(kept.kids.iter().map(String::as_str)) {
            return Ok(kept);
        }
        let keys = PublishedKeys::new(&signing.published(now), encryption.published());
        let json =
            serde_json::to_vec(&keys).map_err(|error| Fault::because("the key set could not be written", error))?;
        let kids = names(signing, encryption, now).map(str::to_owned).collect();
        let written = Arc::new(Written { kids, etag: format!("\"{}\"", fingerprint(&json)), json });
        *self.kept.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&written);
        Ok(written)
    }
}

fn names<'a>(signing: &'a KeyRing, encryption: &'a DecryptionRing, now: Timestamp) -> impl Iterator<Item = &'a str> {
    let signing = signing.stages(now).filter(|(_, stage)| *stage != Stage::Retired);
    signing.map(|(kept, _)| kept.key.kid()).chain(encryption.published().map(|key| key.kid.as_str()))
}
