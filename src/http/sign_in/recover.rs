//! Setting a new password without the old one, and the address by which password managers find the page for it.

use http::Method;

use super::steps::{self, Journey, LastWrong};
use super::visit;
use crate::app::Work;
use crate::app::work::Access as Mode;
use crate::base::Result;
use crate::domain::auth::proof::ProofId;
use crate::http::extract::browser::session_ends;
use crate::http::extract::call::Call;
use crate::http::respond::reply::{Reply, ReplyExt as _, see_other};
use crate::http::route::{Access, Routes};
use crate::service::auth::recover::{self, Step};

pub(super) fn routes() -> Routes {
    Routes::under("")
        .page("/recover", Access::Public, address)
        .form("/recover", Access::Public, send)
        .page("/recover/code", Access::Public, code)
        .form("/recover/code", Access::Public, try_code)
        .page("/recover/confirm", Access::Public, link)
        .form("/recover/confirm", Access::Public, confirm)
        .page("/recover/password", Access::Public, password)
        .form("/recover/password", Access::Public, complete)
        .protocol_page(Method::GET, "/.well-known/change-password", Mode::Read, change_password)
}

async fn address(work: &mut Work, call: Call) -> Result<Reply> {
    steps::show_address(work, &call, Journey::Recover).await
}

async fn send(work: &mut Work, call: Call) -> Result<Reply> {
    steps::submit_address(work, &call, Journey::Recover).await
}

async fn code(work: &mut Work, call: Call) -> Result<Reply> {
    steps::show_code(work, &call, Journey::Recover).await
}

async fn try_code(work: &mut Work, call: Call) -> Result<Reply> {
    steps::submit_code(work, &call, Journey::Recover).await
}

async fn link(work: &mut Work, call: Call) -> Result<Reply> {
    steps::show_confirm(work, &call, Journey::Recover).await
}

async fn confirm(work: &mut Work, call: Call) -> Result<Reply> {
    steps::submit_confirm(work, &call, Journey::Recover).await
}

async fn password(work: &mut Work, call: Call) -> Result<Reply> {
    steps::show_password(work, &call, Journey::Recover).await
}

async fn complete(work: &mut Work, call: Call) -> Result<Reply> {
    let fields = call.form()?;
    let id = ProofId::from(fields.text("proof"));
    let chosen = fields.find("new_password").unwrap_or_default();
    match recover::complete(work, visit(&call), &id, chosen).await? {
        Step::Done { attempt } => {
            let attempt = attempt.map(|id| format!("&attempt={id}")).unwrap_or_default();
            let gone = session_ends(&work.app().config);
            Ok(see_other(&format!("/sign-in?notice=password{attempt}")).with_cookies(&gone))
        }
        Step::Weak(weaknesses) => {
            let wrong = LastWrong::Password(&weaknesses);
            steps::password_page(work, &call, Journey::Recover, &id, &wrong).await
        }
        Step::Over => steps::proof_is_over(work, &call, Journey::Recover),
    }
}

/// [A well-known URL for changing passwords](https://www.w3.org/TR/change-password-url/)
async fn change_password(_: &mut Work, _: Call) -> Result<Reply> {
    Ok(see_other("/my/security"))
}
