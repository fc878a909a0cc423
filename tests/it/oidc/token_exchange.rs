//! One token for another: a client acts for the person of somebody else's token, where a policy lets it. RFC 8693;
//! A038, A049, A059–A061, A064, A067 of the attack list.

use hosho::domain::permission::Role;
use hosho::service;
use hosho::service::oidc::token_exchange;
use serde_json::{Value, json};

use super::device::stop;
use crate::support::{Answer, Browser, Server, Shop, claims, text};

const GRANT: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";
const REGISTRY: &str = "http://localhost:8080/registry/v1";
const ISSUER: &str = "http://localhost:8080";

/// A client that acts for people: the tool of a call centre, an agent.
async fn agent(server: &Server) -> Shop {
    let members = json!({
        "client_name": "Agent", "grant_types": [GRANT, "client_credentials", "authorization_code"],
        "scope": "openid email products warranty management offline_access",
    });
    server.shop_with(members).await
}

pub async fn allow(server: &Server, subject: &Shop, acting: &Shop, scope: &str) {
    allow_at(server, subject, acting, scope, &[]).await;
}

async fn allow_at(server: &Server, subject: &Shop, acting: &Shop, scope: &str, audience: &[&str]) {
    let mut work = server.work();
    let audience = audience.iter().map(|one| (*one).to_owned()).collect();
    let (subject, acting) = (subject.id.as_str().into(), acting.id.as_str().into());
    token_exchange::allow(&mut work, &subject, &acting, scope, audience).await.unwrap();
    work.commit().await.unwrap();
}

async fn exchange(client: &Shop, subject_token: &str, more: &[(&str, &str)]) -> Answer {
    let mut fields =
        vec![("grant_type", GRANT), ("subject_token", subject_token), ("subject_token_type", ACCESS_TOKEN)];
    fields.retain(|(name, _)| !more.iter().any(|(other, _)| other == name));
    fields.extend(more.iter().filter(|(_, value)| !value.is_empty()));
    client.post("/token", &fields).await
}

async fn token_of(shop: &Shop, browser: &mut Browser, scope: &str) -> String {
    text(&shop.tokens(browser, scope).await, "access_token").to_owned()
}

fn assert_refused(answer: &Answer, code: &str) {
    assert_eq!(answer.refusal(), (400, code.to_owned()), "{}", answer.text);
}

#[tokio::test]
async fn a_client_acts_for_a_person_and_its_token_says_so_everywhere() {
    let server = Server::start().await;
    let (shop, agent) = (server.shop().await, agent(&server).await);
    let mut hanako = server.person("hanako@example.jp").await;
    allow(&server, &shop, &agent, "openid email products").await;
    let subject = token_of(&shop, &mut hanako.browser, "openid email products").await;
    let answer = exchange(&agent, &subject, &[("scope", "openid products")]).await;
    assert_eq!((answer.status.as_u16(), answer.header("cache-control")), (200, Some("no-store")), "{}", answer.text);
    let answer = answer.json();
    assert_eq!(text(&answer, "issued_token_type"), ACCESS_TOKEN);
    assert_eq!((text(&answer, "token_type"), text(&answer, "scope")), ("Bearer", "openid products"));
    assert!(answer.get("refresh_token").is_none() && answer.get("id_token").is_none(), "{answer}");
    let token = text(&answer, "access_token");
    let act = json!({"iss": ISSUER, "sub": agent.id});
    let told = claims(token);
    assert_eq!((told["sub"].as_str(), told["client_id"].as_str()), (Some(hanako.sub.as_ref()), Some(&*agent.id)));
    assert_eq!((&told["act"], &told["aud"]), (&act, &json!([ISSUER, REGISTRY])));
    assert_eq!(agent.introspect(token).await["act"], act);
    assert_eq!(shop.introspect(token).await, json!({"active": false}), "it is another client's");
    assert_eq!(agent.userinfo(token).await.json()["sub"], hanako.sub.as_ref());
    assert!(agent.userinfo(token).await.json().get("email").is_none());
    assert_eq!(agent.get("/registry/v1/me/units", token).await.status, 200);
    assert!(server.dump().await.contains("token.exchanged"));

    // Once more, by the next one: who acted before stays in it.
    let next = self::agent(&server).await;
    allow(&server, &agent, &next, "products").await;
    let answer = exchange(&next, token, &[]).await.json();
    let chain = json!({"iss": ISSUER, "sub": next.id, "act": act});
    assert_eq!(claims(text(&answer, "access_token"))["act"], chain);
    let jwt = "urn:ietf:params:oauth:token-type:jwt";
    let answer = exchange(&next, token, &[("requested_token_type", jwt), ("subject_token_type", jwt)]).await;
    assert_eq!(text(&answer.json(), "issued_token_type"), jwt);
}

#[tokio::test]
async fn a_person_who_acts_is_named_by_their_own_token() {
    let server = Server::start().await;
    let (shop, tool) = (server.shop().await, agent(&server).await);
    let mut hanako = server.person("hanako@example.jp").await;
    let mut operator = server.person("operator@example.jp").await;
    allow(&server, &shop, &tool, "products").await;
    let subject = token_of(&shop, &mut hanako.browser, "openid products").await;
    let actor = token_of(&tool, &mut operator.browser, "openid").await;
    let by = |token| [("actor_token", token), ("actor_token_type", ACCESS_TOKEN)];
    let answer = exchange(&tool, &subject, &by(&actor)).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let told = claims(text(&answer.json(), "access_token"));
    assert_eq!(told["sub"], hanako.sub.as_ref());
    assert_eq!(told["act"], json!({"iss": ISSUER, "sub": operator.sub.as_ref(), "client_id": tool.id}));

    // Not by a token of another client, not by one that no longer counts.
    let elsewhere = token_of(&shop, &mut operator.browser, "openid").await;
    assert_refused(&exchange(&tool, &subject, &by(&elsewhere)).await, "invalid_request");
    stop(&server, "suspended", &operator.sub, &tool).await;
    assert_refused(&exchange(&tool, &subject, &by(&actor)).await, "invalid_request");
    assert_refused(&exchange(&tool, &subject, &[("actor_token", &actor)]).await, "invalid_request");
}

#[tokio::test]
async fn nothing_is_exchanged_without_a_policy_or_against_it_a067() {
    let server = Server::start().await;
    let (shop, agent) = (server.shop().await, agent(&server).await);
    let mut hanako = server.person("hanako@example.jp").await;
    let subject = token_of(&shop, &mut hanako.browser, "openid products").await;
    assert_refused(&exchange(&agent, &subject, &[]).await, "invalid_request");
    // The other way round is another pair, and a client's own people are a pair of their own.
    allow(&server, &agent, &agent, "products").await;
    let own = token_of(&agent, &mut hanako.browser, "openid products").await;
    assert_eq!(exchange(&agent, &own, &[]).await.status, 200);
    assert_refused(&exchange(&agent, &subject, &[]).await, "invalid_request");
    assert_refused(&exchange(&shop, &own, &[]).await, "unauthorized_client");

    allow(&server, &shop, &agent, "products").await;
    assert_eq!(exchange(&agent, &subject, &[]).await.status, 200);
    let mut work = server.work();
    let policies = token_exchange::list(&mut work).await.unwrap();
    for policy in policies {
        token_exchange::deny(&mut work, &policy.id).await.unwrap();
    }
    work.commit().await.unwrap();
    assert_refused(&exchange(&agent, &subject, &[]).await, "invalid_request");
}

#[tokio::test]
async fn scope_and_audience_never_reach_further_than_policy_token_and_registration_a049() {
    let server = Server::start().await;
    let (shop, agent) = (server.shop().await, agent(&server).await);
    let mut hanako = server.person("hanako@example.jp").await;
    allow_at(&server, &shop, &agent, "openid email products recalls", &[REGISTRY]).await;
    let subject = token_of(&shop, &mut hanako.browser, "openid products recalls warranty").await;
    let whole = exchange(&agent, &subject, &[]).await.json();
    assert_eq!(text(&whole, "scope"), "openid products");
    assert_eq!(claims(text(&whole, "access_token"))["aud"], REGISTRY);
    assert_eq!(agent.userinfo(text(&whole, "access_token")).await.status, 401, "it is not for userinfo");
    // Not in the token, not in the policy, not in the registration; never for the management API.
    for wider in ["email", "warranty", "recalls", "products recalls", "management", "offline_access", "bogus"] {
        assert_refused(&exchange(&agent, &subject, &[("scope", wider)]).await, "invalid_scope");
    }
    for target in [ISSUER, "http://localhost:8080/api/v1", "https://other.example", "somebody"] {
        assert_refused(&exchange(&agent, &subject, &[("resource", target)]).await, "invalid_target");
        assert_refused(&exchange(&agent, &subject, &[("audience", target)]).await, "invalid_target");
    }
    assert_eq!(exchange(&agent, &subject, &[("audience", REGISTRY)]).await.status, 200);
}

/// A claim that the person gave the first client by name is not for the one that acts.
#[tokio::test]
async fn claims_asked_for_by_name_stay_with_the_client_that_asked() {
    let server = Server::start().await;
    let (shop, agent) = (server.shop().await, agent(&server).await);
    let mut hanako = server.person("hanako@example.jp").await;
    allow(&server, &shop, &agent, "openid").await;
    let claims = r#"{"userinfo":{"email":null}}"#;
    let code = shop.code(&mut hanako.browser, &[("scope", "openid"), ("claims", claims)]).await;
    let subject = shop.exchange(&code).await.json();
    let subject = text(&subject, "access_token");
    assert_eq!(shop.userinfo(subject).await.json()["email"], "hanako@example.jp");
    let token = exchange(&agent, subject, &[]).await.json();
    assert!(agent.userinfo(text(&token, "access_token")).await.json().get("email").is_none());
}

#[tokio::test]
async fn staff_lend_nobody_their_permissions_a067() {
    let server = Server::start().await;
    let agent = agent(&server).await;
    let mut admin = server.machine(&[Role::Admin]).await;
    let shop = server.shop_with(json!({"scope": "openid management products"})).await;
    for scope in ["management", "products management", "offline_access", ""] {
        let wish = json!({"subject_client": shop.id, "acting_client": agent.id, "scope": scope});
        assert_eq!(admin.post("/api/v1/token-exchange-policies", &wish).await.status.as_u16(), 422, "{scope}");
    }
    let mut chief = server.person("chief@example.jp").await;
    let mut work = server.work();
    let now = work.now();
    hosho::store::admin::staff_role::grant(work.tx(), &chief.sub, Role::Admin, now).await.unwrap();
    work.commit().await.unwrap();
    server.sign_in(&mut chief.browser, &chief.sub).await;
    allow(&server, &shop, &agent, "products").await;
    let subject = token_of(&shop, &mut chief.browser, "openid management products").await;
    assert_eq!(shop.get("/api/v1/clients", &subject).await.status, 200, "the first token may");
    let token = exchange(&agent, &subject, &[]).await.json();
    assert_eq!(text(&token, "scope"), "products");
    assert_eq!(agent.get("/api/v1/clients", text(&token, "access_token")).await.status, 401);
    // A machine's own token stands for nobody.
    let machine = agent.post("/token", &[("grant_type", "client_credentials"), ("scope", "management")]).await.json();
    assert_refused(&exchange(&agent, text(&machine, "access_token"), &[]).await, "invalid_request");
}

/// (A038), (A064): only an access token that this server signed and that counts is exchanged.
#[tokio::test]
async fn other_artefacts_are_no_subject_tokens_and_stay_what_they_were_a038_a064() {
    let server = Server::start().await;
    let (shop, agent) = (server.shop().await, agent(&server).await);
    let mut hanako = server.person("hanako@example.jp").await;
    allow(&server, &shop, &agent, "openid products").await;
    let tokens = shop.tokens(&mut hanako.browser, "openid products").await;
    let code = shop.code(&mut hanako.browser, &[]).await;
    let id_token = text(&tokens, "id_token");
    for other in [id_token, text(&tokens, "refresh_token"), &code, "x", "e30.e30."] {
        assert_refused(&exchange(&agent, other, &[]).await, "invalid_request");
    }
    let kind = [("subject_token_type", "urn:ietf:params:oauth:token-type:id_token")];
    assert_refused(&exchange(&agent, id_token, &kind).await, "invalid_request");
    for missing in ["subject_token", "subject_token_type"] {
        assert_refused(&exchange(&agent, text(&tokens, "access_token"), &[(missing, "")]).await, "invalid_request");
    }
    assert_eq!(shop.exchange(&code).await.status, 200);
    assert_eq!(shop.refresh(text(&tokens, "refresh_token")).await.status, 200);
}

#[tokio::test]
async fn a_token_ends_no_later_than_the_one_it_came_from() {
    let server = Server::start().await;
    let (shop, agent) = (server.shop().await, agent(&server).await);
    let mut hanako = server.person("hanako@example.jp").await;
    allow(&server, &shop, &agent, "products").await;
    let subject = token_of(&shop, &mut hanako.browser, "openid products").await;
    server.clock.advance(hosho::base::time::seconds(400));
    let answer = exchange(&agent, &subject, &[]).await.json();
    assert_eq!(answer["expires_in"], 200);
    assert_eq!(claims(text(&answer, "access_token"))["exp"], claims(&subject)["exp"]);
    server.clock.advance(hosho::base::time::seconds(200));
    assert_eq!(agent.get("/registry/v1/me/units", text(&answer, "access_token")).await.status, 401);
    assert_refused(&exchange(&agent, &subject, &[]).await, "invalid_request");
}

/// (A059), (A060), (A067): whatever ends the first token ends the second, and no third comes of either.
#[tokio::test]
async fn what_ends_the_grant_ends_what_was_exchanged_at_every_instance_a059() {
    let server = Server::start().await;
    let (_app, site) = server.another_instance().await;
    let ends = [
        "suspended",
        "closed",
        "signed out everywhere",
        "client off",
        "acting client off",
        "session ended",
        "grant revoked",
        "consent taken back",
        "subject token revoked",
        "own token revoked",
    ];
    for (number, end) in ends.into_iter().enumerate() {
        let (shop, agent) = (server.shop().await, agent(&server).await);
        let mut hanako = server.person(&format!("hanako{number}@example.jp")).await;
        allow(&server, &shop, &agent, "openid products").await;
        let tokens = shop.tokens(&mut hanako.browser, "openid products").await;
        let subject = text(&tokens, "access_token");
        let answer = exchange(&agent, subject, &[]).await.json();
        let token = text(&answer, "access_token");
        assert_eq!(agent.userinfo(token).await.status, 200, "{end}");
        server.clock.advance(hosho::base::time::seconds(1));
        match end {
            "acting client off" => stop(&server, "client off", &hanako.sub, &agent).await,
            "session ended" => {
                let page = hanako.browser.get("/sign-out").await;
                hanako.browser.submit(&page, "logout-confirm", &[]).await;
            }
            "grant revoked" => drop(shop.post("/revoke", &[("token", text(&tokens, "refresh_token"))]).await),
            "subject token revoked" => drop(shop.post("/revoke", &[("token", subject)]).await),
            "own token revoked" => drop(agent.post("/revoke", &[("token", token)]).await),
            "consent taken back" => {
                let mut work = server.work();
                let client = shop.id.as_str().into();
                service::oidc::consent::revoke(&mut work, &hanako.sub, &client).await.unwrap();
                work.commit().await.unwrap();
            }
            state => stop(&server, state, &hanako.sub, &shop).await,
        }
        let other = agent.at(site.clone());
        for instance in [&agent, &other] {
            assert_eq!(instance.userinfo(token).await.status, 401, "{end}");
        }
        let again = exchange(&agent, subject, &[]).await;
        match end {
            "own token revoked" => assert_eq!(again.status, 200, "{end}: {}", again.text),
            "acting client off" => assert_eq!(again.refusal().1, "invalid_client", "{end}"),
            _ => assert_refused(&again, "invalid_request"),
        }
    }
}

/// A revocation and exchanges at the same moment: once the grant is gone, nothing of it counts.
#[tokio::test]
async fn exchanges_at_the_moment_of_a_revocation_leave_nothing_behind_a059() {
    let server = Server::start().await;
    let (_app, site) = server.another_instance().await;
    let (shop, agent) = (server.shop().await, agent(&server).await);
    let mut hanako = server.person("hanako@example.jp").await;
    allow(&server, &shop, &agent, "openid products").await;
    for _ in 0..crate::support::rounds(6) {
        let tokens = shop.tokens(&mut hanako.browser, "openid products").await;
        let tries: Vec<_> = (0..8)
            .map(|index| {
                let agent = if index % 2 == 0 { agent.clone() } else { agent.at(site.clone()) };
                let subject = text(&tokens, "access_token").to_owned();
                tokio::spawn(async move { exchange(&agent, &subject, &[]).await })
            })
            .collect();
        assert_eq!(shop.post("/revoke", &[("token", text(&tokens, "refresh_token"))]).await.status, 200);
        for one in tries {
            let answer = one.await.unwrap();
            if answer.status == 200 {
                assert_eq!(agent.userinfo(text(&answer.json(), "access_token")).await.status, 401);
            } else {
                assert_refused(&answer, "invalid_request");
            }
        }
    }
}

#[tokio::test]
async fn a_public_client_and_one_that_is_not_registered_for_it_act_for_nobody_a048() {
    let server = Server::start().await;
    let public = json!({"redirect_uris": ["https://x.example/cb"], "token_endpoint_auth_method": "none",
                        "grant_types": ["authorization_code", GRANT]});
    let mut work = server.work();
    assert!(service::oidc::client::create(&mut work, &public.to_string()).await.is_err());
    drop(work);
    let (shop, other) = (server.shop().await, server.shop().await);
    let mut hanako = server.person("hanako@example.jp").await;
    let subject = token_of(&shop, &mut hanako.browser, "openid products").await;
    assert_refused(&exchange(&other, &subject, &[]).await, "unauthorized_client");
    let mut work = server.work();
    let (subject, acting) = (shop.id.as_str().into(), other.id.as_str().into());
    assert!(token_exchange::allow(&mut work, &subject, &acting, "products", Vec::new()).await.is_err());
    assert!(token_exchange::allow(&mut work, &subject, &"nobody".into(), "products", Vec::new()).await.is_err());
}

#[tokio::test]
async fn pairwise_clients_each_know_the_person_by_their_own_name() {
    let server = Server::start().await;
    let shop = server.shop_with(json!({"subject_type": "pairwise"})).await;
    let agent = server
        .shop_with(json!({"subject_type": "pairwise", "redirect_uris": ["https://agent.example/cb"],
            "grant_types": [GRANT, "authorization_code"], "scope": "openid products"}))
        .await;
    let mut hanako = server.person("hanako@example.jp").await;
    allow(&server, &shop, &agent, "openid products").await;
    let subject = token_of(&shop, &mut hanako.browser, "openid products").await;
    let token = exchange(&agent, &subject, &[]).await.json();
    let (first, second) = (claims(&subject), claims(text(&token, "access_token")));
    assert_ne!(first["sub"], second["sub"]);
    assert_ne!(second["sub"], hanako.sub.as_ref());
}

#[tokio::test]
async fn policies_are_kept_by_the_management_api() {
    const PATH: &str = "/api/v1/token-exchange-policies";
    let server = Server::start().await;
    let (shop, agent) = (server.shop().await, agent(&server).await);
    let mut admin = server.machine(&[Role::Admin]).await;
    let wish = |scope: &str| json!({"subject_client": shop.id, "acting_client": agent.id, "scope": scope});
    let made = admin.post(PATH, &wish("products")).await;
    assert_eq!(made.status.as_u16(), 201, "{}", made.text);
    let replaced = admin.post(PATH, &wish("openid products")).await.json();
    assert_eq!(replaced["id"], made.json()["id"], "two clients have one policy");
    let list = admin.get(PATH).await.json();
    assert_eq!(list["items"].as_array().map(Vec::len), Some(1));
    assert_eq!((&list["items"][0]["scope"], &list["items"][0]["audience"]), (&json!("openid products"), &json!([])));
    for (wrong, field) in [
        (json!({"subject_client": "nobody", "acting_client": agent.id, "scope": "products"}), "subject_client"),
        (json!({"subject_client": shop.id, "acting_client": "nobody", "scope": "products"}), "acting_client"),
        (json!({"subject_client": agent.id, "acting_client": shop.id, "scope": "products"}), "acting_client"),
        (wish("bogus"), "scope"),
    ] {
        let answer = admin.post(PATH, &wrong).await;
        assert_eq!(answer.status.as_u16(), 422, "{wrong}: {}", answer.text);
        assert!(answer.text.contains(field), "{}", answer.text);
    }
    let path = format!("{PATH}/{}", text(&replaced, "id"));
    assert_eq!(admin.delete(&path).await.status.as_u16(), 204);
    assert_eq!(admin.delete(&path).await.status.as_u16(), 404);
    let mut auditor = server.machine(&[Role::Auditor]).await;
    assert_eq!(auditor.post(PATH, &wish("products")).await.status.as_u16(), 403);
    let trail: Value = admin.get("/api/v1/audit?object_kind=token_exchange_policy").await.json();
    assert_eq!(trail["items"].as_array().map(Vec::len), Some(3), "{trail}");
}
