//! Every route of the management API, for every kind of caller.

use hosho::domain::permission::{Permission, Role};
use hosho::http::route::{Access, Route};
use hosho::http::routes;
use http::Method;

use super::Caller;
use crate::support::Server;

fn staff_routes() -> Vec<(Route, Permission)> {
    let all = routes();
    let staff = all.lines().iter().filter_map(|line| match line.access {
        Access::Staff(permission) => Some((line.clone(), permission)),
        _ => None,
    });
    staff.collect()
}

async fn call(caller: &mut Caller, route: &Route) -> crate::support::Answer {
    let parts: Vec<&str> = route.path.split('/').map(|part| if part.starts_with('{') { "x" } else { part }).collect();
    let body = if route.method == Method::GET { "" } else { "{}" };
    caller.call(route.method.clone(), &parts.join("/"), body.into(), &[]).await
}

#[tokio::test]
async fn every_role_may_exactly_what_it_allows() {
    let server = Server::start().await;
    for role in Role::ALL {
        let mut machine = server.machine(&[role]).await;
        let (mut person, _) = server.signed_in_with(&format!("{}@maker.example", role.as_str()), &[role]).await;
        for (route, permission) in staff_routes() {
            let place = format!("{} {} as {}", route.method, route.path, role.as_str());
            for (caller, is_person) in [(&mut machine, false), (&mut person, true)] {
                let status = call(caller, &route).await.status.as_u16();
                let may = role.permissions().contains(&permission);
                if may && permission == Permission::AccountMerge && !is_person {
                    // What becomes of people's accounts is decided by people.
                    assert!(matches!(status, 403 | 422), "{place}: {status}");
                } else if may {
                    assert!(matches!(status, 200 | 201 | 204 | 404 | 422), "{place}: {status}");
                } else {
                    assert_eq!(status, 403, "{place}");
                }
            }
        }
    }
}

#[tokio::test]
async fn customers_and_other_tokens_do_not_get_in() {
    let server = Server::start().await;
    let (mut customer, sub) = server.signed_in_with("customer@mail.example", &[]).await;
    let mut other_audience = server.token_of(&sub, "openid products").await;
    let mut without_roles = server.machine(&[]).await;
    let mut invented = Caller { token: "eyJhbGciOiJub25lIn0.e30.".to_owned(), browser: server.browser() };
    let mut nobody = Caller { token: String::new(), browser: server.browser() };
    for (route, _) in staff_routes() {
        let place = format!("{} {}", route.method, route.path);
        let answer = call(&mut customer, &route).await;
        assert!(matches!(answer.status.as_u16(), 401 | 403), "{place}: {}", answer.status);
        assert_eq!(call(&mut without_roles, &route).await.status.as_u16(), 403, "{place}");
        for caller in [&mut other_audience, &mut invented] {
            let answer = call(caller, &route).await;
            assert_eq!(answer.status.as_u16(), 401, "{place}");
            assert!(answer.header("www-authenticate").unwrap().contains("error=\"invalid_token\""), "{place}");
        }
        let answer = call(&mut nobody, &route).await;
        let challenge = answer.header("www-authenticate").unwrap();
        assert!(challenge.starts_with("Bearer realm=\"hosho\"") && !challenge.contains("error="), "{place}");
    }
}

#[tokio::test]
async fn nobody_but_staff_is_given_the_scope() {
    let server = Server::start().await;
    let (customer, _) = server.signed_in_with("customer@mail.example", &[]).await;
    let (staff, _) = server.signed_in_with("staff@maker.example", &[Role::Auditor]).await;
    let scope = |caller: &Caller| crate::support::claims(&caller.token)["scope"].as_str().unwrap().to_owned();
    assert_eq!(scope(&customer), "openid");
    assert_eq!(scope(&staff), "openid management");
}

#[tokio::test]
async fn a_role_taken_away_is_gone_with_the_next_request() {
    let server = Server::start().await;
    let (mut staff, sub) = server.signed_in_with("staff@maker.example", &[Role::Support]).await;
    assert_eq!(staff.get("/api/v1/accounts").await.status.as_u16(), 200);
    let mut work = server.work();
    hosho::store::admin::staff_role::revoke(work.tx(), &sub, Role::Support).await.unwrap();
    work.commit().await.unwrap();
    assert_eq!(staff.get("/api/v1/accounts").await.status.as_u16(), 403);
}

#[tokio::test]
async fn nobody_becomes_mightier_than_they_are() {
    let server = Server::start().await;
    let (mut support, _) = server.signed_in_with("support@maker.example", &[Role::Support]).await;
    let (mut admin, own) = server.signed_in_with("admin@maker.example", &[Role::Admin]).await;
    let because = serde_json::json!({"reason": "to see"});
    let stop = format!("/api/v1/accounts/{own}/suspend");
    assert_eq!(support.post(&stop, &because).await.status.as_u16(), 403);
    let answer = admin.post(&stop, &because).await;
    assert_eq!(answer.json()["code"], "own_account");
    let mut machine = server.machine(&[Role::Admin]).await;
    let answer = machine.post(&stop, &because).await;
    assert_eq!((answer.status.as_u16(), &answer.json()["code"]), (409, &"last_administrator".into()));
}
