//! Transport: request → service → response. The whole site is the list of routes below.

mod account;
pub mod api;
pub mod assets;
pub mod chrome;
pub mod extract;
mod headers;
mod health;
mod identify;
mod interaction;
mod language;
mod listener;
mod oidc;
pub mod openapi;
pub mod part;
mod registry;
pub mod respond;
pub mod route;
mod serve;
mod sign_in;
mod static_files;
mod tls;

use std::sync::Arc;

use axum::Router;
use axum::extract::RawPathParams;
use axum::extract::rejection::RawPathParamsRejection;
use axum::response::IntoResponse as _;
use axum::routing::{MethodFilter, on};

use ::http::StatusCode;
pub use listener::{Door, listen, listen_for_metrics};
use route::{Access, Kind, Route, Routes};
pub use serve::Peer;
use serve::{Site, serve};
pub use tls::{Tls, keep_current};

use crate::app::App;

/// Every route of the site.
pub fn routes() -> Routes {
    Routes::under("")
        .and(health::routes())
        .and(language::routes())
        .and(static_files::routes())
        .and(oidc::routes())
        .and(sign_in::routes())
        .and(account::routes())
        .and(registry::routes())
        .and(api::routes())
        .and(openapi::routes())
}

/// The site as a service: what listeners serve, and what tests call without a socket.
pub fn site(app: &Arc<App>) -> Router {
    let site = Site { app: Arc::clone(app), csrf_key: Arc::new(*app.kek.derive("csrf")) };
    let mut router = Router::new();
    for line in routes().lines() {
        let Ok(filter) = MethodFilter::try_from(line.method.clone()) else { continue };
        let (site, route) = (site.clone(), Arc::new(line.clone()));
        // A path that is no UTF-8 names nothing; the answer is like that of any name that does not exist.
        let nothing = Arc::new(Route { handler: not_found().handler, access: Access::Public, ..line.clone() });
        let handler = move |params: Result<RawPathParams, RawPathParamsRejection>, request: axum::extract::Request| {
            let (route, params) = match &params {
                Ok(params) => (&route, params.iter().map(|(name, value)| (name.into(), value.into())).collect()),
                Err(_) => (&nothing, Vec::new()),
            };
            serve(site.clone(), Arc::clone(route), params, request)
        };
        router = router.route(&line.path, on(filter, handler));
    }
    let missing = Arc::new(not_found());
    let wrong_method = Arc::clone(app);
    let router = router.method_not_allowed_fallback(move || {
        let answer = respond::reply::body(StatusCode::METHOD_NOT_ALLOWED, "text/plain; charset=utf-8", "");
        std::future::ready(headers::secure(answer, &wrong_method.config, Kind::Protocol))
    });
    router.fallback(move |request: axum::extract::Request| {
        let (site, route) = (site.clone(), Arc::clone(&missing));
        async move { serve(site, route, Vec::new(), request).await.into_response() }
    })
}

/// Where no route leads: a page for people.
fn not_found() -> Route {
    async fn missing(_: &mut crate::app::Work, _: extract::call::Call) -> crate::base::Result<respond::reply::Reply> {
        Err(crate::base::Refusal::NotFound.into())
    }
    let lines = Routes::under("").page("/{*path}", Access::Public, missing);
    let mut line = lines.lines()[0].clone();
    line.kind = Kind::Page;
    line
}
