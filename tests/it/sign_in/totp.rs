//! A second factor: codes of an authenticator application, and recovery codes in their place.

use http::StatusCode;

use super::{PASSWORD, code_in, is_signed_in, link_in, sign_in, sign_up};
use crate::support::{Answer, Browser, SecondFactor, Server, claims, rounds, text};
use hosho::base::time::{hours, minutes, seconds};

const EMAIL: &str = "hanako@mail.example";

/// A person with a second factor, half a minute after it was set up; the browser they did it in.
async fn hanako(server: &Server) -> (SecondFactor, Browser) {
    person(server, EMAIL).await
}

async fn person(server: &Server, email: &str) -> (SecondFactor, Browser) {
    let mut browser = server.browser();
    sign_up(server, &mut browser, email).await;
    let second = server.add_totp(&mut browser).await;
    // The code of the set-up is used.
    server.clock.advance(seconds(30));
    (second, browser)
}

/// The page that asks for the code, in a new browser.
async fn at_second_step(server: &Server) -> (Browser, Answer) {
    let mut browser = server.browser();
    let answer = sign_in(&mut browser, EMAIL, PASSWORD).await;
    let page = browser.follow(answer).await;
    assert!(page.path.starts_with("/sign-in/totp?"), "{}", page.path);
    assert!(!is_signed_in(&mut browser).await, "one factor is not enough");
    (browser, page)
}

#[tokio::test]
async fn a_code_completes_the_sign_in_and_tokens_tell_so() {
    let server = Server::start().await;
    let shop = server.shop().await;
    let (second, first_browser) = hanako(&server).await;
    assert_eq!(second.recovery_codes.len(), 10);
    assert!(is_signed_in(&mut first_browser.clone()).await, "who sets it up stays signed in");
    let (mut browser, page) = at_second_step(&server).await;
    let wrong = second.app.wrong_code(server.clock.now());
    let refused = browser.submit(&page, "code", &[("code", &wrong)]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let code = second.app.code(server.clock.now());
    let done = browser.submit_once(&refused, "code", &[("code", &code)]).await;
    assert_eq!(done.location().as_deref(), Some("/my"));
    let tokens = shop.tokens(&mut browser, "openid").await;
    let id_token = claims(text(&tokens, "id_token"));
    assert_eq!((text(&id_token, "acr"), &id_token["amr"]), ("aal2", &serde_json::json!(["pwd", "otp", "mfa"])));
}

/// (A120)
#[tokio::test]
async fn a_code_is_good_once_in_whatever_browser_and_instance_a120() {
    let server = Server::start().await;
    let (second, _) = hanako(&server).await;
    let before = second.app.code(server.clock.now());
    server.clock.advance(seconds(30));
    let code = second.app.code(server.clock.now());

    let (mut one, page) = at_second_step(&server).await;
    one.submit(&page, "code", &[("code", &code)]).await;
    assert!(is_signed_in(&mut one).await);
    for used in [&code, &before] {
        let (mut other, page) = at_second_step(&server).await;
        let refused = other.submit(&page, "code", &[("code", used)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "the same again, or an older one");
    }
    for round in 0..rounds(5) {
        server.clock.advance(minutes(1));
        let code = second.app.code(server.clock.now());
        let (_, elsewhere) = server.another_instance().await;
        let mut races = Vec::new();
        for number in 0..4 {
            let (browser, page) = at_second_step(&server).await;
            let site = if number % 2 == 0 { server.site.clone() } else { elsewhere.clone() };
            let mut browser = browser.at(site);
            let code = code.clone();
            races
                .push(tokio::spawn(async move { browser.submit_once(&page, "code", &[("code", &code)]).await.status }));
        }
        let mut taken = 0;
        for race in races {
            taken += usize::from(race.await.unwrap() == StatusCode::SEE_OTHER);
        }
        assert_eq!(taken, 1, "round {round}");
    }
}

/// (A110), (A121)
#[tokio::test]
async fn wrong_codes_are_counted_for_the_account_across_sign_ins_a121() {
    let server = Server::start_with(&[("HOSHO_SIGN_IN_ACCOUNT_FAILURES", "5")]).await;
    let (second, _) = hanako(&server).await;
    let wrong = second.app.wrong_code(server.clock.now());
    let mut guesses = Vec::new();
    for _ in 0..12 {
        let (mut browser, page) = at_second_step(&server).await;
        let wrong = wrong.clone();
        guesses.push(tokio::spawn(async move { browser.submit_once(&page, "code", &[("code", &wrong)]).await.status }));
    }
    let mut looked_at = 0;
    for guess in guesses {
        match guess.await.unwrap() {
            StatusCode::UNPROCESSABLE_ENTITY => looked_at += 1,
            status => assert_eq!(status, StatusCode::TOO_MANY_REQUESTS),
        }
    }
    assert_eq!(looked_at, 5);
    let (mut browser, page) = at_second_step(&server).await;
    let right = second.app.code(server.clock.now());
    let slow = browser.submit(&page, "code", &[("code", &right)]).await;
    assert_eq!((slow.status, slow.header("retry-after")), (StatusCode::TOO_MANY_REQUESTS, Some("900")));
    // Recovery codes are not a way around it.
    let other = browser.get(&page.path.replace("/totp?", "/recovery-code?")).await;
    let slow = browser.submit(&other, "code", &[("code", &second.recovery_codes[0])]).await;
    assert_eq!(slow.status, StatusCode::TOO_MANY_REQUESTS);
    server.clock.advance(minutes(15));
    let right = second.app.code(server.clock.now());
    browser.submit(&page, "code", &[("code", &right)]).await;
    assert!(is_signed_in(&mut browser).await);
}

/// (A115)
#[tokio::test]
async fn no_later_step_is_taken_with_an_earlier_factor_alone_a115() {
    let server = Server::start().await;
    let shop = server.shop().await;
    let (_, _) = hanako(&server).await;
    let mut browser = server.browser();
    let page = browser.get(&shop.asks(&[])).await;
    let form = browser.submit(&page, "login-submit", &[("username", EMAIL), ("password", PASSWORD)]).await;
    let attempt = form.form("code", &[]).1.iter().find(|(name, _)| name == "attempt").unwrap().1.clone();
    let csrf = form.form("code", &[]).1.iter().find(|(name, _)| name == "csrf").unwrap().1.clone();
    let waits =
        |answer: &Answer| assert!(answer.path.starts_with("/sign-in/totp?"), "{} {}", answer.path, answer.status);

    waits(&browser.get(&format!("/sign-in/next?attempt={attempt}")).await);
    waits(&browser.get(&format!("/sign-in/enrol?attempt={attempt}")).await);
    waits(&browser.get(&format!("/sign-in/password?attempt={attempt}")).await);
    for (path, fields) in [
        ("/sign-in/totp", &[][..]),
        ("/sign-in/totp", &[("code", "")]),
        ("/sign-in/totp", &[("action", "continue"), ("code", "x")]),
        ("/sign-in/recovery-code", &[("code", "")]),
        ("/sign-in/skip", &[]),
        ("/sign-in/password", &[("password", PASSWORD)]),
        ("/sign-in/enrol", &[]),
        ("/sign-in/enrol/totp", &[("totp", "x"), ("code", "000000"), ("name", "x")]),
        ("/sign-in", &[("username", EMAIL), ("password", PASSWORD)]),
    ] {
        let mut all = vec![("csrf", csrf.as_str()), ("attempt", attempt.as_str())];
        all.extend_from_slice(fields);
        let answer = browser.post(path, &all).await;
        assert!(browser.follow(answer).await.text.contains("name=\"code\""), "{path} leads back to the step");
        assert!(!is_signed_in(&mut browser).await, "{path} {fields:?}");
    }
    for path in ["/my", "/my/security", "/my/security/totp"] {
        assert_eq!(browser.fetch(path).await.status, StatusCode::SEE_OTHER, "{path}");
    }
    assert!(browser.get(&shop.asks(&[])).await.path.starts_with("/sign-in"), "nothing is given out");
    assert_eq!(browser.fetch(&shop.asks(&[("prompt", "none")])).await.error().as_deref(), Some("login_required"));
}

/// (A143)
#[tokio::test]
async fn the_second_factor_of_one_account_does_not_complete_the_sign_in_of_another_a143() {
    let server = Server::start().await;
    let (_, _) = hanako(&server).await;
    let (taro, _) = person(&server, "taro@mail.example").await;
    let (mut browser, page) = at_second_step(&server).await;
    let code = taro.app.code(server.clock.now());
    assert_eq!(
        browser.submit(&page, "code", &[("code", &code)]).await.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "another application"
    );
    let recovery = browser.get(&page.path.replace("/totp?", "/recovery-code?")).await;
    let refused = browser.submit(&recovery, "code", &[("code", &taro.recovery_codes[0])]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "another list");

    // A second first proof, of another account, in the same sign-in.
    let attempt = page.path.split("attempt=").nth(1).unwrap().to_owned();
    let form = browser.get(&format!("/sign-in?attempt={attempt}")).await;
    let fields = [("username", "taro@mail.example"), ("password", PASSWORD)];
    let other = browser.submit(&form, "login-submit", &fields).await;
    assert_eq!(other.status, StatusCode::CONFLICT);
    assert!(!is_signed_in(&mut browser).await);
    let anew = browser.submit(&other, "step-restart", &[]).await;
    let asked = browser.submit(&anew, "login-submit", &fields).await;
    let code = taro.app.code(server.clock.now());
    browser.submit(&asked, "code", &[("code", &code)]).await;
    assert!(is_signed_in(&mut browser).await, "from the beginning it is theirs");
}

/// (A117), (A128)
#[tokio::test]
async fn a_new_password_by_mail_does_not_pass_the_second_factor_by_a117() {
    let server = Server::start().await;
    let (second, mut owner) = hanako(&server).await;
    let mut browser = server.browser();
    let page = browser.get("/recover").await;
    let page = browser.submit(&page, "email", &[("email", EMAIL)]).await;
    let code = code_in(&server.last_letter_to(EMAIL).await.text);
    let page = browser.submit(&page, "code", &[("code", &code)]).await;
    let new = "seven lanterns cross the river";
    browser.submit(&page, "new_password", &[("new_password", new)]).await;
    assert!(!is_signed_in(&mut browser).await && !is_signed_in(&mut owner).await);
    let answer = sign_in(&mut browser, EMAIL, new).await;
    let page = browser.follow(answer).await;
    assert!(page.path.starts_with("/sign-in/totp?"));
    let code = second.app.code(server.clock.now());
    browser.submit(&page, "code", &[("code", &code)]).await;
    assert!(is_signed_in(&mut browser).await);
    let _ = link_in;
}

/// (A122)
#[tokio::test]
async fn a_recovery_code_is_good_once_and_its_owner_is_told_a122() {
    let server = Server::start().await;
    let (second, _) = hanako(&server).await;
    let code = second.recovery_codes[3].clone();
    let mut races = Vec::new();
    for _ in 0..8 {
        let (mut browser, page) = at_second_step(&server).await;
        let choices = browser.get(&page.link("/sign-in/choose?")).await;
        let page = browser.get(&choices.link("/sign-in/recovery-code?")).await;
        let code = code.clone();
        races.push(tokio::spawn(async move {
            let typed = code.to_lowercase().replace('-', " ");
            browser.submit_once(&page, "code", &[("code", &typed)]).await.status
        }));
    }
    let mut used = 0;
    for race in races {
        used += usize::from(race.await.unwrap() == StatusCode::SEE_OTHER);
    }
    assert_eq!(used, 1);
    assert!(server.letters().await.iter().any(|letter| letter.text.contains("あと9個")));
    assert!(!server.dump().await.contains(&code.replace('-', "")), "only a hash is kept");
}

/// (A122)
#[tokio::test]
async fn a_new_list_ends_the_old_one_a122() {
    let server = Server::start().await;
    let (second, mut owner) = hanako(&server).await;
    let page = owner.get("/my/security/recovery-codes").await;
    let shown = owner.submit(&page, "codes-renew", &[]).await;
    let new = shown.recovery_codes();
    assert_eq!(new.len(), 10);
    assert!(new.iter().all(|code| !second.recovery_codes.contains(code)));
    assert!(!owner.get("/my/security").await.text.contains(&new[0]), "shown once");
    for (code, status) in [(&second.recovery_codes[0], StatusCode::UNPROCESSABLE_ENTITY), (&new[0], StatusCode::OK)] {
        let (mut browser, page) = at_second_step(&server).await;
        let page = browser.get(&page.path.replace("/totp?", "/recovery-code?")).await;
        assert_eq!(browser.submit(&page, "code", &[("code", code)]).await.status, status);
    }
    assert!(server.letters().await.iter().any(|letter| letter.text.contains("以前のコードは使えません")));
}

/// (A119), (A124)
#[tokio::test]
async fn adding_and_removing_takes_a_fresh_sign_in_with_everything_there_is_a119() {
    let server = Server::start().await;
    let (second, mut owner) = hanako(&server).await;
    let security = owner.get("/my/security").await;
    let remove = security.link("/my/security/totp/");
    let id = remove.split('/').nth(4).unwrap().to_owned();
    server.clock.advance(minutes(6));
    for path in ["/my/security/totp", "/my/security/recovery-codes", &format!("/my/security/totp/{id}/remove")] {
        assert!(owner.get(path).await.path.starts_with("/sign-in?attempt="), "{path}");
    }
    let form = owner.get("/my/profile").await;
    let csrf = form.form("family_name", &[]).1.iter().find(|(name, _)| name == "csrf").unwrap().1.clone();
    for path in [
        "/my/security/totp",
        "/my/security/recovery-codes",
        &format!("/my/security/totp/{id}/remove"),
        "/my/security/password",
    ] {
        let fields = [("csrf", csrf.as_str()), ("password", PASSWORD), ("new_password", "seven lanterns cross rivers")];
        let answer = owner.post(path, &fields).await;
        assert!(answer.location().unwrap().starts_with("/sign-in?attempt="), "{path}");
    }
    // The password alone is not everything there is.
    let again = owner.get(&format!("/my/security/totp/{id}/remove")).await;
    let step = owner.submit(&again, "login-submit", &[("username", EMAIL), ("password", PASSWORD)]).await;
    assert!(step.path.starts_with("/sign-in/totp?"), "{}", step.path);
    let code = second.app.code(server.clock.now());
    let page = owner.submit(&step, "code", &[("code", &code)]).await;
    assert!(page.path.ends_with("/remove"), "{}", page.path);
    let other = {
        server.clock.advance(seconds(30));
        let (mut browser, page) = at_second_step(&server).await;
        let code = second.app.code(server.clock.now());
        browser.submit(&page, "code", &[("code", &code)]).await;
        browser
    };
    owner.submit(&page, "totp-remove", &[]).await;
    assert!(is_signed_in(&mut owner).await, "who did it stays signed in");
    assert!(!is_signed_in(&mut other.clone()).await, "and nobody else");
    assert!(server.letters().await.iter().any(|letter| letter.text.contains("削除されました")));
    let one_step = sign_in(&mut server.browser(), EMAIL, PASSWORD).await;
    assert_eq!(one_step.location().as_deref(), Some("/my"), "no second factor is left");
    server.clock.advance(seconds(30));
}

/// (A125)
#[tokio::test]
async fn a_secret_is_shown_until_it_counts_and_never_again_a125() {
    let server = Server::start().await;
    let mut browser = server.browser();
    sign_up(&server, &mut browser, EMAIL).await;
    let page = browser.get("/my/security/totp").await;
    let page = browser.submit(&page, "totp-begin", &[]).await;
    let secret = page.find("#totp-secret").unwrap();
    let bare = secret.replace(' ', "");
    assert!(page.link("otpauth://totp/").contains(&bare), "the address behind the QR code");
    let mut stranger = server.person("taro@mail.example").await.browser;
    assert_eq!(stranger.fetch(&page.path).await.status, StatusCode::NOT_FOUND);
    let one_step = sign_in(&mut server.browser(), EMAIL, PASSWORD).await;
    assert_eq!(one_step.location().as_deref(), Some("/my"), "it does not count before its first code");

    let app = crate::support::Authenticator::scanning(&page);
    for (code, name) in [(app.wrong_code(server.clock.now()), "x"), (app.code(server.clock.now()), "")] {
        let refused = browser.submit(&page, "totp-confirm", &[("code", &code), ("name", name)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let code = app.code(server.clock.now());
    browser.submit(&page, "totp-confirm", &[("code", &code), ("name", "スマホ")]).await;
    assert_eq!(browser.fetch(&page.path).await.status, StatusCode::NOT_FOUND);
    let security = browser.get("/my/security").await;
    assert!(security.text.contains("スマホ") && !security.text.contains(&bare) && !security.text.contains(&secret));
    assert!(!server.dump().await.contains(&bare));
    let renamed = browser.get(&security.link("/my/security/totp/")).await;
    let renamed = browser.submit(&renamed, "totp-rename", &[("name", "<b>古い</b>")]).await;
    assert!(renamed.text.contains("&#60;b&#62;古い") || renamed.text.contains("&lt;b&gt;古い"));
}

#[tokio::test]
async fn a_secret_that_waits_too_long_counts_no_more_a133() {
    let server = Server::start_with(&[("HOSHO_ACCOUNT_RECENT_SIGN_IN", "1h")]).await;
    for (wait, counts) in [(minutes(30) - seconds(1), true), (minutes(30), false)] {
        let mut browser = server.browser();
        let email = format!("h{}@mail.example", wait.as_secs());
        sign_up(&server, &mut browser, &email).await;
        let page = browser.get("/my/security/totp").await;
        let page = browser.submit(&page, "totp-begin", &[]).await;
        let app = crate::support::Authenticator::scanning(&page);
        server.clock.advance(wait);
        let code = app.code(server.clock.now());
        let done = browser.submit(&page, "totp-confirm", &[("code", &code), ("name", "x")]).await;
        assert_eq!(!done.recovery_codes().is_empty(), counts);
    }
    server.clock.advance(hours(1));
}
