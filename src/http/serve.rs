//! From a request to its answer: read within limits, check who may, open the unit of work, call the handler,
//! commit on `Ok`, answer. Every route goes through here.

use std::net::{IpAddr, Ipv4Addr};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use axum::body::Body;
use futures_util::FutureExt as _;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HOST, LOCATION, ORIGIN};
use http::{HeaderMap, HeaderName, Request};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};

use super::chrome::Chrome;
use super::extract::browser::{Browser, CookieName, set_cookie};
use super::extract::call::Call;
use super::extract::client_certificate::client_certificate;
use super::extract::client_ip::client_address;
use super::headers;
use super::identify::{self, Stopped};
use super::interaction::{self, INTERACTION_ID};
use super::respond::oauth::{Failure, failed, oauth_error};
use super::respond::page::error_page;
use super::respond::problem::{problem, problem_of_bearer};
use super::respond::reply::{Reply, ReplyExt as _, see_other};
use super::route::{Access, Kind, Route};
use crate::app::metrics::{self, Stopwatch};
use crate::app::{App, Work};
use crate::base::{Error, Fault, Locale, Refusal, Result, Timestamp};
use crate::domain::actor::{Actor, Origin};
use crate::jose::ClientCertificate;

/// What the wrapper needs besides the request.
#[derive(Clone)]
pub struct Site {
    /// The program.
    pub app: Arc<App>,
    /// The key that form tokens are made with.
    pub csrf_key: Arc<[u8; 32]>,
}

/// Who is at the other end of the connection, put beside a request by the listener.
#[derive(Clone, Debug)]
pub struct Peer {
    /// Its address.
    pub address: IpAddr,
    /// The certificate it showed, where it was asked for one.
    pub certificate: Option<Arc<ClientCertificate>>,
}

impl Peer {
    /// Somebody on this machine, where there is no connection.
    const HERE: Self = Self { address: IpAddr::V4(Ipv4Addr::LOCALHOST), certificate: None };
}

/// Answer one request.
pub async fn serve(site: Site, route: Arc<Route>, params: Vec<(String, String)>, request: Request<Body>) -> Reply {
    let stopwatch = Stopwatch::start();
    let proves = request.headers().contains_key("dpop");
    let interaction = interaction::name(&route, request.headers(), &site.app.random);
    let answer = AssertUnwindSafe(answer(&site, &route, params, request)).catch_unwind().await;
    let reply = answer.unwrap_or_else(|_| {
        tracing::error!(route = route.name, "a handler panicked");
        failed(&Fault::new("a handler panicked").into(), Timestamp::from_millis(0))
    });
    metrics::request(route.name, reply.status().as_u16(), stopwatch.elapsed());
    let reply = headers::secure(reply, &site.app.config, route.kind);
    let reply = match interaction {
        Some(name) => reply.with(INTERACTION_ID, &name),
        None => reply,
    };
    match &site.app.nonces {
        // Whoever sends proofs always knows the nonce of the next one, whatever became of this one (RFC 9449 §8.2).
        Some(nonces) if proves => reply.with(DPOP_NONCE, &nonces.current(site.app.clock.now())),
        Some(_) | None => reply,
    }
}

const DPOP_NONCE: HeaderName = HeaderName::from_static("dpop-nonce");

async fn answer(site: &Site, route: &Route, params: Vec<(String, String)>, request: Request<Body>) -> Reply {
    let app = &site.app;
    let (mut parts, body) = request.into_parts();
    let peer = parts.extensions.remove::<Peer>().unwrap_or(Peer::HERE);
    let certificate = client_certificate(&peer, &mut parts.headers, &app.config);
    let origin = Origin {
        address: Some(client_address(peer.address, &parts.headers, &app.config.server.trusted_proxies)),
        user_agent: user_agent(&parts.headers),
        request_id: app.random.id(),
    };
    let mut call = Call {
        browser: Browser::read(&parts.headers, &app.config.top.issuer, &*site.csrf_key, &app.random),
        method: parts.method,
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        headers: parts.headers,
        body: axum::body::Bytes::new(),
        origin: origin.clone(),
        certificate,
        visitor: None,
        locale: Locale::Ja,
        params,
    };
    let mut work = Work::begin(app, route.mode, Actor::Anonymous, origin);
    let new_browser = call
        .browser
        .is_new
        .then(|| set_cookie(&app.config.top.issuer, CookieName::Browser, call.browser.name.expose(), Some(YEAR)));
    let is_html = matches!(route.kind, Kind::Page | Kind::Form);
    call.locale = locale_of(&call);

    let authority = parts.uri.authority().map(http::uri::Authority::as_str);
    let prepared = prepare(app, route, &mut work, &mut call, (authority, body)).await;
    // The page of an error needs what the handler takes with it.
    let chrome = is_html.then(|| Chrome::of(&call, &app.config));
    let request_id = call.origin.request_id.clone();
    let scheme = identify::scheme(&call);
    let (wanted, own_path) = (return_path(&call), call.path.clone());
    let result = match prepared {
        Ok(()) => (route.handler)(&mut work, call).await,
        Err(Stopped::Error(error)) => Err(error.into()),
        Err(Stopped::Bearer(unauthorized)) => {
            work.roll_back().await;
            let metadata = route.access.api().map(|api| app.server.url(&api.metadata_path()));
            return problem_of_bearer(&unauthorized, scheme, metadata.as_deref(), &request_id);
        }
    };
    let now = work.now();
    let result = match result {
        Ok(reply) => work.commit().await.map(|()| reply).map_err(Failure::from),
        Err(failure) => {
            work.roll_back().await;
            Err(failure)
        }
    };
    let reply = match result {
        Ok(reply) => reply,
        Err(Failure::OAuth(error)) => oauth_error(&error),
        Err(Failure::Error(error)) => {
            log_fault(&error, route.name, &request_id);
            match (chrome, &error) {
                // Somebody who must sign in first comes back to where they wanted to go.
                (Some(_), Error::Refused(Refusal::Unauthenticated)) if route.access == Access::Customer => {
                    see_other(&wanted)
                }
                (Some(chrome), _) => error_page(chrome, &error, &request_id, now),
                (None, _) if route.kind == Kind::Protocol => failed(&error, now),
                (None, _) => problem(&error, &request_id, now),
            }
        }
    };
    match new_browser {
        Some(cookie) if is_html && !keeps_its_name(route, &own_path, &reply) => reply.with_cookie(&cookie),
        Some(_) | None => reply,
    }
}

/// What another site posts here comes without our cookies, though the browser may well have them. A form of ours
/// is refused then, and a request of a protocol is asked for again: in neither case may a new name replace the one
/// that open pages of this browser are bound to.
fn keeps_its_name(route: &Route, own_path: &str, reply: &Reply) -> bool {
    let goes_to = reply.headers().get(LOCATION).and_then(|to| to.to_str().ok()).unwrap_or_default();
    let comes_again = goes_to.strip_prefix(own_path).is_some_and(|rest| rest.starts_with('?'));
    route.kind == Kind::Form || (route.method == http::Method::POST && comes_again)
}

const YEAR: u64 = 365 * 86_400;

/// Everything that can be refused before the handler is called.
async fn prepare(
    app: &Arc<App>,
    route: &Route,
    work: &mut Work,
    call: &mut Call,
    (authority, body): (Option<&str>, Body),
) -> Result<(), Stopped> {
    check_host(app, route.kind, &call.headers, authority)?;
    call.body = read_body(app, route.kind, &call.headers, body).await?;
    match route.access {
        // An endpoint of a protocol reads the session itself, if it asks for one at all.
        Access::Protocol => {}
        Access::Public => {
            if matches!(route.kind, Kind::Page | Kind::Form) {
                call.visitor = identify::visitor(work, call).await?;
            }
        }
        Access::Customer => {
            call.visitor = identify::visitor(work, call).await?;
            if call.visitor.is_none() {
                return Err(Refusal::Unauthenticated.into());
            }
        }
        Access::Scope(scope) => identify::app(work, call, scope, None).await?,
        Access::ScopeOrDetails(scope, action) => identify::app(work, call, scope, Some(action)).await?,
        Access::Staff(permission) => identify::staff(work, call, permission, route.needs_recent_sign_in).await?,
    }
    if let Some(visitor) = &call.visitor {
        if call.locale_is_open() {
            call.locale = visitor.locale.unwrap_or(call.locale);
        }
        work.set_actor(Actor::Customer { sub: visitor.sub.clone(), session: visitor.session.clone() });
    }
    if route.kind == Kind::Form {
        check_form(app, call)?;
    }
    Ok(())
}

/// A form of ours comes from a page of ours and carries its token.
fn check_form(app: &App, call: &Call) -> Result<()> {
    let kind = call.header("content-type").unwrap_or_default();
    if !kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return Err(Refusal::UnsupportedMedia.into());
    }
    let from_elsewhere = match call.header("sec-fetch-site") {
        Some(site) => !matches!(site, "same-origin" | "none"),
        None => call.headers.contains_key(ORIGIN) && call.header("origin") != Some(app.config.top.issuer.as_str()),
    };
    let fields = call.form()?;
    let token = fields.find("csrf").unwrap_or_default();
    if from_elsewhere || !crate::base::digest::same(token, call.csrf()) {
        return Err(Refusal::StaleForm.into());
    }
    Ok(())
}

/// The host must be the issuer's: nothing is ever built from the header, and a cache between us and a browser
/// must not keep an answer for another name. Programs may also use the name under which certificates are asked for;
/// pages are not shown there.
fn check_host(app: &App, kind: Kind, headers: &HeaderMap, authority: Option<&str>) -> Result<()> {
    let mut hosts = headers.get_all(HOST).iter();
    let host = match (hosts.next(), hosts.next()) {
        (None, _) => None,
        (Some(host), None) => Some(host.to_str().unwrap_or_default()),
        (Some(_), Some(_)) => Some(""),
    };
    // HTTP/2 and the absolute form of HTTP/1.1 name the host in the request's target instead, or as well.
    let is_for_programs = matches!(kind, Kind::Protocol | Kind::Api);
    let is_fine = |host: &str| is_ours(app, host) || (is_for_programs && is_for_certificates(app, host));
    if host.into_iter().chain(authority).all(is_fine) {
        Ok(())
    } else {
        Err(Refusal::Malformed("Host is not this server's".into()).into())
    }
}

/// Whether this is the host of `tls.mtls_url`.
fn is_for_certificates(app: &App, host: &str) -> bool {
    app.config.tls.mtls_url.as_ref().is_some_and(|url| host.eq_ignore_ascii_case(&url.authority()))
}

fn is_ours(app: &App, host: &str) -> bool {
    let issuer = &app.config.top.issuer;
    let is_this_machine = || {
        // Only digits are a port: `localhost:8080.evil.example` is another host.
        let is_port = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let name = host.rsplit_once(':').filter(|(_, port)| is_port(port)).map_or(host, |(name, _)| name);
        issuer.is_loopback() && matches!(name, "localhost" | "127.0.0.1" | "[::1]")
    };
    host.eq_ignore_ascii_case(&issuer.authority()) || is_this_machine()
}

async fn read_body(app: &App, kind: Kind, headers: &HeaderMap, body: Body) -> Result<axum::body::Bytes> {
    let limit = if kind == Kind::Api { app.config.server.api_body_limit } else { app.config.server.body_limit };
    let declared = headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if declared.is_some_and(|length| length > limit) {
        return Err(Refusal::TooLarge.into());
    }
    if headers.contains_key("content-encoding") {
        return Err(Refusal::UnsupportedMedia.into());
    }
    if headers.get_all(CONTENT_TYPE).iter().count() > 1 {
        return Err(Refusal::UnsupportedMedia.into());
    }
    let read = tokio::time::timeout(app.config.server.body_timeout, Limited::new(body, limit).collect()).await;
    match read {
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(Refusal::TooLarge.into()),
        Ok(Err(_)) | Err(_) => Err(Refusal::Malformed("the body did not arrive".into()).into()),
    }
}

fn locale_of(call: &Call) -> Locale {
    let asked = call.query_fields().ok();
    asked
        .as_ref()
        .and_then(|fields| Locale::from_preference(fields.text("ui_locales")))
        .or(call.browser.locale)
        .or_else(|| call.header("accept-language").and_then(Locale::from_accept_language))
        .unwrap_or(Locale::Ja)
}

impl Call {
    /// Whether the account's language counts: `ui_locales` comes before it, everything else after it.
    fn locale_is_open(&self) -> bool {
        self.query_fields().is_ok_and(|fields| Locale::from_preference(fields.text("ui_locales")).is_none())
    }
}

/// Where somebody who must sign in first is sent; a form is not repeated by itself afterwards.
fn return_path(call: &Call) -> String {
    let target = match (call.method == http::Method::GET, call.query.is_empty()) {
        (true, false) => format!("{}?{}", call.path, call.query),
        (true, true) => call.path.clone(),
        // What a form was sent to is no page: `/my/security/password` stands on `/my/security`.
        (false, _) => call.path.split('/').take(3).collect::<Vec<_>>().join("/"),
    };
    let encoded: String = form_urlencoded::byte_serialize(target.as_bytes()).collect();
    format!("/sign-in?next={encoded}")
}

fn user_agent(headers: &HeaderMap) -> String {
    let text = headers.get(http::header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    text.chars().filter(|c| !c.is_control()).take(256).collect()
}

fn log_fault(error: &Error, route: &str, request_id: &str) {
    if let Error::Fault(fault) = error {
        tracing::error!(route, request_id, fault = fault.chain(), "a request failed");
    }
}
