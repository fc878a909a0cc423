//! `ETag` and `If-Match`: nobody overwrites what they did not see. RFC 9110 §8.8.3 and §13.1.1.

use http::StatusCode;
use http::header::ETAG;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa::openapi::Required;
use utoipa::openapi::path::{OperationBuilder, ParameterIn};

use crate::base::digest::fingerprint;
use crate::base::{Refusal, Result};
use crate::http::extract::call::Call;
use crate::http::extract::input::{Input, Schemas, text_parameter};
use crate::http::respond::output::Output;
use crate::http::respond::reply::{Reply, ReplyExt as _, json};

/// 200 with a JSON body and its entity tag.
pub struct Tagged<T>(pub T);

impl<T: Serialize + ToSchema + Send> Output for Tagged<T> {
    fn reply(self) -> Reply {
        let tag = tag_of(&self.0);
        json(StatusCode::OK, &self.0).with(ETAG, &tag)
    }
    fn describe(operation: OperationBuilder, schemas: &mut Schemas) -> OperationBuilder {
        T::describe(operation, schemas)
    }
}

/// The entity tags that a change is meant for; absent, any.
pub struct IfMatch(Option<String>);

impl Input for IfMatch {
    fn read(call: &Call) -> Result<Self> {
        if call.headers.contains_key("if-match") && call.header("if-match").is_none() {
            return Err(Refusal::Malformed("If-Match: one header of plain text".into()).into());
        }
        Ok(Self(call.header("if-match").map(str::to_owned)))
    }
    fn describe(operation: OperationBuilder, _: &mut Schemas) -> OperationBuilder {
        let about = "The `ETag` of what was read. 409 `changed_meanwhile` if it is no longer so.";
        operation.parameter(text_parameter("If-Match", ParameterIn::Header, Required::False, about))
    }
}

impl IfMatch {
    /// Refuse the change if what is there now is not what was read.
    pub fn check(&self, current: &impl Serialize) -> Result<()> {
        let Some(wanted) = &self.0 else { return Ok(()) };
        let tag = tag_of(current);
        let matches = wanted.split(',').map(str::trim).any(|one| one == "*" || one == tag);
        if matches { Ok(()) } else { Err(Refusal::Conflict("changed_meanwhile").into()) }
    }
}

fn tag_of(value: &impl Serialize) -> String {
    format!("\"{}\"", fingerprint(serde_json::to_vec(value).unwrap_or_default()))
}
