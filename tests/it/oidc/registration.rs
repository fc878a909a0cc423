//! Dynamic client registration. RFC 7591, OpenID Connect Dynamic Client Registration.

use axum::body::Body;
use hosho::base::time::{days, hours};
use hosho::jobs::remove_what_expired;
use http::{Method, Request};
use serde_json::{Value, json};

use crate::support::{Server, text};

/// Limits are counted in memory: tests that share a Redis share their network too.
const TOKEN: [(&str, &str); 2] = [("HOSHO_REGISTRATION_MODE", "token"), ("HOSHO_REDIS_URL", "")];

/// An invitation of the operator's.
pub async fn invitation(server: &Server, uses: u32) -> String {
    use hosho::service::oidc::invitation::{Wish, invite};
    let mut work = server.work();
    let invited = invite(&mut work, Wish { uses, expires_in: days(7), note: "for the suite" }).await.unwrap();
    work.commit().await.unwrap();
    invited.token.expose().to_owned()
}

#[tokio::test]
async fn nobody_registers_unless_the_operator_says_so() {
    let server = Server::start().await;
    for (method, uri) in [
        (Method::POST, "/register"),
        (Method::GET, "/register/x"),
        (Method::PUT, "/register/x"),
        (Method::DELETE, "/register/x"),
    ] {
        let answer = server.about_registration(method.clone(), uri, Some("token"), "{}").await;
        assert_eq!(answer.status.as_u16(), 404, "{method} {uri}: {}", answer.text);
        assert_eq!(answer.header("content-type"), Some("application/json"));
    }
    let metadata = server.browser().get("/.well-known/openid-configuration").await.json();
    assert!(metadata.get("registration_endpoint").is_none());
    let open = Server::open().await.browser().get("/.well-known/openid-configuration").await.json();
    assert_eq!(open["registration_endpoint"], "http://localhost:8080/register");
}

#[tokio::test]
async fn a_client_registers_and_is_told_everything_with_its_defaults() {
    let server = Server::open().await;
    let members = json!({"client_name": "Shop", "client_name#ja": "お店", "contacts": ["dev@shop.example"],
        "unknown_member": {"deep": [1]}, "software_statement": "not.a.statement"});
    let answer = server.try_register(members).await;
    assert_eq!(answer.status.as_u16(), 201, "{}", answer.text);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.header("pragma"), Some("no-cache"));
    let told = answer.json();
    assert_eq!(told["client_id_issued_at"], 1_795_305_600);
    assert_eq!(told["client_secret_expires_at"], 0);
    assert_eq!(text(&told, "client_secret").len(), 43);
    assert_eq!(text(&told, "registration_access_token").len(), 43);
    let uri = format!("http://localhost:8080/register/{}", text(&told, "client_id"));
    assert_eq!(text(&told, "registration_client_uri"), uri);
    assert_eq!(told["client_name#ja"], "お店");
    assert_eq!(told["grant_types"], json!(["authorization_code"]));
    assert_eq!(told["response_types"], json!(["code"]));
    assert_eq!(told["token_endpoint_auth_method"], "client_secret_basic");
    assert_eq!(told["application_type"], "web");
    assert_eq!(told["subject_type"], "public");
    assert_eq!(told["id_token_signed_response_alg"], "RS256");
    assert!(told.as_object().unwrap().keys().all(|name| !name.starts_with("hosho_")), "{told}");
    assert!(told.get("unknown_member").is_none() && told.get("software_statement").is_none());
    let public = server.register(json!({"token_endpoint_auth_method": "none"})).await.told;
    assert!(public.get("client_secret").is_none() && public.get("client_secret_expires_at").is_none());
    assert!(!server.dump().await.contains(text(&told, "registration_access_token")));
}

/// (A005), (A006), (A008), (A009), (A049)
#[tokio::test]
async fn each_bad_registration_has_its_registered_error_a005_a006_a008_a009() {
    let server = Server::open().await;
    let metadata = "invalid_client_metadata";
    let cases = [
        (json!({"redirect_uris": ["*"]}), "invalid_redirect_uri"),
        (json!({"redirect_uris": ["https://*.shop.example/cb"]}), "invalid_redirect_uri"),
        (json!({"redirect_uris": ["https://shop.example/*"]}), "invalid_redirect_uri"),
        (json!({"redirect_uris": ["https://shop.example*"]}), "invalid_redirect_uri"),
        (json!({"redirect_uris": ["https://shop.example/cb#x"]}), "invalid_redirect_uri"),
        (json!({"redirect_uris": ["http://shop.example/cb"]}), "invalid_redirect_uri"),
        (json!({"redirect_uris": ["javascript:alert(1)"]}), "invalid_redirect_uri"),
        (json!({"redirect_uris": ["https://evil@shop.example/cb"]}), "invalid_redirect_uri"),
        (json!({"redirect_uris": []}), "invalid_redirect_uri"),
        (json!({"redirect_uris": null}), "invalid_redirect_uri"),
        (json!({"redirect_uris": "https://shop.example/cb"}), metadata),
        (json!({"post_logout_redirect_uris": ["data:text/html,x"]}), metadata),
        (json!({"client_uri": "JaVaScRiPt:alert(1)"}), metadata),
        (json!({"logo_uri": "data:image/png;base64,x"}), metadata),
        (json!({"policy_uri": "\tjavascript:alert(1)"}), metadata),
        (json!({"tos_uri#ja": "file:///etc/passwd"}), metadata),
        (json!({"scope": "openid management"}), metadata),
        (json!({"hosho_first_party": true}), metadata),
        (json!({"hosho_roles": ["admin"]}), metadata),
        (json!({"hosho_profile": "compatible"}), metadata),
        (json!({"grant_types": ["client_credentials"]}), metadata),
        (json!({"grant_types": ["password"]}), metadata),
        (json!({"response_types": ["token"]}), metadata),
        (json!({"response_types": ["code"], "grant_types": ["refresh_token"]}), metadata),
        (json!({"id_token_signed_response_alg": "none"}), metadata),
        (json!({"id_token_signed_response_alg": "HS256"}), metadata),
        (json!({"userinfo_signed_response_alg": "ES512"}), metadata),
        (json!({"token_endpoint_auth_method": "password"}), metadata),
        (json!({"jwks_uri": "http://shop.example/jwks"}), metadata),
        (json!({"jwks_uri": "https://127.0.0.1/jwks"}), metadata),
        (json!({"jwks_uri": "https://169.254.169.254/latest/meta-data"}), metadata),
        (json!({"jwks": {"keys": [{"kty": "oct", "k": "AA"}]}}), metadata),
        (json!({"sector_identifier_uri": "https://10.0.0.1/sector"}), metadata),
        (json!({"client_id": "mine"}), metadata),
    ];
    for (members, code) in cases {
        let refused = server.try_register(members.clone()).await;
        assert_eq!(refused.refusal(), (400, code.to_owned()), "{members}");
        assert_eq!(refused.header("cache-control"), Some("no-store"));
    }
    for (body, kind) in
        [("", ""), ("[]", ""), ("{", ""), (r#"{"redirect_uris":["https://a.example/"],"redirect_uris":[]}"#, "")]
    {
        let answer = server.about_registration(Method::POST, "/register", None, &format!("{body} ")).await;
        assert_eq!(answer.refusal(), (400, metadata.to_owned()), "{body}{kind}");
    }
    let none = server.web.asked();
    assert!(none.is_empty(), "{none:?}");
    assert_eq!(count(&server).await, 0, "nothing was written down");
}

/// Whatever the address is for, and whoever registers it: what is never asked is not registered, in one sentence for what
/// is inside, whether something listens there or not.
#[tokio::test]
async fn addresses_that_are_never_asked_are_not_registered_a159() {
    use hosho::service::oidc::client;
    let server = Server::open().await;
    let kept = server.register(json!({})).await;
    let inside = [
        "https://127.0.0.1/x",
        "https://127.0.0.1:1/x",
        "https://[::1]/x",
        "https://[::ffff:10.0.0.1]/x",
        "https://0x7f000001/x",
        "https://2130706433/x",
        "https://10.0.0.1/x",
        "https://169.254.169.254/latest/meta-data",
        "https://[fd00:ec2::254]/x",
        "http://127.0.0.1:8080/x",
        "http://localhost/x",
        "https://evil@shop.example/x",
        "ftp://shop.example/x",
        "file:///etc/passwd",
    ];
    let ping = "backchannel_client_notification_endpoint";
    for member in ["jwks_uri", "sector_identifier_uri", "request_uris", "backchannel_logout_uri", ping] {
        let mut sentences = std::collections::BTreeSet::new();
        for address in inside {
            let value = if member == "request_uris" { json!([address]) } else { json!(address) };
            let members = json!({member: value});
            let what = format!("{member}: {address}");
            let by_operator = json!({
                "redirect_uris": ["https://shop.example/cb"], member: value, "backchannel_token_delivery_mode": "ping",
                "grant_types": ["authorization_code", "urn:openid:params:grant-type:ciba"],
                ping: if member == ping { value.clone() } else { json!("https://shop.example/ping") },
            });
            let mut work = server.work();
            let made = client::create(&mut work, &by_operator.to_string()).await;
            assert!(matches!(made, Err(client::RegisterError::Metadata(_))), "{what}");
            drop(work);
            if member == ping {
                continue;
            }
            let refused = server.try_register(members.clone()).await;
            assert_eq!(refused.refusal(), (400, "invalid_client_metadata".to_owned()), "{what}: {}", refused.text);
            let replaced = kept.again(&members).to_string();
            let replaced = server.about_registration(Method::PUT, kept.uri(), Some(kept.token()), &replaced).await;
            assert_eq!(replaced.refusal(), (400, "invalid_client_metadata".to_owned()), "{what}: {}", replaced.text);
            if address.starts_with("https:") && !address.contains('@') {
                sentences.insert(refused.json()["error_description"].to_string());
            }
        }
        assert!(sentences.len() <= 1, "{sentences:?}");
    }
    assert_eq!(server.web.asked(), [], "nobody was asked");
    assert_eq!(count(&server).await, 1, "nothing was written down");
}

/// How many clients there are that nobody has allowed anything.
async fn count(server: &Server) -> u32 {
    let mut work = server.work();
    hosho::store::oidc::self_registered::count_unused(work.tx(), 1000).await.unwrap()
}

#[tokio::test]
async fn a_body_of_another_kind_or_size_is_refused() {
    let server = Server::open().await;
    let form = server.browser().post("/register", &[("redirect_uris", "https://shop.example/cb")]).await;
    assert_eq!(form.status.as_u16(), 415, "{}", form.text);
    let long = json!({"client_name": "x".repeat(70_000)});
    assert_eq!(server.try_register(long).await.status.as_u16(), 413);
}

#[tokio::test]
async fn the_front_channel_is_for_those_who_ask_where_the_installation_has_one() {
    let hybrid = json!({"response_types": ["code id_token"], "grant_types": ["authorization_code", "implicit"]});
    let closed = Server::open().await;
    assert_eq!(closed.try_register(hybrid.clone()).await.refusal().1, "invalid_client_metadata");
    let server = Server::open_and_compatible().await;
    let told = server.register(hybrid).await.told;
    assert_eq!(told["response_types"], json!(["code id_token"]));
    assert_eq!(server.register(json!({"response_types": ["id_token"]})).await.told["grant_types"], json!(["implicit"]));
}

#[tokio::test]
async fn an_invitation_registers_as_many_clients_as_it_says() {
    let server = Server::start_with(&TOKEN).await;
    let document = json!({"redirect_uris": ["https://shop.example/cb"]}).to_string();
    let register = |token: Option<String>, document: String| {
        let server = &server;
        async move { server.about_registration(Method::POST, "/register", token.as_deref(), &document).await }
    };
    let nothing = register(None, document.clone()).await;
    assert_eq!((nothing.status.as_u16(), nothing.header("www-authenticate")), (401, Some("Bearer realm=\"hosho\"")));
    let wrong = register(Some("wrong".to_owned()), document.clone()).await;
    assert_eq!(wrong.refusal(), (401, "invalid_token".to_owned()));
    assert!(wrong.header("www-authenticate").unwrap().contains("error=\"invalid_token\""));

    let token = invitation(&server, 2).await;
    let bad = register(Some(token.clone()), json!({"redirect_uris": ["*"]}).to_string()).await;
    assert_eq!(bad.status.as_u16(), 400, "what is refused costs no use");
    for _ in 0..2 {
        assert_eq!(register(Some(token.clone()), document.clone()).await.status.as_u16(), 201);
    }
    assert_eq!(register(Some(token.clone()), document.clone()).await.status.as_u16(), 401);
    assert!(!server.dump().await.contains(&token));

    let late = invitation(&server, 1).await;
    server.clock.advance(days(7));
    assert_eq!(register(Some(late), document).await.status.as_u16(), 401);
}

#[tokio::test]
async fn an_invitation_for_one_is_used_once_whoever_is_first() {
    for _ in 0..crate::support::rounds(12) {
        let server = Server::start_with(&TOKEN).await;
        let token = invitation(&server, 1).await;
        let document = json!({"redirect_uris": ["https://shop.example/cb"]}).to_string();
        let tries = (0..8).map(|_| server.about_registration(Method::POST, "/register", Some(&token), &document));
        let answers = futures_util::future::join_all(tries).await;
        let statuses: Vec<u16> = answers.iter().map(|answer| answer.status.as_u16()).collect();
        assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
        assert!(statuses.iter().all(|status| matches!(status, 201 | 401)), "{statuses:?}");
    }
}

#[tokio::test]
async fn staff_invite_see_and_take_back() {
    use hosho::domain::permission::Role;
    let server = Server::start_with(&TOKEN).await;
    let mut admin = server.machine(&[Role::Admin]).await;
    let made =
        admin.post("/api/v1/client-invitations", &json!({"uses": 3, "expires_in": 3600, "note": "agency"})).await;
    assert_eq!(made.status.as_u16(), 201, "{}", made.text);
    let made = made.json();
    let token = text(&made, "initial_access_token").to_owned();
    let document = json!({"redirect_uris": ["https://shop.example/cb"]}).to_string();
    let register = || server.about_registration(Method::POST, "/register", Some(&token), &document);
    assert_eq!(register().await.status.as_u16(), 201);
    let listed = admin.get("/api/v1/client-invitations").await;
    assert!(!listed.text.contains(&token));
    let one = &listed.json()["items"][0];
    assert_eq!((&one["uses"], &one["used"], &one["note"]), (&json!(3), &json!(1), &json!("agency")));
    let revoke = format!("/api/v1/client-invitations/{}/revoke", text(one, "id"));
    assert!(admin.post(&revoke, &json!({})).await.json()["revoked_at"].is_string());
    assert_eq!(register().await.status.as_u16(), 401);
    for wrong in [json!({"uses": 0}), json!({"uses": 1001}), json!({"expires_in": 1}), json!({"note": "a\nb"})] {
        assert_eq!(admin.post("/api/v1/client-invitations", &wrong).await.status.as_u16(), 422, "{wrong}");
    }
    let trail = admin.get("/api/v1/audit?object_kind=client_invitation").await.text;
    for event in ["client_invitation.created", "client_invitation.used", "client_invitation.revoked"] {
        assert!(trail.contains(event), "{event} is not in {trail}");
    }
    let mut auditor = server.machine(&[Role::Auditor]).await;
    assert_eq!(auditor.post("/api/v1/client-invitations", &json!({})).await.status.as_u16(), 403);
}

#[tokio::test]
async fn a_network_that_registers_too_much_waits() {
    let settings =
        [("HOSHO_REGISTRATION_MODE", "open"), ("HOSHO_REDIS_URL", ""), ("HOSHO_LIMIT_REGISTRATIONS_PER_HOUR", "2")];
    let server = Server::start_with(&settings).await;
    for _ in 0..2 {
        server.register(json!({})).await;
    }
    let refused = server.try_register(json!({})).await;
    assert_eq!(refused.refusal(), (429, "temporarily_unavailable".to_owned()));
    assert!(refused.header("retry-after").is_some());
    server.clock.advance(hours(1));
    server.register(json!({})).await;
}

/// (A191)
#[tokio::test]
async fn clients_that_nobody_uses_are_counted_and_forgotten() {
    let settings = [
        ("HOSHO_REGISTRATION_MODE", "open"),
        ("HOSHO_REDIS_URL", ""),
        ("HOSHO_REGISTRATION_MOST_UNUSED", "3"),
        ("HOSHO_REGISTRATION_UNUSED", "10d"),
    ];
    let server = Server::start_with(&settings).await;
    let (unused, used, verified) =
        (server.register(json!({})).await, server.register(json!({})).await, server.register(json!({})).await);
    let full = server.try_register(json!({})).await;
    assert_eq!(full.refusal(), (503, "temporarily_unavailable".to_owned()));
    assert!(full.header("retry-after").is_some());

    let hanako = server.customer("hanako@example.jp").await;
    let mut browser = server.browser();
    server.sign_in(&mut browser, &hanako).await;
    used.shop.code(&mut browser, &[]).await;
    // Somebody began, and went away.
    unused.shop.begin(&mut server.browser()).await;
    let mut work = server.work();
    hosho::service::oidc::client::verify(&mut work, &verified.id().into()).await.unwrap();
    work.commit().await.unwrap();
    server.register(json!({})).await;

    server.clock.advance(days(10));
    remove_what_expired(&server.app).await.unwrap();
    assert_eq!(unused.show(&server).await.status.as_u16(), 401);
    assert_eq!(used.show(&server).await.status.as_u16(), 200);
    assert_eq!(verified.show(&server).await.status.as_u16(), 200);
    // Grants end, and are forgotten in their time; what was allowed stays.
    server.clock.advance(days(200));
    remove_what_expired(&server.app).await.unwrap();
    assert_eq!(used.show(&server).await.status.as_u16(), 200);
}

/// Whatever refers to a client must be looked at before the client is forgotten.
#[test]
fn forgetting_looks_at_every_table_that_names_a_client() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let statement = std::fs::read_to_string(folder.join("src/store/oidc/self_registered.rs")).unwrap();
    let purge = statement.split("pub async fn purge").nth(1).unwrap();
    let mut named = 0;
    for file in std::fs::read_dir(folder.join("migrations")).unwrap() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        for table in text.split("CREATE TABLE ").skip(1) {
            let (name, rest) = table.split_once(" (").unwrap();
            let body = rest.split("\n);").next().unwrap();
            for line in body.lines().filter(|line| line.replace(' ', "").contains("REFERENCESclient(id)")) {
                let column = line.split_whitespace().next().unwrap();
                let looked_at = purge.split("NOT EXISTS").find(|part| part.contains(&format!("FROM {name} r")));
                let looked_at = looked_at.is_some_and(|part| part.contains(&format!("r.{column} = client.id")));
                assert!(looked_at, "{name}.{column}");
                named += 1;
            }
        }
    }
    assert!(named >= 3, "{named}");
}

/// (A029), (A019)
#[tokio::test]
async fn people_are_warned_of_a_client_that_nobody_knows_until_somebody_vouches_for_it_a029() {
    let server = Server::open().await;
    let client = server.register(json!({"client_name": "Maker's <img src=x onerror=alert(1)>"})).await;
    let ja = server.browser().get(&client.shop.asks(&[])).await;
    assert!(ja.text.contains("確認されていないアプリです") && ja.text.contains("shop.example"), "{}", ja.text);
    let en = server.browser().speaking("en").get(&client.shop.asks(&[])).await;
    assert!(en.text.contains("This app is not verified") && en.text.contains("shop.example"), "{}", en.text);

    let hanako = server.customer("hanako@example.jp").await;
    let mut browser = server.browser();
    server.sign_in(&mut browser, &hanako).await;
    let page = browser.get(&client.shop.asks(&[])).await;
    assert!(page.find("#consent-allow").is_some() && page.text.contains("確認されていないアプリです"), "{}", page.text);
    assert!(!page.text.contains("<img src=x") && !ja.text.contains("<img src=x"));

    let mut work = server.work();
    hosho::service::oidc::client::verify(&mut work, &client.id().into()).await.unwrap();
    work.commit().await.unwrap();
    let page = browser.get(&client.shop.asks(&[])).await;
    assert!(page.find("#consent-allow").is_some() && !page.text.contains("確認されていない"), "{}", page.text);
}

#[tokio::test]
async fn what_a_client_changes_itself_nobody_has_verified() {
    let server = Server::open().await;
    let client = server.register(json!({})).await;
    let mut work = server.work();
    hosho::service::oidc::client::verify(&mut work, &client.id().into()).await.unwrap();
    work.commit().await.unwrap();
    let renamed = client.replace(&server, &client.again(&json!({"client_name": "The bank"}))).await;
    assert_eq!(renamed.status.as_u16(), 200, "{}", renamed.text);
    let page = server.browser().get(&client.shop.asks(&[])).await;
    assert!(page.text.contains("確認されていないアプリです"), "{}", page.text);
}

#[tokio::test]
async fn staff_see_verify_and_switch_off_what_registered_itself() {
    use hosho::domain::permission::Role;
    let server = Server::open().await;
    let client = server.register(json!({})).await;
    let mut admin = server.machine(&[Role::Admin]).await;
    let path = format!("/api/v1/clients/{}", client.id());
    let told = |view: &Value| (view["origin"].clone(), view["verified"].clone());
    assert_eq!(told(&admin.get(&path).await.json()), (json!("self_registered"), json!(false)));
    let verified = admin.post(&format!("{path}/verify"), &json!({})).await.json();
    assert_eq!(told(&verified), (json!("self_registered"), json!(true)));
    let warned = admin.post(&format!("{path}/unverify"), &json!({})).await.json();
    assert_eq!(warned["verified"], false);
    for privilege in [
        json!({"hosho_first_party": true}),
        json!({"hosho_roles": ["support"], "grant_types": ["authorization_code", "client_credentials"]}),
        json!({"scope": "openid management"}),
    ] {
        let mut document = json!({"redirect_uris": ["https://shop.example/cb"]});
        document.as_object_mut().unwrap().extend(privilege.as_object().unwrap().clone());
        assert_eq!(admin.put(&path, &document, &[]).await.status.as_u16(), 422, "{privilege}");
    }
    assert_eq!(admin.post(&format!("{path}/disable"), &json!({})).await.json()["enabled"], false);
    let page = server.browser().get(&client.shop.asks(&[])).await;
    assert_eq!(page.status.as_u16(), 400);

    let own = server.relying_party("own", json!({})).await;
    let answer = admin.post(&format!("/api/v1/clients/{}/verify", own.id), &json!({})).await;
    assert_eq!(answer.status.as_u16(), 409, "{}", answer.text);
    let view = admin.get(&format!("/api/v1/clients/{}", own.id)).await.json();
    assert_eq!(told(&view), (json!("operator"), json!(true)));
}

/// (A012)
#[tokio::test]
async fn a_client_without_redirect_uris_gets_none_by_asking_a012() {
    let server = Server::open().await;
    let device = "urn:ietf:params:oauth:grant-type:device_code";
    let client = server.register(json!({"redirect_uris": [], "grant_types": [device]})).await;
    assert!(client.told.get("redirect_uris").is_none());
    let answer = server.browser().get(&client.shop.asks(&[])).await;
    assert_eq!((answer.status.as_u16(), answer.location()), (400, None));
    assert!(client.show(&server).await.json().get("redirect_uris").is_none());
}

#[tokio::test]
async fn an_application_in_a_browser_may_register() {
    let server = Server::open().await;
    let document = json!({"redirect_uris": ["https://spa.example/cb"]}).to_string();
    let ask = |method: &str, origin: &str| {
        let request = Request::builder().method(method).uri("/register").header("origin", origin);
        request.header("content-type", "application/json").body(Body::from(document.clone())).unwrap()
    };
    let preflight = server.browser().send(ask("OPTIONS", "https://spa.example")).await;
    assert_eq!(preflight.status.as_u16(), 204);
    assert!(preflight.header("access-control-allow-headers").unwrap().contains("Authorization"));
    assert!(preflight.header("access-control-allow-methods").unwrap().contains("DELETE"));
    let answer = server.browser().send(ask("POST", "https://spa.example")).await;
    assert_eq!(answer.status.as_u16(), 201, "{}", answer.text);
    assert_eq!(answer.header("access-control-allow-origin"), Some("https://spa.example"));
    assert!(answer.header("access-control-allow-credentials").is_none());
    assert_eq!(server.browser().send(ask("POST", "null")).await.header("access-control-allow-origin"), None);
}
