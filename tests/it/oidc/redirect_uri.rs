//! Redirection URIs at the endpoint: byte for byte, and never anywhere else. RFC 9700 §2.1. A001 to A005, A008, A011, A012.

use serde_json::{Value, json};

use crate::support::Server;
use hosho::base::time::seconds;
use hosho::service::oidc::client;
use hosho::store::oidc::client as kept;
use hosho::store::query::sql;

/// Near misses of `https://shop.example/cb`, and what is no redirection URI at all. (A001), (A002), (A003), (A004)
pub(super) const NEAR_MISSES: &[&str] = &[
    // Another path.
    "https://shop.example/cb/",
    "https://shop.example/CB",
    "https://shop.example/cb2",
    "https://shop.example/c",
    "https://shop.example/",
    "https://shop.example",
    "https://shop.example/cb;x",
    "https://shop.example/cb%20",
    "https://shop.example/cb%00",
    "https://shop.example/%63b",
    // Traversal.
    "https://shop.example/..;/cb",
    "https://shop.example/../cb",
    "https://shop.example/./cb",
    "https://shop.example/%2e%2e/cb",
    "https://shop.example/cb/%2e%2e/%2e%2e/evil",
    "https://shop.example//cb",
    "https://shop.example/\\cb",
    "https://shop.example\\cb",
    "https:\\\\shop.example\\cb",
    "https://shop.example/a/../cb",
    // Another host, or one that only looks like it.
    "https://shop.example.evil.tld/cb",
    "https://evilshop.example/cb",
    "https://shopaexample/cb",
    "https://sub.shop.example/cb",
    "https://shop.example./cb",
    "https://SHOP.example/cb",
    "https://shop.example:8443/cb",
    "https://shop.example:443/cb",
    "https://shop.example:/cb",
    "https://ｓhop.example/cb",
    "https://evil.tld/https://shop.example/cb",
    "https://evil.tld?https://shop.example/cb",
    "https://evil.tld#https://shop.example/cb",
    // User information.
    "https://evil@shop.example/cb",
    "https://shop.example@evil.tld/cb",
    "https://a@b@shop.example/cb",
    "https://@shop.example/cb",
    "https://shop.example%40evil.tld/cb",
    // Queries and fragments.
    "https://shop.example/cb?",
    "https://shop.example/cb?x=1",
    "https://shop.example/cb#",
    "https://shop.example/cb#x",
    // Schemes, and texts that are no URI.
    "http://shop.example/cb",
    "HTTPS://shop.example/cb",
    "//shop.example/cb",
    "/cb",
    "shop.example/cb",
    "javascript:alert(1)//https://shop.example/cb",
    "data:text/html,<script>alert(1)</script>",
    " https://shop.example/cb",
    "https://shop.example/cb ",
    "https://shop.example/cb\r\nLocation: https://evil.tld",
    "https://shop.example/cb\t",
    "https://shop.example/cb,https://evil.tld",
    "https://shop.example/*",
    "*",
    "https://shop.example/\"><script>alert(1)</script>",
];

/// (A001), (A002), (A003), (A004), (A011): with and without a session, with `prompt=none`, and where something else is wrong too.
#[tokio::test]
async fn a_near_miss_gets_a_page_and_never_a_redirect_a001_a002_a003_a004_a011() {
    let server = Server::start().await;
    let shop = server.own_app("shop").await;
    let hanako = server.person("hanako@example.jp").await;
    let others: [&[(&str, &str)]; 3] = [&[], &[("prompt", "none")], &[("scope", "bogus"), ("response_type", "token")]];
    for mut browser in [server.browser(), hanako.browser] {
        for uri in NEAR_MISSES.iter().chain([&""]) {
            for other in others {
                let given: Vec<(&str, &str)> = [("redirect_uri", *uri)].iter().chain(other).copied().collect();
                let answer = browser.fetch(&shop.asks(&given)).await;
                assert_eq!((answer.status.as_u16(), answer.location()), (400, None), "{uri:?}");
                assert!(
                    !answer.find("main").unwrap().contains("evil.tld") && !answer.text.contains("<script>alert"),
                    "{uri:?} is shown"
                );
            }
        }
        assert!(browser.fetch(&shop.asks(&[])).await.status == 303, "and the right one works");
    }
}

/// (A002), (A005), (A008): what may not be asked for may not be registered either; and a pattern is no pattern.
#[tokio::test]
async fn what_could_be_read_in_two_ways_is_not_registered_a002_a005_a008() {
    let server = Server::start().await;
    let bad = [
        "*",
        "https://*.rp.example/cb",
        "https://rp.example/*",
        "https://rp.example*",
        "https://a@b@rp.example/cb",
        "http://rp.example/cb",
        "https://rp.example/cb#x",
        "https://rp.example/..;/cb",
        "JaVaScRiPt:alert(1)",
        "\tjavascript:alert(1)",
        " javascript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "blob:https://x/y",
        "file:///etc/passwd",
        "about:blank",
    ];
    let register = async |members: Value| {
        let mut work = server.work();
        let registered = client::create(&mut work, &members.to_string()).await;
        work.roll_back().await;
        registered.is_ok()
    };
    let good = "https://rp.example/cb";
    assert!(register(json!({"redirect_uris": [good]})).await);
    for uri in bad {
        assert!(!register(json!({"redirect_uris": [uri]})).await, "{uri:?}");
        assert!(!register(json!({"redirect_uris": [good, uri]})).await, "{uri:?} behind a good one");
        assert!(!register(json!({"redirect_uris": [good], "post_logout_redirect_uris": [uri]})).await, "{uri:?}");
        // Links are shown and not followed by us: plain ones may have a fragment and a path of any form.
        let is_link = uri.starts_with("https://") && !uri.contains(['*', '@']);
        for link in ["client_uri", "logo_uri", "policy_uri", "tos_uri", "policy_uri#ja"] {
            let taken = register(json!({"redirect_uris": [good], link: uri})).await;
            assert!(!taken || is_link || uri.contains('*'), "{link} {uri:?}");
        }
    }
}

/// (A012): a client without a redirection URI does not get one by asking, and its record stays as it is.
#[tokio::test]
async fn nothing_is_learnt_from_the_first_request_a012() {
    let server = Server::start().await;
    let metadata = json!({"redirect_uris": [], "grant_types": ["client_credentials"], "response_types": [], "scope": "management"});
    let mut work = server.work();
    let machine = client::create(&mut work, &metadata.to_string()).await.unwrap().kept.client.id.clone();
    work.commit().await.unwrap();
    let mut hanako = server.person("hanako@example.jp").await;
    for uri in ["https://evil.tld/cb", "", "http://127.0.0.1/cb"] {
        let query: String = form_urlencoded::Serializer::new(String::new())
            .extend_pairs([
                ("client_id", machine.as_ref()),
                ("redirect_uri", uri),
                ("response_type", "code"),
                ("scope", "openid"),
            ])
            .finish();
        let answer = hanako.browser.fetch(&format!("/authorize?{query}")).await;
        assert_eq!((answer.status.as_u16(), answer.location()), (400, None), "{uri}");
    }
    let stored = kept::find(server.work().tx(), &machine).await.unwrap().unwrap();
    assert!(stored.client.metadata.redirect_uris.is_empty());
}

/// (A010): a query that was registered belongs to the address, to the letter, and answers are put behind it.
#[tokio::test]
async fn a_registered_query_stays_as_it_is_and_answers_come_behind_it_a010() {
    let server = Server::start().await;
    let uri = "https://shop.example/cb?a=1";
    let shop = server.relying_party("shop", json!({"redirect_uris": [uri], "hosho_first_party": true})).await;
    let mut hanako = server.person("hanako@example.jp").await;
    for other in ["a=1&b=2", "a=2", "a=1&", "a=1&a=1", "b=2&a=1", "a=%31", "A=1", "a", ""] {
        let near = format!("https://shop.example/cb?{other}");
        for near in [near.as_str(), "https://shop.example/cb"] {
            let answer = hanako.browser.fetch(&shop.asks(&[("redirect_uri", near)])).await;
            assert_eq!((answer.status.as_u16(), answer.location()), (400, None), "{near}");
        }
    }
    let answer = hanako.browser.fetch(&shop.asks(&[("redirect_uri", uri)])).await;
    assert!(answer.location().unwrap().starts_with("https://shop.example/cb?a=1&code="), "{:?}", answer.location());
    let refused = hanako.browser.fetch(&shop.asks(&[("redirect_uri", uri), ("scope", "bogus")])).await;
    let target = refused.location().unwrap();
    assert!(target.starts_with("https://shop.example/cb?a=1&error=invalid_scope&"), "{target}");
    let posted = hanako.browser.fetch(&shop.asks(&[("redirect_uri", uri), ("response_mode", "form_post")])).await;
    assert_eq!(posted.form("code", &[]).0, uri);
}

/// (A005): what an older release may have let in is compared like everything else.
#[tokio::test]
async fn a_wildcard_in_the_database_is_a_character_a005() {
    let server = Server::start().await;
    let shop = server.own_app("shop").await;
    let mut hanako = server.person("hanako@example.jp").await;
    for stored in ["https://*.example/cb", "https://shop.example/*", "*"] {
        let metadata = json!({"redirect_uris": [stored], "hosho_first_party": true}).to_string();
        let mut work = server.work();
        let older = sql("UPDATE client SET metadata = $2 WHERE id = $1").bind(shop.id.as_str()).bind(metadata);
        assert_eq!(older.run(work.tx()).await.unwrap(), 1);
        work.commit().await.unwrap();
        server.clock.advance(seconds(5));
        for uri in
            ["https://shop.example/cb", "https://evil.example/cb", "https://shop.example/", "https://a.example/cb"]
        {
            let answer = hanako.browser.fetch(&shop.asks(&[("redirect_uri", uri)])).await;
            assert_eq!((answer.status.as_u16(), answer.location()), (400, None), "{uri} for {stored}");
        }
    }
}
