//! Links that the maker sends by letter, and what else is good because we made it: nothing of it can be changed, cut,
//! lengthened or used as something else. A088.

use http::StatusCode;

use super::{code_in, is_signed_in, link_in, sign_up};
use crate::support::{Browser, Server, text};

const EMAIL: &str = "hanako@mail.example";

/// What one can make of a token that one has seen.
fn changed(token: &str) -> Vec<String> {
    let replaced = |at: usize| {
        let mut bytes = token.as_bytes().to_vec();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        String::from_utf8(bytes).unwrap()
    };
    let mut all: Vec<String> = (0..token.len()).map(replaced).collect();
    let half = token.len() / 2;
    all.extend([
        String::new(),
        token[..half].to_owned(),
        token[half..].to_owned(),
        token[1..].to_owned(),
        token[..token.len() - 1].to_owned(),
        format!("{}{}", &token[half..], &token[..half]),
        format!("{token}A"),
        format!("{token}="),
        format!("{token}.{token}"),
        token.to_uppercase(),
        token.to_lowercase(),
    ]);
    all.retain(|other| other != token);
    all
}

fn token_in(link: &str) -> String {
    link.split_once("token=").expect("a token in the link").1.to_owned()
}

async fn opens(browser: &mut Browser, path: &str, token: &str) -> bool {
    let encoded: String = form_urlencoded::byte_serialize(token.as_bytes()).collect();
    let answer = browser.fetch(&format!("{path}?token={encoded}")).await;
    assert!(answer.status.as_u16() < 500, "{path} {token}");
    answer.status == StatusCode::OK && answer.find("#confirm-submit").is_some()
}

#[tokio::test]
async fn a_link_that_was_changed_or_is_for_something_else_opens_nothing_a088() {
    let server = Server::start().await;
    sign_up(&server, &mut server.browser(), EMAIL).await;
    // One link of each kind, both still unused: to sign up, and to set a new password.
    let mut newcomer = server.browser();
    let page = newcomer.get("/sign-up").await;
    newcomer.submit(&page, "email", &[("email", "new@mail.example")]).await;
    let sign_up_letter = server.last_letter_to("new@mail.example").await.text;
    let mut forgetful = server.browser();
    let page = forgetful.get("/recover").await;
    forgetful.submit(&page, "email", &[("email", EMAIL)]).await;
    let recover_letter = server.last_letter_to(EMAIL).await.text;

    let links = [
        ("/sign-up/confirm", "/recover/confirm", sign_up_letter),
        ("/recover/confirm", "/sign-up/confirm", recover_letter),
    ];
    for (path, elsewhere, letter) in &links {
        let token = token_in(&link_in(letter));
        let mut stranger = server.browser();
        assert!(opens(&mut stranger, path, &token).await, "{path}");
        for other in changed(&token) {
            assert!(!opens(&mut stranger, path, &other).await, "{path} {other}");
        }
        assert!(!opens(&mut stranger, elsewhere, &token).await, "not for {elsewhere}");
        assert!(!opens(&mut stranger, path, &code_in(letter)).await, "the code of a letter is no token");
        // As a form it is not taken either, and it is no session, code, token or invitation.
        let posted = stranger.post(path, &[("token", changed(&token)[0].as_str())]).await;
        assert!(posted.status.is_client_error(), "{path}: {}", posted.status);
        let mut as_session = server.browser();
        as_session.cookies.insert("hosho_session".to_owned(), token.clone());
        assert!(!is_signed_in(&mut as_session).await, "{path}");
        let shop = server.shop().await;
        assert_eq!(shop.exchange(&token).await.refusal(), (400, "invalid_grant".to_owned()), "{path}");
        assert_eq!(shop.refresh(&token).await.refusal(), (400, "invalid_grant".to_owned()), "{path}");
        assert_eq!(shop.userinfo(&token).await.status, StatusCode::UNAUTHORIZED, "{path}");
        assert!(opens(&mut stranger, path, &token).await, "and the link itself is as good as before");
    }
}

/// Tokens to register and to look after a registration are each for one thing.
#[tokio::test]
async fn a_token_for_a_registration_is_for_nothing_else_a088() {
    let server = Server::open().await;
    let (one, other) = (server.register(serde_json::json!({})).await, server.register(serde_json::json!({})).await);
    let show = async |uri: &str, token: &str| {
        server.about_registration(http::Method::GET, uri, Some(token), "").await.status.as_u16()
    };
    assert_eq!(show(one.uri(), one.token()).await, 200);
    assert_eq!(show(other.uri(), one.token()).await, 401);
    for changed in changed(one.token()).iter().filter(|token| !token.is_empty()) {
        assert_eq!(show(one.uri(), changed).await, 401, "{changed}");
    }
    for path in ["/sign-up/confirm", "/recover/confirm"] {
        assert!(!opens(&mut server.browser(), path, one.token()).await, "{path}");
    }
    assert_eq!(one.shop.exchange(one.token()).await.refusal().1, "invalid_grant");
    assert_eq!(one.shop.userinfo(one.token()).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(show(one.uri(), text(&one.told, "client_secret")).await, 401);
}
