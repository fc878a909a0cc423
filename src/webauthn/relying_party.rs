//! Who we are to authenticators, and which pages may speak for us. Web Authentication Level 3, §5.1.2 and §5.11.

use crate::base::digest::sha256;

/// A relying party.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelyingParty {
    /// The domain that passkeys are bound to.
    pub id: String,
    /// The name that dialogs show.
    pub name: String,
    origins: Vec<String>,
}

impl RelyingParty {
    /// With the origins of its own pages, of related sites and of its apps, spelt as browsers spell them.
    pub fn new(id: impl Into<String>, name: impl Into<String>, origins: Vec<String>) -> Self {
        Self { id: id.into(), name: name.into(), origins }
    }

    /// Whether a page or an app of this origin may use its passkeys: byte for byte, never by beginning or end.
    pub fn accepts(&self, origin: &str) -> bool {
        self.origins.iter().any(|own| own == origin)
    }

    /// What authenticators know it by.
    pub fn id_hash(&self) -> [u8; 32] {
        sha256(&self.id)
    }
}
