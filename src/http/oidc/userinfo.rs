//! The userinfo endpoint. OpenID Connect Core §5.3: the token in the header or, with POST, in the body.

use http::StatusCode;

use super::cors;
use super::request::{authorization, has_form};
use crate::app::Work;
use crate::http::extract::call::Call;
use crate::http::respond::oauth::{Failure, unauthorized};
use crate::http::respond::reply::{Reply, body, json as json_reply};
use crate::oidc::bearer::token;
use crate::oidc::params::Params;
use crate::service;
use crate::service::oidc::userinfo::{Answer, Body};

/// The token is in the header.
pub async fn get(work: &mut Work, call: Call) -> Result<Reply, Failure> {
    match token(authorization(&call)?, None) {
        Ok(token) => answer(work, &call, token).await,
        Err(why) => Ok(unauthorized(&why)),
    }
}

/// The token is in the header or in the form.
pub async fn post(work: &mut Work, call: Call) -> Result<Reply, Failure> {
    // A body of another kind holds no token; the header may.
    let params = if has_form(&call)? { Some(Params::parse(&[&call.body])?) } else { None };
    match token(authorization(&call)?, params.as_ref()) {
        Ok(token) => answer(work, &call, token).await,
        Err(why) => Ok(unauthorized(&why)),
    }
}

async fn answer(work: &mut Work, call: &Call, token: &str) -> Result<Reply, Failure> {
    let Answer { client, body: content } = match service::oidc::userinfo::userinfo(work, token).await? {
        Ok(answer) => answer,
        Err(why) => return Ok(unauthorized(&why)),
    };
    let reply = match content {
        Body::Json(claims) => json_reply(StatusCode::OK, &claims),
        Body::Jwt(token) => body(StatusCode::OK, "application/jwt", token),
    };
    Ok(if cors::is_cross_origin(call) { cors::allow(reply, call, Some(&client)) } else { reply })
}
