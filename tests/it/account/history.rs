//! The page on which people see who used their information.

use hosho::domain::permission::Role;
use http::StatusCode;

use crate::support::Server;

#[tokio::test]
async fn people_see_which_member_of_staff_looked_at_what_and_when() {
    let settings = [("HOSHO_ACCOUNT_HISTORY_NAMES_STAFF", "true")];
    for settings in [&[][..], &settings[..]] {
        let server = Server::start_with(settings).await;
        let mut hanako = server.person("hanako@example.jp").await;
        let (mut support, staff) = server.signed_in_with("support@maker.example", &[Role::Support]).await;
        let mut work = server.work();
        let named = [(hosho::domain::account::Field::FamilyName, "鈴木".to_owned())];
        hosho::service::account::profile::change(&mut work, &staff, &named).await.unwrap();
        work.commit().await.unwrap();
        support.get(&format!("/api/v1/accounts/{}", hanako.sub)).await;
        let page = hanako.browser.get("/my/history?by=others").await;
        let line = page.find(".list li").unwrap();
        assert!(line.contains("お客さま情報を表示") && line.contains("お客さま窓口のスタッフ"), "{line}");
        assert!(line.contains("メールアドレス") && line.contains("姓"), "{line}");
        assert_eq!(line.contains("鈴木"), !settings.is_empty(), "{line}");
        assert!(!page.text.contains(staff.as_ref()), "nobody's subject is shown");
    }
}

#[tokio::test]
async fn the_history_is_ones_own_and_goes_on_page_by_page() {
    let server = Server::start().await;
    let (mut hanako, mallory) = (server.person("hanako@example.jp").await, server.person("mallory@example.jp").await);
    let mut support = server.machine(&[Role::Support]).await;
    for number in 0..30 {
        let sub = if number % 10 == 9 { &mallory.sub } else { &hanako.sub };
        assert_eq!(support.get(&format!("/api/v1/accounts/{sub}")).await.status, StatusCode::OK);
    }
    let first = hanako.browser.get("/my/history?by=others").await;
    assert_eq!(first.attributes(".list li strong", "x").len(), 0);
    let count = |text: &str| text.matches("お客さま情報を表示").count();
    assert_eq!(count(&first.text), 25);
    let second = hanako.browser.get(&first.link("/my/history?before=")).await;
    assert!(count(&second.text) >= 2 && second.find("#history-next").is_none(), "{}", second.text);
    assert_eq!(count(&first.text) + count(&second.text), 27, "her own and nobody else's");
    for strange in ["/my/history?before=x", "/my/history?before=-1", "/my/history?before=99999999999999999999"] {
        assert_eq!(hanako.browser.get(strange).await.status, StatusCode::OK, "{strange}");
    }
    let all = hanako.browser.get("/my/history").await;
    let older = hanako.browser.get(&all.link("/my/history?before=")).await;
    assert!(older.text.contains("サインイン") && older.text.contains("運営者"), "{}", older.text);
}

/// What was changed is named; the values stay on the profile page.
#[tokio::test]
async fn a_change_is_told_by_its_fields() {
    let server = Server::start().await;
    let mut hanako = server.person("hanako@example.jp").await;
    let page = hanako.browser.get("/my/profile").await;
    hanako.browser.submit(&page, "profile-save", &[("nickname", "hana-chan-77"), ("locale", "ja")]).await;
    let page = hanako.browser.get("/my/history").await;
    let line = page.find(".list li").unwrap();
    assert!(line.contains("プロフィールを変更") && line.contains("ニックネーム") && line.contains("あなた"), "{line}");
    assert!(!page.text.contains("hana-chan-77"));
}
