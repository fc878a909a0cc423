//! Every route stands in the permission matrix, and what its line says about who may is what happens.

use std::collections::BTreeSet;

use hosho::http::route::{Access, Kind};
use hosho::http::routes;
use http::{Method, Request, StatusCode};

use crate::support::Server;

/// Method, path and who may, as `tests/it/invariants/routes.txt` has it.
fn declared() -> BTreeSet<String> {
    let who = |access: Access| match access {
        Access::Public => "anybody".to_owned(),
        Access::Customer => "customer".to_owned(),
        Access::Scope(scope) => format!("scope {scope}"),
        Access::ScopeOrDetails(scope, action) => format!("scope {scope}, or details {}", action.as_str()),
        Access::Staff(permission) => format!("staff {}", permission.as_str()),
        Access::Protocol => "protocol".to_owned(),
    };
    routes().lines().iter().map(|line| format!("{} {} {}", line.method, line.path, who(line.access))).collect()
}

#[test]
fn every_route_stands_in_the_matrix() {
    let written: BTreeSet<String> = include_str!("routes.txt").lines().map(str::to_owned).collect();
    let declared = declared();
    let missing: Vec<_> = declared.difference(&written).collect();
    let gone: Vec<_> = written.difference(&declared).collect();
    assert!(missing.is_empty() && gone.is_empty(), "not in routes.txt: {missing:#?}\nno such route: {gone:#?}");
}

/// (A173)
#[tokio::test]
async fn nobody_gets_in_without_credentials() {
    let server = Server::start().await;
    for line in routes().lines() {
        let path = line.path.split('/').map(|part| if part.starts_with('{') { "x" } else { part }).collect::<Vec<_>>();
        let mut request = Request::builder().method(line.method.clone()).uri(path.join("/"));
        if line.method != Method::GET {
            request = request.header("content-type", "application/json");
        }
        let answer = server.browser().send(request.body("{}".into()).unwrap()).await;
        match (line.access, line.kind) {
            (Access::Customer, Kind::Page | Kind::Form) => {
                let target = answer.location().unwrap_or_default();
                assert!(target.starts_with("/sign-in?next="), "{} {}: {}", line.method, line.path, answer.status);
            }
            (Access::Customer | Access::Scope(_) | Access::ScopeOrDetails(..) | Access::Staff(_), _) => {
                assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{} {}", line.method, line.path);
            }
            (Access::Public | Access::Protocol, _) => {
                assert!(answer.status.as_u16() < 500, "{} {}: {}", line.method, line.path, answer.status);
            }
        }
    }
}

/// (A156)
#[tokio::test]
async fn no_form_works_without_its_token() {
    let server = Server::start().await;
    for line in routes().lines().iter().filter(|line| line.kind == Kind::Form) {
        let path = line.path.split('/').map(|part| if part.starts_with('{') { "x" } else { part }).collect::<Vec<_>>();
        let answer = server.browser().post(&path.join("/"), &[]).await;
        let refused = answer.status == StatusCode::BAD_REQUEST || answer.location().is_some();
        assert!(refused, "POST {}: {}", line.path, answer.status);
    }
}
