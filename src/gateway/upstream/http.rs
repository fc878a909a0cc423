//! What the `openidconnect` crate asks, sent through the one guarded way out.

use std::pin::Pin;

use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse};

use crate::gateway::fetch::{Fetch, FetchError, Purpose};

/// The crate's way to a provider.
pub(super) struct Http(pub(super) Fetch);

impl<'c> AsyncHttpClient<'c> for Http {
    type Error = FetchError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, FetchError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.0.exchange(Purpose::Upstream, request))
    }
}
