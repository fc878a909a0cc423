//! The profile page.

use http::StatusCode;

use crate::sign_in::sign_up;
use crate::support::Server;
use hosho::domain::account::search::query;
use hosho::store;

const EMAIL: &str = "hanako@mail.example";

#[tokio::test]
async fn a_profile_is_kept_in_one_form_and_found_by_staff_in_any() {
    let server = Server::start().await;
    let mut browser = server.browser();
    sign_up(&server, &mut browser, EMAIL).await;
    let page = browser.get("/my/profile").await;
    let fields = [
        ("family_name", "山田"),
        ("given_name", "花子"),
        ("family_name_kana", "ﾔﾏﾀﾞ"),
        ("given_name_kana", "はなこ"),
        ("phone_number", "０９０－１２３４－５６７８"),
        ("postal_code", "1000001"),
        ("locale", "ja"),
        ("zoneinfo", "Asia/Tokyo"),
        // Not fields of the form: nothing happens.
        ("email_verified", "true"),
        ("state", "active"),
        ("sub", "x"),
        ("customer_number", "1"),
    ];
    let saved = browser.submit(&page, "profile-save", &fields).await;
    assert!(saved.find(".notice-good").is_some(), "{}", saved.text);
    assert!(saved.find("input[name=family_name_kana][value='ヤマダ']").is_some());
    assert!(saved.find("input[name=phone_number][value='+819012345678']").is_some());
    assert_eq!(saved.find(".top-name").as_deref(), Some("山田 花子 さん"));
    let mut work = server.work();
    for typed in ["やまだ花子", "山田花子", "花子", "HANAKO@mail", "090-1234", "ヤマダ　ハナコ"] {
        let found = store::account::search::find(work.tx(), &query(typed), None, 10).await.unwrap();
        let expected = usize::from(typed != "やまだ花子");
        assert_eq!(found.len(), expected, "{typed}");
    }
    for nothing in ["%", "_", "田中", ""] {
        assert!(store::account::search::find(work.tx(), &query(nothing), None, 10).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn wrong_values_come_back_with_what_was_typed() {
    let server = Server::start().await;
    let mut browser = server.browser();
    sign_up(&server, &mut browser, EMAIL).await;
    let page = browser.get("/my/profile").await;
    let fields =
        [("family_name", "山田\u{202e}"), ("family_name_kana", "山田"), ("phone_number", "twelve"), ("locale", "")];
    let answer = browser.submit(&page, "profile-save", &fields).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    for field in ["family_name", "family_name_kana", "phone_number"] {
        assert!(answer.find(&format!(".error-summary a[href='#{field}']")).is_some(), "{field}");
    }
    assert!(answer.find("input[name=phone_number][value=twelve]").is_some());
}
