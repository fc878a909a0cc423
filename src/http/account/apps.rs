//! The applications that hold something of the person, what they may do, and taking it back.

use askama::Template;

use crate::app::Work;
use crate::base::Result;
use crate::base::id::ClientId;
use crate::http::chrome::Chrome;
use crate::http::extract::call::Call;
use crate::http::part::{Avatar, Icon, Notice, scope_in_words};
use crate::http::respond::page::page;
use crate::http::respond::reply::{Reply, see_other};
use crate::http::route::{Access, Routes};
use crate::i18n::format;
use crate::service::oidc::consent;

pub(super) fn routes() -> Routes {
    Routes::under("/my/apps").page("", Access::Customer, list).form("/remove", Access::Customer, remove)
}

#[derive(Template)]
#[template(path = "account/apps.html")]
struct View {
    page: Chrome,
    notice: Option<Notice>,
    apps: Vec<Line>,
}

struct Line {
    id: String,
    avatar: Avatar,
    name: String,
    allowed: String,
    since: String,
    remove_label: String,
}

async fn list(work: &mut Work, call: Call) -> Result<Reply> {
    let connected = consent::list(work, &call.signed_in()?.sub).await?;
    let chrome = Chrome::of(&call, &work.app().config);
    let words = chrome.words;
    let apps = connected.into_iter().map(|app| {
        let name = app.client.name(chrome.locale()).to_owned();
        let allowed: Vec<String> = scope_in_words(words, &app.scope).into_iter().map(|said| said.what).collect();
        Line {
            id: app.client.id.to_string(),
            avatar: Avatar::of(&name),
            allowed: allowed.join(words.list_separator().as_str()),
            since: words.apps_since(format::date_of(chrome.locale(), app.since, &chrome.time_zone)),
            remove_label: words.apps_remove_label(name.as_str()),
            name,
        }
    });
    let removed = call.query_fields()?.text("notice") == "removed";
    let view =
        View { notice: removed.then(|| Notice::good(words, words.apps_removed())), apps: apps.collect(), page: chrome };
    page(&view)
}

async fn remove(work: &mut Work, call: Call) -> Result<Reply> {
    let fields = call.form()?;
    consent::revoke(work, &call.signed_in()?.sub, &ClientId::from(fields.text("client"))).await?;
    Ok(see_other("/my/apps?notice=removed"))
}
