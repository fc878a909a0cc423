//! The pages on which a person decides what an app asks of them elsewhere: each of them, in both languages.

use hosho::base::Locale;
use hosho::base::time::minutes;
use serde_json::json;

use super::every_page::sound;
use super::person::signed_in;
use crate::support::{Browser, Server, Shop};

const EMAIL: &str = "hanako@example.jp";

async fn desk(server: &Server) -> Shop {
    let members = json!({
        "client_name": "Help desk", "client_name#ja": "お客さま窓口", "redirect_uris": [],
        "grant_types": ["urn:openid:params:grant-type:ciba"], "backchannel_token_delivery_mode": "poll",
        "scope": "openid profile email products",
    });
    server.shop_with(members).await
}

async fn ask(desk: &Shop, message: &str) {
    let fields = [("scope", "openid email products"), ("login_hint", EMAIL), ("binding_message", message)];
    assert_eq!(desk.post("/backchannel_authentication", &fields).await.status, 200);
}

async fn page(browser: &mut Browser) -> crate::support::Answer {
    let href = browser.get("/my/approvals").await.link("/my/approvals/");
    browser.get(&href).await
}

#[tokio::test]
async fn every_page_of_an_approval_is_sound_in_both_languages() {
    for locale in Locale::ALL {
        let server = Server::start().await;
        let desk = desk(&server).await;
        let mut hanako = signed_in(&server, EMAIL, locale).await;
        sound(&hanako.get("/my/approvals").await, locale);
        ask(&desk, "W4-SCT").await;
        ask(&desk, "").await;
        sound(&hanako.get("/my").await, locale);
        sound(&hanako.get("/my/approvals").await, locale);
        for button in ["approval-allow", "approval-deny"] {
            let question = page(&mut hanako).await;
            assert!(question.find("#approval-allow").is_some() && question.find("#approval-deny").is_some());
            sound(&question, locale);
            sound(&hanako.submit(&question, button, &[]).await, locale);
        }
        ask(&desk, "W4-SCT").await;
        let question = page(&mut hanako).await;
        server.clock.advance(minutes(5));
        let over = hanako.submit(&question, "approval-allow", &[]).await;
        assert_eq!(over.status, 404);
        sound(&over, locale);
    }
}
