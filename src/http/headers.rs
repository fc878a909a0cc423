//! The headers that every answer carries.

use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};

use super::respond::reply::{Reply, ReplyExt as _};
use super::route::Kind;
use crate::config::Config;

/// Pages load nothing from elsewhere, run no inline script and cannot be framed. `form-action` is left out on
/// purpose: Chromium applies it to the redirect that follows a form, which leads to the relying party.
const PAGE_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' https: data:; \
                           connect-src 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'";
const DATA_POLICY: &str = "default-src 'none'; frame-ancestors 'none'";

/// The policy of a page that loads frames of other sites: these and no others.
pub fn page_policy_with_frames(origins: &[String]) -> String {
    format!("{PAGE_POLICY}; frame-src {}", origins.join(" "))
}

/// The policy of a page without anything to see, which other sites may frame.
pub const FRAMED_POLICY: &str = "default-src 'none'; script-src 'self'; base-uri 'none'; frame-ancestors https: http:";

/// Add what is missing; a handler's own header stands.
pub fn secure(reply: Reply, config: &Config, kind: Kind) -> Reply {
    let is_page = matches!(kind, Kind::Page | Kind::Form);
    let may_be_framed = reply.headers().get(CONTENT_SECURITY_POLICY).is_some_and(|policy| policy == FRAMED_POLICY);
    let mut reply = reply;
    let mut add = |name: HeaderName, value: &'static str| {
        if !reply.headers().contains_key(&name) {
            reply = std::mem::take(&mut reply).with(name, value);
        }
    };
    add(X_CONTENT_TYPE_OPTIONS, "nosniff");
    add(CONTENT_SECURITY_POLICY, if is_page { PAGE_POLICY } else { DATA_POLICY });
    add(REFERRER_POLICY, "no-referrer");
    add(CACHE_CONTROL, "no-store");
    if !may_be_framed {
        add(X_FRAME_OPTIONS, "DENY");
    }
    add(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    if is_page {
        add(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
        add(HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()");
    }
    if config.top.issuer.is_secure() {
        add(STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubDomains");
    }
    reply
}
