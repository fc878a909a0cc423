//! The userinfo endpoint. OpenID Connect Core §5.3: the token in the header or, with POST, in the body.

use http::StatusCode;

use super::cors;
use super::request::{authorization, has_form};
use crate::app::Work;
use crate::http::extract::call::Call;
use crate::http::identify;
use crate::http::respond::oauth::{Failure, unauthorized};
use crate::http::respond::reply::{Reply, body, json as json_reply};
use crate::oidc::bearer::{Sent, token};
use crate::oidc::params::Params;
use crate::service;
use crate::service::oidc::userinfo::{Answer, Body};

/// The token is in the header.
pub async fn get(work: &mut Work, call: Call) -> Result<Reply, Failure> {
    match token(authorization(&call)?, None) {
        Ok(sent) => answer(work, &call, sent).await,
        Err(why) => Ok(unauthorized(&why, identify::scheme(&call))),
    }
}

/// The token is in the header or in the form.
pub async fn post(work: &mut Work, call: Call) -> Result<Reply, Failure> {
    // A body of another kind holds no token; the header may.
    let params = if has_form(&call)? { Some(Params::parse(&[&call.body])?) } else { None };
    match token(authorization(&call)?, params.as_ref()) {
        Ok(sent) => answer(work, &call, sent).await,
        Err(why) => Ok(unauthorized(&why, identify::scheme(&call))),
    }
}

async fn answer(work: &mut Work, call: &Call, sent: Sent<'_>) -> Result<Reply, Failure> {
    let (client, reply) = match service::oidc::userinfo::userinfo(work, sent, &call.possession()).await? {
        Ok(Answer { client, body: Body::Json(claims) }) => (Some(client), json_reply(StatusCode::OK, &claims)),
        Ok(Answer { client, body: Body::Jwt(token) }) => (Some(client), body(StatusCode::OK, "application/jwt", token)),
        // A page must be able to read why its proof was refused, and with which nonce to try again.
        Err(why) if cors::is_cross_origin(call) => {
            (service::oidc::bearer::client_of(work, sent.token).await?, unauthorized(&why, identify::scheme(call)))
        }
        Err(why) => (None, unauthorized(&why, identify::scheme(call))),
    };
    Ok(if cors::is_cross_origin(call) { cors::allow(reply, call, client.as_deref()) } else { reply })
}
