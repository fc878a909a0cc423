//! Claims in the language that the client wishes. OpenID Connect Core §5.2.

use hosho::domain::account::profile_field::Field;
use hosho::service::account::profile;
use serde_json::{Value, json};

use crate::registry::shelf::{self, claim, registered};
use crate::support::{Server, claims, text};

/// What of this is told about the names of a person.
fn names(told: &Value) -> Value {
    let is_name = |name: &str| name.split('#').next() == Some("family_name");
    told.as_object().unwrap().iter().filter(|(name, _)| is_name(name)).map(|(k, v)| (k.clone(), v.clone())).collect()
}

#[tokio::test]
async fn names_come_in_the_wished_script_at_userinfo_and_in_the_id_token_as_long_as_the_grant_lives() {
    let server = Server::start().await;
    let (shop, mut hanako) = (server.shop().await, server.person("hanako@example.jp").await);
    let mut work = server.work();
    let latin: Vec<(Field, String)> =
        vec![(Field::FamilyName, "Yamada".to_owned()), (Field::FamilyNameHani, "山田".to_owned())];
    profile::change(&mut work, &hanako.sub, &latin).await.unwrap();
    work.commit().await.unwrap();

    let everything =
        json!({"family_name": "Yamada", "family_name#ja-Hani-JP": "山田", "family_name#ja-Kana-JP": "ヤマダ"});
    for (wished, expected) in [
        ("", everything),
        ("ja-Kana-JP", json!({"family_name": "ヤマダ"})),
        ("ja", json!({"family_name": "山田"})),
        ("en", json!({"family_name": "Yamada"})),
        ("en ja-Kana-JP", json!({"family_name": "Yamada", "family_name#ja-Kana-JP": "ヤマダ"})),
        ("se de \u{7}", json!({"family_name": "Yamada"})),
    ] {
        let asked = [
            ("scope", "openid profile offline_access"),
            ("claims", r#"{"id_token":{"family_name":null}}"#),
            ("claims_locales", wished),
        ];
        let tokens = shop.exchange(&shop.code(&mut hanako.browser, &asked).await).await.json();
        assert_eq!(names(&shop.userinfo(text(&tokens, "access_token")).await.json()), expected, "{wished}");
        let id_token = claims(text(&tokens, "id_token"));
        assert_eq!(names(&id_token), json!({"family_name": expected["family_name"]}), "{wished}");
        // The wish stays with what was granted.
        let tokens = shop.refresh(text(&tokens, "refresh_token")).await.json();
        assert_eq!(names(&shop.userinfo(text(&tokens, "access_token")).await.json()), expected, "{wished}");
        assert_eq!(claims(text(&tokens, "id_token"))["family_name"], expected["family_name"], "{wished}");
    }
}

#[tokio::test]
async fn a_tagged_name_is_found_however_finely_it_is_asked_for() {
    let server = Server::start().await;
    let (shop, mut hanako) = (server.shop().await, server.person("hanako@example.jp").await);
    let asked =
        [("claims", r#"{"userinfo":{"family_name#ja-Kana":null,"family_name#ja":null,"family_name#de":null}}"#)];
    let tokens = shop.exchange(&shop.code(&mut hanako.browser, &asked).await).await.json();
    let told = shop.userinfo(text(&tokens, "access_token")).await.json();
    assert_eq!(names(&told), json!({"family_name#ja-Kana": "ヤマダ", "family_name#ja": "山田"}));
}

#[tokio::test]
async fn products_are_named_in_the_wished_language() {
    let server = shelf::server().await;
    let (shop, mut hanako) = (server.shop().await, server.person("hanako@example.jp").await);
    registered(&server, &hanako.sub, claim("X100", "AB000001")).await;
    for (wished, name) in [("", "エアコン X100"), ("en-GB ja", "Air conditioner X100"), ("fr ja-Kana", "エアコン X100")]
    {
        let asked = [("scope", "openid products"), ("claims_locales", wished)];
        let tokens = shop.exchange(&shop.code(&mut hanako.browser, &asked).await).await.json();
        let told = shop.userinfo(text(&tokens, "access_token")).await.json();
        assert_eq!(told["products"][0]["name"], name, "{wished}");
    }
    let metadata = server.browser().fetch("/.well-known/openid-configuration").await.json();
    assert_eq!(metadata["claims_locales_supported"], json!(["ja", "ja-Hani-JP", "ja-Kana-JP", "en"]));
}
