//! Signing up: an address, a code or a link, a passkey or a password, and on to the app that asked.

use http::StatusCode;

use super::steps::{self, Journey, LastWrong};
use super::{progress, visit};
use crate::app::Work;
use crate::base::{Error, Refusal, Result};
use crate::domain::auth::passkey::CeremonyId;
use crate::domain::auth::proof::ProofId;
use crate::http::chrome::Chrome;
use crate::http::extract::call::Call;
use crate::http::respond::ceremony;
use crate::http::respond::end::End;
use crate::http::respond::page::page_with;
use crate::http::respond::reply::{Reply, see_other};
use crate::http::route::{Access, Routes};
use crate::service::auth::passkey::sign_up::{self as passkey, Step as ByPasskey};
use crate::service::auth::sign_up::{self, Step};
use crate::service::auth::upstream::newcomer;

pub(super) fn routes() -> Routes {
    Routes::under("/sign-up")
        .page("", Access::Public, address)
        .form("", Access::Public, send)
        .page("/code", Access::Public, code)
        .form("/code", Access::Public, try_code)
        .page("/confirm", Access::Public, link)
        .form("/confirm", Access::Public, confirm)
        .page("/password", Access::Public, password)
        .form("/password", Access::Public, complete)
        .form("/passkey/options", Access::Public, passkey_options)
        .form("/passkey", Access::Public, complete_by_passkey)
}

async fn address(work: &mut Work, call: Call) -> Result<Reply> {
    steps::show_address(work, &call, Journey::SignUp).await
}

async fn send(work: &mut Work, call: Call) -> Result<Reply> {
    steps::submit_address(work, &call, Journey::SignUp).await
}

async fn code(work: &mut Work, call: Call) -> Result<Reply> {
    steps::show_code(work, &call, Journey::SignUp).await
}

async fn try_code(work: &mut Work, call: Call) -> Result<Reply> {
    steps::submit_code(work, &call, Journey::SignUp).await
}

async fn link(work: &mut Work, call: Call) -> Result<Reply> {
    steps::show_confirm(work, &call, Journey::SignUp).await
}

async fn confirm(work: &mut Work, call: Call) -> Result<Reply> {
    steps::submit_confirm(work, &call, Journey::SignUp).await
}

async fn password(work: &mut Work, call: Call) -> Result<Reply> {
    // Whoever came from another provider needs no password.
    let proof = ProofId::from(call.query_fields()?.text("proof"));
    match newcomer::of_proof(work, visit(&call), &proof).await? {
        Some(newcomer) => Ok(see_other(&format!("/sign-up/with?newcomer={newcomer}"))),
        None => steps::show_password(work, &call, Journey::SignUp).await,
    }
}

async fn complete(work: &mut Work, call: Call) -> Result<Reply> {
    let fields = call.form()?;
    let id = ProofId::from(fields.text("proof"));
    let chosen = fields.find("new_password").unwrap_or_default();
    match sign_up::complete(work, visit(&call), &id, chosen).await {
        Ok(Step::Done(further)) => progress(work, &call, &further, None),
        Ok(Step::Weak(weaknesses)) => {
            let wrong = LastWrong::Password(&weaknesses);
            steps::password_page(work, &call, Journey::SignUp, &id, &wrong).await
        }
        Ok(Step::Over) => steps::proof_is_over(work, &call, Journey::SignUp),
        Err(Error::Refused(Refusal::Conflict(_))) => {
            // Nothing of the account may stay: the address has one by now.
            work.roll_back().await;
            taken(work, &call)
        }
        Err(error) => Err(error),
    }
}

/// The challenge for the script of the last step.
async fn passkey_options(work: &mut Work, call: Call) -> Result<Reply> {
    let fields = call.form()?;
    match passkey::ask(work, visit(&call), &ProofId::from(fields.text("proof"))).await? {
        Some(asked) => Ok(ceremony::options(asked)),
        None => Ok(ceremony::elsewhere("/sign-up")),
    }
}

async fn complete_by_passkey(work: &mut Work, call: Call) -> Result<Reply> {
    let fields = call.form()?;
    let id = ProofId::from(fields.text("proof"));
    let ceremony = CeremonyId::from(fields.text("ceremony"));
    let answer = (&ceremony, fields.find("credential").unwrap_or_default());
    match passkey::complete(work, visit(&call), &id, answer).await {
        Ok(ByPasskey::Done(further)) => progress(work, &call, &further, None),
        Ok(ByPasskey::Wrong) => steps::password_page(work, &call, Journey::SignUp, &id, &LastWrong::Passkey).await,
        Ok(ByPasskey::Over) => steps::proof_is_over(work, &call, Journey::SignUp),
        Err(Error::Refused(Refusal::Conflict(_))) => {
            work.roll_back().await;
            taken(work, &call)
        }
        Err(error) => Err(error),
    }
}

/// Only whoever reads the letters of the address gets here, so it may be said.
fn taken(work: &Work, call: &Call) -> Result<Reply> {
    let page = Chrome::of(call, &work.app().config);
    let view = End {
        title: page.words.sign_up_taken_title(),
        text: page.words.sign_up_taken_text(),
        href: "/sign-in".to_owned(),
        link: page.words.sign_in_title(),
        page,
    };
    page_with(StatusCode::CONFLICT, &view)
}
