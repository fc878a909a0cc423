//! The pages of passkeys in both languages: what they show when there is one, when it is the last, when it failed.

use hosho::base::Locale;
use http::StatusCode;

use super::every_page::sound;
use super::person::signed_in;
use crate::sign_in::passkey::sign_up_by_passkey;
use crate::support::{Server, SoftPasskey};

#[tokio::test]
async fn every_page_of_passkeys_is_sound() {
    for locale in Locale::ALL {
        let server = Server::start().await;
        let mut hanako = signed_in(&server, "hanako@example.jp", locale).await;
        let offer = hanako.get("/my/security/passkey-offer?next=/my").await;
        let add = hanako.get("/my/security/passkeys/add").await;
        let failed = hanako.submit(&add, "credential", &[("name", "<x>")]).await;
        assert_eq!(failed.status, StatusCode::UNPROCESSABLE_ENTITY);
        let unnamed = hanako.submit(&add, "credential", &[("name", &"x".repeat(61))]).await;
        assert!(unnamed.find("#name-error").is_some());
        let mut passkey = SoftPasskey::synced();
        hanako.add_passkey(&mut passkey).await;
        let list = hanako.get("/my/security?notice=passkey-added").await;
        let own = list.attributes("[data-passkeys] .list a", "href").remove(0);
        let one = hanako.get(&own).await;
        assert!(one.find("#passkey-remove").is_some());

        let mut taro = server.browser().speaking(locale.tag());
        sign_up_by_passkey(&server, &mut taro, "taro@example.jp").await;
        let without = taro.get("/my/security?notice=passkey-removed").await;
        let own = without.attributes("[data-passkeys] .list a", "href").remove(0);
        let last = taro.get(&own).await;

        let mut stranger = server.browser().speaking(locale.tag());
        let wrong = stranger.sign_in_by_passkey(&mut SoftPasskey::new()).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        for page in [offer, add, failed, unnamed, list, one, without, last, wrong] {
            sound(&page, locale);
        }
    }
}
