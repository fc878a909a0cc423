//! The other providers that people can sign in with.

use std::sync::Arc;

use crate::base::{Clock, Result};
use crate::config::upstream::UpstreamSettings;
use crate::gateway::fetch::Fetch;
use crate::gateway::upstream::Provider;

/// All that are enabled, in the order of the settings.
pub struct Upstreams(Vec<Arc<Provider>>);

impl Upstreams {
    /// As the settings say.
    pub fn open(settings: &UpstreamSettings, fetch: &Fetch, clock: &Clock) -> Result<Self> {
        let open = |provider| Provider::open(provider, fetch.clone(), clock.clone()).map(Arc::new);
        settings.0.iter().cloned().map(open).collect::<Result<_>>().map(Self)
    }

    /// One of them, by the name of its table.
    pub fn find(&self, id: &str) -> Option<&Arc<Provider>> {
        self.0.iter().find(|provider| provider.settings().id == id)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Provider>> {
        self.0.iter()
    }

    /// Whether people can sign in with what is linked by these two: the provider is there, and is the one that it was.
    pub fn know(&self, provider: &str, issuer: &str) -> bool {
        self.find(provider).is_some_and(|found| found.settings().issuer == issuer)
    }
}
