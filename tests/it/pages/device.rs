//! The pages on which a person connects a device: each of them, in both languages.

use hosho::base::Locale;
use hosho::base::time::minutes;
use serde_json::json;

use super::every_page::sound;
use super::person::signed_in;
use crate::support::{Browser, Server, Shop, text};

async fn television(server: &Server) -> Shop {
    let members = json!({
        "client_name": "Living TV", "client_name#ja": "リビングテレビ", "redirect_uris": [],
        "grant_types": ["urn:ietf:params:oauth:grant-type:device_code"], "token_endpoint_auth_method": "none",
        "scope": "openid profile email products warranty",
    });
    server.shop_with(members).await
}

async fn code(television: &Shop) -> String {
    let answer = television.post("/device_authorization", &[("scope", "openid email products warranty")]).await;
    text(&answer.json(), "user_code").to_owned()
}

async fn enter(browser: &mut Browser, code: &str) -> crate::support::Answer {
    let page = browser.get(&format!("/device?user_code={code}")).await;
    browser.submit(&page, "device-next", &[("user_code", code)]).await
}

#[tokio::test]
async fn every_page_of_connecting_a_device_is_sound_in_both_languages() {
    for locale in Locale::ALL {
        let server = Server::start().await;
        let television = television(&server).await;
        let mut hanako = signed_in(&server, "hanako@example.jp", locale).await;
        let first = code(&television).await;
        sound(&hanako.get(&format!("/device?user_code={first}")).await, locale);
        let question = enter(&mut hanako, &first).await;
        assert!(question.find("#device-allow").is_some());
        sound(&question, locale);
        sound(&hanako.submit(&question, "device-allow", &[]).await, locale);
        let second = code(&television).await;
        let question = enter(&mut hanako, &second).await;
        sound(&hanako.submit(&question, "device-deny", &[]).await, locale);
        let third = code(&television).await;
        let question = enter(&mut hanako, &third).await;
        server.clock.advance(minutes(10));
        let over = hanako.submit(&question, "device-allow", &[]).await;
        assert_eq!(over.status, 404);
        sound(&over, locale);
        for letter in ["B", "C", "D", "F", "G", "H"] {
            sound(&enter(&mut hanako, &format!("BBBBBBB{letter}")).await, locale);
        }
        let slow = enter(&mut hanako, "BBBBBBBJ").await;
        assert_eq!(slow.status, 429);
        sound(&slow, locale);
    }
}
