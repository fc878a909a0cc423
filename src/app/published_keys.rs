//! Key sets that clients publish at their `jwks_uri`, read once for each document that was fetched.

use std::sync::{Arc, Weak};

use crate::gateway::fetch::Document;
use crate::jose::ClientKeys;

/// How many sets are remembered; a set has at most fifty keys.
const REMEMBERED: u64 = 1000;

/// The sets that were needed lately, by their URL.
pub struct PublishedKeys(moka::sync::Cache<String, Set>);

/// What a document says.
#[derive(Clone)]
struct Set {
    /// The document that it was read from, which need not be kept for it.
    from: Weak<Document>,
    /// `None` if it is no key set that can be used.
    keys: Option<Arc<ClientKeys>>,
}

impl Default for PublishedKeys {
    fn default() -> Self {
        Self(moka::sync::Cache::new(REMEMBERED))
    }
}

impl PublishedKeys {
    /// The keys of a document that was fetched from there.
    pub fn read(&self, url: &str, document: &Arc<Document>) -> Option<Arc<ClientKeys>> {
        if let Some(known) = self.0.get(url).filter(|known| known.from.ptr_eq(&Arc::downgrade(document))) {
            return known.keys;
        }
        let keys = match ClientKeys::from_slice(&document.body) {
            Ok(keys) => Some(Arc::new(keys)),
            Err(why) => {
                tracing::warn!(url, %why, "the keys of a client cannot be used");
                None
            }
        };
        self.0.insert(url.to_owned(), Set { from: Arc::downgrade(document), keys: keys.clone() });
        keys
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_document_has_new_keys() {
        let document =
            |body: &str| Arc::new(Document { media_type: None, max_age: None, body: body.as_bytes().to_vec() });
        let published = PublishedKeys::default();
        let (first, second, broken) = (document(r#"{"keys":[]}"#), document(r#"{"keys":[]}"#), document("{}"));
        let keys = published.read("https://rp.example/jwks", &first).unwrap();
        assert!(Arc::ptr_eq(&keys, &published.read("https://rp.example/jwks", &first).unwrap()));
        assert!(!Arc::ptr_eq(&keys, &published.read("https://rp.example/jwks", &second).unwrap()));
        assert!(published.read("https://rp.example/jwks", &broken).is_none());
    }
}
