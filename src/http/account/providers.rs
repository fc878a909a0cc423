//! The other providers that one can sign in with: which are linked, linking one, and unlinking one.

use askama::Template;

use super::{again, visit};
use crate::app::Work;
use crate::base::Result;
use crate::domain::auth::upstream::IdentityId;
use crate::http::chrome::Chrome;
use crate::http::extract::call::Call;
use crate::http::part::{Avatar, Notice, ProviderButton, link_buttons};
use crate::http::respond::page::page;
use crate::http::respond::reply::{Reply, see_other};
use crate::http::route::{Access, Routes};
use crate::i18n::{Words, format};
use crate::service::auth::upstream::journey::SetOut;
use crate::service::auth::upstream::link::{self, Begun, Unlinked};

pub(super) fn routes() -> Routes {
    Routes::under("/my/security/providers").page("", Access::Customer, list).form("/link", Access::Customer, add).form(
        "/unlink",
        Access::Customer,
        remove,
    )
}

#[derive(Template)]
#[template(path = "account/providers.html")]
struct View {
    page: Chrome,
    notice: Option<Notice>,
    linked: Vec<Line>,
    providers: Vec<ProviderButton>,
}

struct Line {
    id: String,
    avatar: Avatar,
    name: String,
    label: Option<String>,
    since: String,
    unlink_label: String,
}

async fn list(work: &mut Work, call: Call) -> Result<Reply> {
    let linked = link::list(work, &call.signed_in()?.sub).await?;
    let chrome = Chrome::of(&call, &work.app().config);
    let (words, app) = (chrome.words, work.app());
    let lines = linked.into_iter().map(|row| {
        let name = app.upstreams.find(&row.provider).map(|found| found.settings().name(chrome.locale()).to_owned());
        let name = name.unwrap_or(row.provider);
        Line {
            id: row.id.to_string(),
            avatar: Avatar::of(&name),
            label: row.label,
            since: words.providers_since(format::date_of(chrome.locale(), row.linked_at, &chrome.time_zone)),
            unlink_label: words.providers_unlink_label(name.as_str()),
            name,
        }
    });
    page(&View {
        linked: lines.collect(),
        notice: notice(words, call.query_fields()?.text("notice")),
        providers: link_buttons(app, words),
        page: chrome,
    })
}

async fn add(work: &mut Work, call: Call) -> Result<Reply> {
    match link::begin(work, visit(&call), call.form()?.text("provider")).await? {
        Begun::SetOut(SetOut::To(address)) => Ok(see_other(&address)),
        Begun::SetOut(SetOut::Unavailable) => Ok(see_other("/my/security/providers?notice=unavailable")),
        Begun::SignInAgain(attempt) => Ok(again(&attempt)),
    }
}

async fn remove(work: &mut Work, call: Call) -> Result<Reply> {
    let id = IdentityId::from(call.form()?.text("identity"));
    match link::unlink(work, visit(&call), &id).await? {
        Unlinked::Done => Ok(see_other("/my/security/providers?notice=unlinked")),
        Unlinked::SignInAgain(attempt) => Ok(again(&attempt)),
        Unlinked::Last => Ok(see_other("/my/security/providers?notice=last")),
    }
}

fn notice(words: Words, word: &str) -> Option<Notice> {
    Some(match word {
        "linked" => Notice::good(words, words.providers_notice_linked()).text(words.providers_notice_linked_text()),
        "already" => Notice::info(words, words.providers_notice_already()),
        "unlinked" => Notice::good(words, words.providers_notice_unlinked()),
        "others" => Notice::warn(words, words.providers_notice_others()).text(words.providers_notice_others_text()),
        "over" => Notice::warn(words, words.providers_notice_over()).text(words.providers_notice_over_text()),
        "last" => Notice::warn(words, words.providers_notice_last()).text(words.providers_notice_last_text()),
        "denied" => Notice::info(words, words.provider_denied()).text(words.provider_denied_text()),
        "failed" => Notice::bad(words, words.provider_failed()).text(words.provider_failed_text()),
        "unavailable" => Notice::bad(words, words.provider_unavailable()).text(words.provider_unavailable_text()),
        _ => return None,
    })
}
