//! My page: the empty shelf, registering in three steps, the product with its cover, and every way it may go.

use hosho::base::Locale;
use http::StatusCode;

use super::person::signed_in;
use super::shape::faults;
use super::stock;
use crate::support::Server;
use crate::support::{Answer, Browser};

/// Fill in both steps. What comes back is the last page.
async fn register(browser: &mut Browser, serial: &str, purchased_on: &str, code: &str) -> Answer {
    let start = browser.get("/my/products/add").await;
    let when = browser.submit(&start, "add-next", &[("model", "RC-10S"), ("serial", serial)]).await;
    assert_eq!(when.status, StatusCode::OK, "{}", when.text);
    browser.submit(&when, "add-submit", &[("purchased_on", purchased_on), ("dealer", ""), ("claim_code", code)]).await
}

fn sound(answer: &Answer, locale: Locale) {
    let found = faults(&answer.text, locale);
    assert!(found.is_empty(), "{} {found:#?}\n{}", answer.path, answer.text);
}

#[tokio::test]
async fn a_product_is_registered_in_three_steps_however_its_serial_is_typed() {
    let server = Server::start().await;
    stock::import(&server).await;
    let mut hanako = signed_in(&server, "hanako@example.jp", Locale::Ja).await;
    let home = hanako.get("/my").await;
    assert!(home.text.contains("製品を登録しましょう"), "{}", home.text);

    let start = hanako.get("/my/products/add").await;
    let typed = [("model", "ｒｃ-10ｓ"), ("serial", "ｈ24ａ-00001")];
    let when = hanako.submit(&start, "add-next", &typed).await;
    assert!(when.text.contains("H24 A00 001") && when.text.contains("土鍋炊飯ジャー"), "{}", when.text);
    let bought = [("purchased_on", "2025/12/24"), ("dealer", "でんきのやまだ <横浜>")];
    let done = hanako.submit(&when, "add-submit", &bought).await;
    assert!(done.path.ends_with("/added"), "{}", done.path);
    assert!(done.text.contains("登録しました") && done.text.contains("2026年12月24日"), "{}", done.text);

    let product = hanako.get(done.path.trim_end_matches("/added")).await;
    for expected in ["あと32日", "2030年12月24日", "12か月後の同じ日は2026年12月25日", "でんきのやまだ &#60;横浜&#62;"]
    {
        assert!(product.text.contains(expected), "{expected} is not in {}", product.text);
    }
    let shelf = hanako.get("/my").await;
    assert!(shelf.text.contains("土鍋炊飯ジャー") && shelf.text.contains("あと32日"), "{}", shelf.text);
}

#[tokio::test]
async fn what_is_wrong_stands_beside_the_field_and_what_was_typed_stays() {
    let server = Server::start().await;
    stock::import(&server).await;
    let mut hanako = signed_in(&server, "hanako@example.jp", Locale::En).await;
    let start = hanako.get("/my/products/add").await;
    for (model, serial, field, sentence) in [
        ("", "", "model", "Please fill this in"),
        ("NO-SUCH", "H24A00001", "model", "We do not know this model"),
        ("RC-10S", "12345", "serial", "not the form"),
        ("RC-10S", "<script>alert(1)</script>", "serial", "not the form"),
    ] {
        let answer = hanako.submit(&start, "add-next", &[("model", model), ("serial", serial)]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        let said = answer.find(&format!("#{field}-error")).unwrap_or_default();
        assert!(said.contains(sentence), "{model} {serial}: {said}");
        assert!(answer.find(&format!(".error-summary a[href='#{field}']")).is_some(), "{}", answer.text);
        assert!(!answer.text.contains("<script>alert"), "{}", answer.text);
        sound(&answer, Locale::En);
    }
    let when = hanako.submit(&start, "add-next", &[("model", "RC-10S"), ("serial", "H24A00001")]).await;
    for (date, sentence) in
        [("2026-11-23", "later than today"), ("last week", "not a date"), ("1900-01-01", "too long ago")]
    {
        let answer = hanako.submit(&when, "add-submit", &[("purchased_on", date)]).await;
        let said = answer.find("#purchased_on-error").unwrap_or_default();
        assert!(said.contains(sentence), "{date}: {said}");
        assert!(answer.text.contains(&format!("value=\"{date}\"")), "{}", answer.text);
        sound(&answer, Locale::En);
    }
}

#[tokio::test]
async fn an_unlikely_date_is_asked_about_and_then_looked_at() {
    let server = Server::start().await;
    stock::import(&server).await;
    let mut hanako = signed_in(&server, "hanako@example.jp", Locale::En).await;
    let asked = register(&mut hanako, "H24A00001", "2025-09-01", "").await;
    assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(asked.text.contains("before this piece was made"), "{}", asked.text);
    sound(&asked, Locale::En);
    let done = hanako.submit(&asked, "add-submit", &[]).await;
    assert!(done.text.contains("we will check it"), "{}", done.text);
    sound(&done, Locale::En);
}

#[tokio::test]
async fn an_unknown_serial_waits_and_a_held_one_is_decided_without_a_word_about_who() {
    let server = Server::start().await;
    stock::import(&server).await;
    let mut hanako = signed_in(&server, "hanako@example.jp", Locale::En).await;
    let pending = register(&mut hanako, "H24A99999", "", "").await;
    assert!(pending.text.contains("not in our shipping records"), "{}", pending.text);
    sound(&pending, Locale::En);
    let held = register(&mut hanako, "H24A00002", "2025-12-24", "").await;
    assert!(held.text.contains("Registered"), "{}", held.text);

    let mut taro = signed_in(&server, "taro@example.jp", Locale::En).await;
    let disputed = register(&mut taro, "H24A00002", "", "").await;
    assert!(disputed.text.contains("This product is registered already"), "{}", disputed.text);
    assert!(!disputed.text.contains("hanako"), "{}", disputed.text);
    sound(&disputed, Locale::En);
    let product = taro.get(disputed.path.trim_end_matches("/added")).await;
    assert!(product.find("#claim_code").is_some(), "{}", product.text);
    sound(&product, Locale::En);
    let again = register(&mut hanako, "H24A00002", "", "").await;
    assert!(again.text.contains("You have registered this product already"), "{}", again.text);
}

#[tokio::test]
async fn what_is_typed_is_read_back_and_says_nothing_about_whether_it_exists() {
    let server = Server::start().await;
    stock::import(&server).await;
    let mut hanako = signed_in(&server, "hanako@example.jp", Locale::En).await;
    let known = hanako.get("/my/products/add/check?model=RC-10S&serial=h24a-00001").await.json();
    assert_eq!(known["state"], "good");
    assert_eq!(known["text"], "Understood: Clay-pot rice cooker (RC-10S), serial number H24 A00 001");
    let unknown = hanako.get("/my/products/add/check?model=RC-10S&serial=h24a-77777").await.json();
    assert_eq!(unknown["state"], "good");
    let wrong = hanako.get("/my/products/add/check?model=RC-10S&serial=77777").await.json();
    assert_eq!(wrong["state"], "warn");
}

/// (A173)
#[tokio::test]
async fn another_persons_product_is_not_there() {
    let server = Server::start().await;
    stock::import(&server).await;
    let mut hanako = signed_in(&server, "hanako@example.jp", Locale::En).await;
    let done = register(&mut hanako, "H24A00001", "", "").await;
    let mut taro = signed_in(&server, "taro@example.jp", Locale::En).await;
    for path in [done.path.trim_end_matches("/added"), &done.path] {
        assert_eq!(taro.get(path).await.status, StatusCode::NOT_FOUND);
    }
}
