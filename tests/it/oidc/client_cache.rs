//! What an instance remembers of clients, and when a change is seen: at once where it was made, on other instances
//! within a second through Redis, and within five without it.

use std::sync::Arc;
use std::time::Duration;

use hosho::app::work::Access;
use hosho::app::{App, Work};
use hosho::base::id::ClientId;
use hosho::base::time::seconds;
use hosho::domain::actor::{Actor, Origin};
use hosho::service::oidc::client;
use hosho::store::ephemeral::Notice;
use serde_json::{Value, json};

use crate::support::{Answer, Server, Shop, TestKey, asserting, basic, variable};

/// What is remembered: each is changed in one test.
const REMEMBERED: [&str; 4] = ["secret", "keys", "metadata", "state"];

/// How long a change is waited for on a machine that is busy, and how often it is looked at.
const PATIENCE: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(20);

/// A client that changes.
struct Changing {
    shop: Shop,
    what: &'static str,
    old: TestKey,
    new: TestKey,
}

/// What an instance says to what held before the change and to what holds after it.
#[derive(Debug, PartialEq, Eq)]
struct Seen {
    old: bool,
    new: bool,
}

const BEFORE: Seen = Seen { old: true, new: false };

impl Changing {
    async fn register(server: &Server, what: &'static str) -> Self {
        let (old, new) = (TestKey::es256(), TestKey::es256());
        let shop = server.shop_with(metadata(what, &old)).await;
        Self { shop, what, old, new }
    }

    /// Change it at an instance; what is seen from then on.
    async fn change(&mut self, app: &Arc<App>) -> (Option<String>, Seen) {
        let (mut work, id) = (Work::for_operator(app), ClientId::from(self.shop.id.as_str()));
        let mut secret = None;
        match self.what {
            "secret" => {
                let made = client::rotate_secret(&mut work, &id).await.unwrap().secret.unwrap();
                secret = Some(made.expose().to_owned());
            }
            "state" => drop(client::disable(&mut work, &id).await.unwrap()),
            _ => {
                let mut members = metadata(self.what, &self.new);
                members["grant_types"] = json!(["client_credentials"]);
                members["scope"] = json!("warranty");
                members["redirect_uris"] = json!([]);
                members["response_types"] = json!([]);
                client::update(&mut work, &id, &members.to_string()).await.unwrap();
            }
        }
        work.commit().await.unwrap();
        let after = Seen { old: false, new: self.what != "state" };
        (secret, after)
    }

    async fn seen(&self, server: &Server, at: &Shop, secret: Option<&str>) -> Seen {
        let is_taken = |answer: Answer| answer.status == 200;
        match self.what {
            "keys" => {
                let by = async |key: &TestKey| {
                    let assertion = key.assertion(&at.id, server.clock.now(), &json!({}));
                    is_taken(at.send("/revoke", &[&[("token", "x")][..], &asserting(&assertion)].concat(), &[]).await)
                };
                Seen { old: by(&self.old).await, new: by(&self.new).await }
            }
            "metadata" => {
                let wants = async |scope: &str| {
                    is_taken(at.post("/token", &[("grant_type", "client_credentials"), ("scope", scope)]).await)
                };
                Seen { old: wants("products").await, new: wants("warranty").await }
            }
            _ => {
                let with = async |secret: &str| {
                    let header = basic(&at.id, secret);
                    is_taken(at.send("/revoke", &[("token", "x")], &[("authorization", &header)]).await)
                };
                let own = at.secret.as_deref().unwrap();
                Seen { old: with(own).await, new: with(secret.unwrap_or("none yet")).await }
            }
        }
    }
}

fn metadata(what: &str, key: &TestKey) -> Value {
    let (method, keys) = match what {
        "keys" => ("private_key_jwt", key.jwks()),
        _ => ("client_secret_basic", Value::Null),
    };
    let mut members = json!({
        "token_endpoint_auth_method": method, "grant_types": ["authorization_code", "client_credentials"],
        "scope": "openid products",
    });
    if !keys.is_null() {
        members["jwks"] = keys;
    }
    members
}

#[tokio::test]
async fn a_change_is_seen_at_once_where_it_is_made_and_elsewhere_within_five_seconds_without_redis() {
    let alone = [("HOSHO_REDIS_URL", "")];
    let server = Server::start_with(&alone).await;
    let (_app, site) = server.another_instance_with(&alone).await;
    for what in REMEMBERED {
        let mut changing = Changing::register(&server, what).await;
        let here = changing.shop.clone();
        let there = here.at(site.clone());
        for shop in [&here, &there] {
            assert_eq!(changing.seen(&server, shop, None).await, BEFORE, "{what}");
        }
        let (secret, after) = changing.change(&server.app).await;
        assert_eq!(changing.seen(&server, &here, secret.as_deref()).await, after, "{what}");
        server.clock.advance(seconds(5));
        for shop in [&there, &here] {
            assert_eq!(changing.seen(&server, shop, secret.as_deref()).await, after, "{what}");
        }
    }
}

/// Time does not pass for the instances, so that nothing but the notice can tell the other one.
#[tokio::test]
async fn a_change_is_seen_elsewhere_within_a_second_through_redis() {
    let Some(redis) = variable("HOSHO_TEST_REDIS") else { return };
    let shared = [("HOSHO_REDIS_URL", redis.as_str())];
    let server = Server::start_with(&shared).await;
    let (app, site) = server.another_instance_with(&shared).await;
    hears(&server.app, &app).await;
    for what in REMEMBERED {
        let mut changing = Changing::register(&server, what).await;
        let there = changing.shop.at(site.clone());
        assert_eq!(changing.seen(&server, &there, None).await, BEFORE, "{what}");
        let (secret, after) = changing.change(&server.app).await;
        let waiting = async {
            while changing.seen(&server, &there, secret.as_deref()).await != after {
                tokio::time::sleep(PAUSE).await;
            }
        };
        tokio::time::timeout(PATIENCE, waiting).await.unwrap_or_else(|_| panic!("{what} is still as it was"));
    }
}

/// Wait until one instance listens to the other.
async fn hears(one: &Arc<App>, other: &Arc<App>) {
    let mut notices = other.ephemeral.notices();
    let word = Notice { topic: "test".to_owned(), id: one.random.id() };
    let listening = async {
        loop {
            one.ephemeral.announce(word.clone()).await;
            tokio::time::sleep(PAUSE).await;
            while let Ok(notice) = notices.try_recv() {
                if notice == word {
                    return;
                }
            }
        }
    };
    tokio::time::timeout(PATIENCE, listening).await.expect("a notice comes through");
}

/// A transaction of SQLite sees what there was when it opened. What it reads of a client that was changed since must
/// not be remembered for everybody.
#[tokio::test]
async fn a_request_that_began_before_a_change_leaves_nothing_old_behind() {
    let server = Server::start().await;
    let (shop, other) = (server.shop().await, server.shop().await);
    let (id, neighbour) = (ClientId::from(shop.id.as_str()), ClientId::from(other.id.as_str()));
    let mut early = Work::begin(&server.app, Access::Read, Actor::Operator, Origin::default());
    client::get(&mut early, &neighbour).await.unwrap();

    server.clock.advance(seconds(1));
    let mut work = server.work();
    let secret = client::rotate_secret(&mut work, &id).await.unwrap().secret.unwrap();
    work.commit().await.unwrap();
    client::find(&mut early, &id).await.unwrap();

    for (secret, status) in [(shop.secret.as_deref().unwrap(), 401), (secret.expose(), 200)] {
        let header = basic(&shop.id, secret);
        let answer = shop.send("/revoke", &[("token", "x")], &[("authorization", &header)]).await;
        assert_eq!(answer.status, status);
    }
}
