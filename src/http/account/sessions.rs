//! Where the person is signed in, and ending it there.

use askama::Template;

use crate::app::Work;
use crate::base::id::SessionId;
use crate::base::{Refusal, Result};
use crate::domain::auth::{Acr, user_agent};
use crate::http::chrome::Chrome;
use crate::http::extract::browser::session_ends;
use crate::http::extract::call::Call;
use crate::http::part::{Badge, Icon, Notice};
use crate::http::respond::page::page;
use crate::http::respond::reply::{Reply, ReplyExt as _, see_other};
use crate::http::route::{Access, Routes};
use crate::i18n::{Words, format};
use crate::service::auth::session;

pub(super) fn routes() -> Routes {
    Routes::under("/my/sessions")
        .page("", Access::Customer, list)
        .form("/end", Access::Customer, end)
        .form("/end-others", Access::Customer, end_others)
        .form("/end-all", Access::Customer, end_all)
}

#[derive(Template)]
#[template(path = "account/sessions.html")]
struct View {
    page: Chrome,
    notice: Option<Notice>,
    this: Badge,
    has_others: bool,
    sessions: Vec<Line>,
}

struct Line {
    id: String,
    device: String,
    is_this: bool,
    since: String,
    seen: String,
    how: String,
    end_label: String,
}

async fn list(work: &mut Work, call: Call) -> Result<Reply> {
    let visitor = call.signed_in()?;
    let kept = session::list(work, &visitor.sub).await?;
    let page_chrome = Chrome::of(&call, &work.app().config);
    let words = page_chrome.words;
    let when = |at| format::date_time(page_chrome.locale(), at, &page_chrome.time_zone);
    let mut sessions: Vec<Line> = kept
        .into_iter()
        .map(|kept| {
            let device = device(words, &kept.user_agent);
            Line {
                is_this: kept.session.id == visitor.session,
                since: words.sessions_since(when(kept.started_at)),
                seen: match kept.network.is_empty() {
                    true => words.sessions_seen(when(kept.session.seen_at)),
                    false => words.sessions_seen_from(when(kept.session.seen_at), kept.network.as_str()),
                },
                how: acr_in_words(words, kept.session.acr),
                end_label: words.sessions_end_label(device.as_str()),
                id: kept.session.id.to_string(),
                device,
            }
        })
        .collect();
    sessions.sort_by_key(|line| !line.is_this);
    let done = match call.query_fields()?.text("notice") {
        "ended" => Some(words.sessions_ended()),
        "others-ended" => Some(words.sessions_others_ended()),
        _ => None,
    };
    page(&View {
        notice: done.map(|title| Notice::good(words, title)),
        this: Badge::good(words.sessions_this()),
        has_others: sessions.len() > 1,
        sessions,
        page: page_chrome,
    })
}

async fn end(work: &mut Work, call: Call) -> Result<Reply> {
    let visitor = call.signed_in()?;
    let fields = call.form()?;
    session::end(work, &visitor.sub, &SessionId::from(fields.text("session"))).await?;
    Ok(see_other("/my/sessions?notice=ended"))
}

async fn end_others(work: &mut Work, call: Call) -> Result<Reply> {
    let cookie = call.browser.session.as_ref().ok_or(Refusal::Unauthenticated)?;
    let session = session::current(work, cookie).await?.ok_or(Refusal::Unauthenticated)?;
    session::end_others(work, &session).await?;
    Ok(see_other("/my/sessions?notice=others-ended"))
}

async fn end_all(work: &mut Work, call: Call) -> Result<Reply> {
    session::sign_out_everywhere(work, &call.signed_in()?.sub).await?;
    Ok(see_other("/sign-in?notice=signed-out").with_cookies(&session_ends(&work.app().config)))
}

/// How somebody signed in, in words.
fn acr_in_words(words: Words, acr: Acr) -> String {
    match acr {
        Acr::Aal1 => words.sessions_acr_aal1(),
        Acr::Aal2 => words.sessions_acr_aal2(),
        Acr::Phr => words.sessions_acr_phr(),
    }
}

/// Browser and system in words a person knows.
fn device(words: Words, header: &str) -> String {
    let browser = user_agent::browser(header).map_or_else(|| words.sessions_unknown_browser(), str::to_owned);
    let system = user_agent::system(header).map_or_else(|| words.sessions_unknown_system(), str::to_owned);
    words.sessions_device(browser, system)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Locale;

    #[test]
    fn devices_are_named_in_words_a_person_knows() {
        let words = Words::of(Locale::En);
        assert_eq!(device(words, "Mozilla/5.0 (iPhone; like Mac OS X) Version/17.0 Safari/604.1"), "Safari (iPhone)");
        assert_eq!(device(words, "<script>alert(1)</script>"), "Browser (unknown device)");
    }
}
