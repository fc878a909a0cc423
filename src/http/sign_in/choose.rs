//! Another way to take the next step of a sign-in: everything that would do.

use askama::Template;

use super::next;
use super::{App, Named, sign_in_is_over, visit};
use crate::app::Work;
use crate::base::Result;
use crate::domain::auth::Factor;
use crate::domain::auth::flow::Next;
use crate::http::chrome::Chrome;
use crate::http::extract::call::Call;
use crate::http::respond::page::page;
use crate::http::respond::reply::{Reply, see_other};
use crate::http::route::{Access, Routes};
use crate::i18n::Words;
use crate::service::auth::flow;

pub(super) fn routes() -> Routes {
    Routes::under("/sign-in/choose").page("", Access::Public, choose)
}

#[derive(Template)]
#[template(path = "sign_in/choose.html")]
struct View {
    page: Chrome,
    app: Option<App>,
    ways: Vec<Way>,
}

/// One way.
struct Way {
    href: String,
    name: String,
    about: String,
}

async fn choose(work: &mut Work, call: Call) -> Result<Reply> {
    let fields = call.query_fields()?;
    let Named::Open(attempt) = Named::of(work, &call, fields.text("attempt")).await? else {
        return sign_in_is_over(work, &call);
    };
    let Next::Prove { choices, .. } = flow::stand(work, visit(&call), &attempt).await?.next else {
        return Ok(see_other(&format!("/sign-in/next?attempt={}", attempt.id)));
    };
    let page_view = Chrome::of(&call, &work.app().config);
    let ways = choices.iter().map(|factor| {
        let (name, about) = way(page_view.words, *factor);
        Way { href: format!("{}?attempt={}", next::page_of(*factor), attempt.id), name, about }
    });
    let app = attempt.asked_by.as_ref().map(|client| App::shown(client, call.locale));
    page(&View { app, ways: ways.collect(), page: page_view })
}

/// What a way is called, and what it takes.
fn way(words: Words, factor: Factor) -> (String, String) {
    match factor {
        Factor::Passkey | Factor::DevicePasskey => (words.way_passkey(), words.way_passkey_text()),
        Factor::Password => (words.way_password(), words.way_password_text()),
        Factor::Provider => (words.way_provider(), words.way_provider_text()),
        Factor::Totp => (words.way_totp(), words.way_totp_text()),
        Factor::SmsCode => (words.way_sms(), words.way_sms_text()),
        Factor::RecoveryCode => (words.way_recovery_code(), words.way_recovery_code_text()),
        Factor::MailCode => (words.way_mail(), words.way_mail_text()),
    }
}
