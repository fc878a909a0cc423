//! Requests to other servers: which are made, what limits them, what is remembered of their answers.

mod addresses;
mod documents;
mod limits;
mod messages;
mod tls;

use hosho::config::Config;
use hosho::gateway::fetch::names::Names;
use hosho::gateway::fetch::{Document, Fetch, FetchError, Live, Purpose, Wanted};

use crate::support::WebHost;

/// The network with these settings.
fn live(settings: &[(&str, &str)]) -> Fetch {
    Fetch::live(&Config::from_variables(settings).unwrap().fetch, |_, _| {}).unwrap()
}

/// The network with a table of names, for which some hosts are allowed.
fn live_with(names: Names, allowed: &str) -> Fetch {
    let config = Config::from_variables(&[("HOSHO_FETCH_ALLOW_HOSTS", allowed)]).unwrap();
    Fetch::Live(Live::open(&config.fetch, names, |_, _| {}).unwrap())
}

/// The network with one host allowed and other settings besides.
fn live_for(host: &WebHost, settings: &[(&str, &str)]) -> Fetch {
    let allowed = host.as_localhost();
    let mut all = vec![("HOSHO_FETCH_ALLOW_HOSTS", allowed.as_str())];
    all.extend(settings);
    live(&all)
}

/// The keys at a URL.
async fn get(fetch: &Fetch, url: &str) -> Result<Document, FetchError> {
    fetch.get(Purpose::JwksUri, url, &Wanted::default()).await
}
