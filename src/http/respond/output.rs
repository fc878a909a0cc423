//! What an API handler answers, and how the API document describes it.

use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa::openapi::path::OperationBuilder;
use utoipa::openapi::{Content, ResponseBuilder};

use super::reply::{Reply, json, no_content};
use crate::http::extract::input::{Schemas, schema_of};

/// An answer of the API.
pub trait Output: Send {
    /// Send it.
    fn reply(self) -> Reply;
    /// Describe it.
    fn describe(operation: OperationBuilder, schemas: &mut Schemas) -> OperationBuilder;
}

/// 200 with a JSON body.
impl<T: Serialize + ToSchema + Send> Output for T {
    fn reply(self) -> Reply {
        json(StatusCode::OK, &self)
    }
    fn describe(operation: OperationBuilder, schemas: &mut Schemas) -> OperationBuilder {
        described::<T>(operation, schemas, "200", "Done.")
    }
}

/// 201 with a JSON body.
pub struct Created<T>(pub T);

impl<T: Serialize + ToSchema + Send> Output for Created<T> {
    fn reply(self) -> Reply {
        json(StatusCode::CREATED, &self.0)
    }
    fn describe(operation: OperationBuilder, schemas: &mut Schemas) -> OperationBuilder {
        described::<T>(operation, schemas, "201", "Made.")
    }
}

/// 201 where it counts already, 202 where somebody must decide first.
pub enum CreatedOrAccepted<T> {
    /// 201
    Created(T),
    /// 202
    Accepted(T),
}

impl<T: Serialize + ToSchema + Send> Output for CreatedOrAccepted<T> {
    fn reply(self) -> Reply {
        match self {
            Self::Created(value) => json(StatusCode::CREATED, &value),
            Self::Accepted(value) => json(StatusCode::ACCEPTED, &value),
        }
    }
    fn describe(operation: OperationBuilder, schemas: &mut Schemas) -> OperationBuilder {
        let operation = described::<T>(operation, schemas, "201", "It counts already.");
        described::<T>(operation, schemas, "202", "It waits for a decision.")
    }
}

/// 204.
pub struct NoContent;

impl Output for NoContent {
    fn reply(self) -> Reply {
        no_content()
    }
    fn describe(operation: OperationBuilder, _: &mut Schemas) -> OperationBuilder {
        operation.response("204", ResponseBuilder::new().description("Done.").build())
    }
}

fn described<T: ToSchema>(
    operation: OperationBuilder,
    schemas: &mut Schemas,
    status: &str,
    about: &str,
) -> OperationBuilder {
    let content = Content::new(Some(schema_of::<T>(schemas)));
    operation.response(status, ResponseBuilder::new().description(about).content("application/json", content).build())
}
