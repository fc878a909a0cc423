//! Where browsers, password managers and telephones look what they may do with passkeys: related origins (Web
//! Authentication Level 3, §5.11.1), the pages for passkeys (Passkey Endpoints), the maker's apps (Apple's associated
//! domains, Android's Digital Asset Links).

use http::header::CACHE_CONTROL;
use http::{Method, StatusCode};
use serde::Serialize;

use crate::app::Work;
use crate::app::work::Access as Mode;
use crate::base::Refusal;
use crate::config::passkey::{AppleApp, WebOrigin};
use crate::http::extract::call::Call;
use crate::http::respond::oauth::Failure;
use crate::http::respond::reply::{Reply, ReplyExt as _, json};
use crate::http::route::Routes;

pub(super) fn routes() -> Routes {
    Routes::under("/.well-known")
        .protocol(Method::GET, "/webauthn", Mode::Read, webauthn)
        .protocol(Method::GET, "/passkey-endpoints", Mode::Read, passkey_endpoints)
        .protocol(Method::GET, "/apple-app-site-association", Mode::Read, apple_apps)
        .protocol(Method::GET, "/assetlinks.json", Mode::Read, android_apps)
}

#[derive(Serialize)]
struct Origins<'a> {
    origins: Vec<&'a str>,
}

/// Which sites share our passkeys.
async fn webauthn(work: &mut Work, _: Call) -> Result<Reply, Failure> {
    has_passkeys(work)?;
    let config = &work.app().config;
    let own = config.top.issuer.origin();
    let mut origins = vec![own.as_str()];
    origins.extend(config.passkey.related_origins.iter().map(WebOrigin::as_str));
    Ok(public(&Origins { origins }))
}

#[derive(Serialize)]
struct Endpoints {
    enroll: String,
    manage: String,
}

/// Where a password manager sends people to make a passkey, and to look at those they have.
async fn passkey_endpoints(work: &mut Work, _: Call) -> Result<Reply, Failure> {
    has_passkeys(work)?;
    let issuer = &work.app().config.top.issuer;
    Ok(public(&Endpoints { enroll: issuer.at("/my/security/passkeys/add"), manage: issuer.at("/my/security") }))
}

#[derive(Serialize)]
struct AppleApps<'a> {
    webcredentials: Apps<'a>,
}

#[derive(Serialize)]
struct Apps<'a> {
    apps: Vec<&'a str>,
}

/// Which apps for Apple's systems may use them.
async fn apple_apps(work: &mut Work, _: Call) -> Result<Reply, Failure> {
    has_passkeys(work)?;
    let apps: Vec<&str> = work.app().config.passkey.apple_apps.iter().map(AppleApp::as_str).collect();
    if apps.is_empty() {
        return Err(Refusal::NotFound.into());
    }
    Ok(public(&AppleApps { webcredentials: Apps { apps } }))
}

#[derive(Serialize)]
struct AssetLink {
    relation: [&'static str; 1],
    target: AndroidTarget,
}

#[derive(Serialize)]
struct AndroidTarget {
    namespace: &'static str,
    package_name: String,
    sha256_cert_fingerprints: [String; 1],
}

/// Which apps for Android may.
async fn android_apps(work: &mut Work, _: Call) -> Result<Reply, Failure> {
    has_passkeys(work)?;
    let link = |app: &crate::config::passkey::AndroidApp| AssetLink {
        relation: ["delegate_permission/common.get_login_creds"],
        target: AndroidTarget {
            namespace: "android_app",
            package_name: app.package.clone(),
            sha256_cert_fingerprints: [app.fingerprint()],
        },
    };
    let links: Vec<AssetLink> = work.app().config.passkey.android_apps.iter().map(link).collect();
    if links.is_empty() {
        return Err(Refusal::NotFound.into());
    }
    Ok(public(&links))
}

fn has_passkeys(work: &Work) -> Result<(), Failure> {
    match work.app().relying_party {
        Some(_) => Ok(()),
        None => Err(Refusal::NotFound.into()),
    }
}

/// Settings change with a restart at most.
fn public(document: &impl Serialize) -> Reply {
    json(StatusCode::OK, document).with(CACHE_CONTROL, "public, max-age=3600")
}
