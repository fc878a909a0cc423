//! The page on which a person chooses which products an application may see, and where they find it again.

use hosho::base::Locale;
use serde_json::json;

use super::every_page::sound;
use super::person::signed_in;
use super::stock;
use crate::support::{Browser, Server};

async fn register(browser: &mut Browser, model: &str, serial: &str) {
    let start = browser.get("/my/products/add").await;
    let when = browser.submit(&start, "add-next", &[("model", model), ("serial", serial)]).await;
    browser.submit(&when, "add-submit", &[("purchased_on", "2025-12-24")]).await;
}

#[tokio::test]
async fn every_state_of_choosing_is_sound_in_both_languages() {
    for locale in Locale::ALL {
        let server = Server::start().await;
        stock::import(&server).await;
        let members = json!({
            "client_name": "Kitchen remote", "client_name#ja": "台所リモコン", "hosho_first_party": false,
            "authorization_details_types": ["product_ownership"],
        });
        let app = server.shop_with(members).await;
        let mut hanako = signed_in(&server, "hanako@example.jp", locale).await;
        let asked = json!([
            {"type": "product_ownership", "actions": ["read_unit", "read_cover"],
             "datatypes": ["model", "serial", "cover"], "purpose": "R & D"},
            {"type": "product_ownership", "actions": ["read_unit"], "models": ["BK-7"]},
        ]);
        let asked = asked.to_string();
        let address = app.asks(&[("scope", "openid profile"), ("authorization_details", &asked)]);
        let nothing = hanako.get(&address).await;
        assert!(nothing.find("#consent-allow").is_none() && nothing.find(".notice").is_some(), "{}", nothing.text);
        sound(&nothing, locale);
        register(&mut hanako, "RC-10S", "H24A00001").await;
        register(&mut hanako, "RC-10S", "H24A00002").await;
        let page = hanako.get(&address).await;
        assert_eq!(page.attributes(".check-unit input", "id").len(), 2);
        sound(&page, locale);
        let again = hanako.submit(&page, "consent-allow", &[]).await;
        assert_eq!(again.status, 422);
        sound(&again, locale);
        let unit = page.attributes(".check-unit input", "name")[0].clone();
        assert!(!hanako.submit(&again, "consent-allow", &[(&unit, "on")]).await.code().is_empty());
        let apps = hanako.get("/my/apps").await;
        assert!(apps.find(".seen-unit").is_some());
        sound(&apps, locale);
        sound(&hanako.submit(&apps, "unit", &[]).await, locale);
    }
}
