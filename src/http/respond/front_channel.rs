//! The page on which a browser tells apps that it was signed out: their pages are loaded in frames, and then it goes
//! on. OpenID Connect Front-Channel Logout 1.0 §2. Without scripts a timer and a link lead on.

use askama::Template;
use http::header::CONTENT_SECURITY_POLICY;

use crate::app::Work;
use crate::base::Result;
use crate::http::chrome::Chrome;
use crate::http::extract::call::Call;
use crate::http::respond::page::page;
use crate::http::respond::reply::{Reply, ReplyExt as _};
use crate::http::{assets, headers};
use crate::oidc::logout::front_channel;

#[derive(Template)]
#[template(path = "oidc/front_channel.html")]
struct FrontChannelView {
    page: Chrome,
    script: &'static str,
    frames: Vec<String>,
    next: String,
}

/// Load these addresses, then go on to `next`: the app's own registered address or one of our pages.
pub fn tell_apps(call: &Call, work: &Work, frames: Vec<String>, next: &str) -> Result<Reply> {
    let mut chrome = Chrome::of(call, &work.app().config);
    chrome.person = None;
    let mut origins: Vec<String> = frames.iter().filter_map(|address| front_channel::origin(address)).collect();
    origins.sort();
    origins.dedup();
    let view =
        FrontChannelView { page: chrome, script: assets::url("front_channel.js"), frames, next: next.to_owned() };
    Ok(page(&view)?.with(CONTENT_SECURITY_POLICY, &headers::page_policy_with_frames(&origins)))
}
