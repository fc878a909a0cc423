//! What the conformance suite needs from outside, where `protocol.conformance_hooks` is set, which it must never be in
//! production: whoever reaches the address decides in the name of whoever is asked. Everywhere else it does not exist.

use http::StatusCode;

use crate::app::Work;
use crate::base::Refusal;
use crate::http::extract::call::Call;
use crate::http::respond::oauth::Failure;
use crate::http::respond::reply::{Reply, json};
use crate::service::oidc::ciba;

/// `POST /conformance/ciba?auth_req_id=…&action=allow|deny`
pub(super) async fn ciba(work: &mut Work, call: Call) -> Result<Reply, Failure> {
    if !work.app().config.protocol.conformance_hooks {
        return Err(Refusal::NotFound.into());
    }
    let fields = call.query_fields()?;
    let allow = match fields.text("action") {
        "allow" => true,
        "deny" => false,
        _ => return Err(Refusal::Malformed("action is allow or deny".into()).into()),
    };
    if !ciba::decide_for_tests(work, fields.text("auth_req_id"), allow).await? {
        return Err(Refusal::NotFound.into());
    }
    Ok(json(StatusCode::OK, &serde_json::json!({"action": fields.text("action")})))
}
