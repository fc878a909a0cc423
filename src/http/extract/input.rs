//! What an API handler asks for, read from the request and described in the API document by the same type.

use serde::de::DeserializeOwned;
use utoipa::ToSchema;
use utoipa::openapi::path::{OperationBuilder, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{Content, RefOr, Required, Schema};

use super::call::Call;
use crate::base::id::Id;
use crate::base::{Error, FieldError, Refusal, Result};

/// Named schemas that a description refers to.
pub type Schemas = Vec<(String, RefOr<Schema>)>;

/// A part of a request.
pub trait Input: Sized + Send {
    /// Read it.
    fn read(call: &Call) -> Result<Self>;
    /// Describe it.
    fn describe(operation: OperationBuilder, schemas: &mut Schemas) -> OperationBuilder;
}

impl Input for () {
    fn read(_: &Call) -> Result<Self> {
        Ok(())
    }
    fn describe(operation: OperationBuilder, _: &mut Schemas) -> OperationBuilder {
        operation
    }
}

/// The identifier at the end of the path pattern: its last `{name}`.
pub struct At<T>(pub T);

impl<T: Id + Send> Input for At<T> {
    fn read(call: &Call) -> Result<Self> {
        let (_, text) = call.params.last().ok_or(Refusal::NotFound)?;
        Ok(Self(T::from_text(text.clone())))
    }
    // Parts of the path are described from the pattern of the route itself.
    fn describe(operation: OperationBuilder, _: &mut Schemas) -> OperationBuilder {
        operation
    }
}

/// A JSON body.
pub struct Json<T>(pub T);

impl<T: DeserializeOwned + ToSchema + Send> Input for Json<T> {
    fn read(call: &Call) -> Result<Self> {
        json_body(call).map(Self)
    }
    fn describe(operation: OperationBuilder, schemas: &mut Schemas) -> OperationBuilder {
        let body = RequestBodyBuilder::new()
            .content("application/json", Content::new(Some(schema_of::<T>(schemas))))
            .required(Some(Required::True));
        operation.request_body(Some(body.build()))
    }
}

/// Read the body of a request that says to be JSON.
pub fn json_body<T: DeserializeOwned>(call: &Call) -> Result<T> {
    let kind = call.header("content-type").unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case("application/json") {
        return Err(Refusal::UnsupportedMedia.into());
    }
    read_json(&call.body)
}

/// Read a JSON text; what is wrong with it is said in one sentence.
pub fn read_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    let text = std::str::from_utf8(bytes).map_err(|_| Refusal::Malformed("the body is not UTF-8".into()))?;
    if text.contains("\\u0000") {
        return Err(Refusal::Malformed("the body contains a NUL character".into()).into());
    }
    // Read as any JSON first: what is broken or nested too deep is said before what does not fit.
    serde_json::from_str::<serde_json::Value>(text).map_err(|error| Refusal::Malformed(error.to_string().into()))?;
    serde_json::from_str(text)
        .map_err(|error| Error::Refused(Refusal::Invalid(vec![FieldError::new("body", error.to_string())])))
}

/// The fields of the query: a type lists and reads its own.
pub trait QueryFields: Sized + Send {
    /// Each name with its meaning.
    const FIELDS: &'static [(&'static str, &'static str)];
    /// Read them.
    fn read(fields: &super::form::Fields) -> Result<Self>;
}

/// The query.
pub struct Query<T>(pub T);

impl<T: QueryFields> Input for Query<T> {
    fn read(call: &Call) -> Result<Self> {
        let fields = call.query_fields()?;
        // A filter with a typing error would otherwise answer with everything.
        let known = |name: &str| T::FIELDS.iter().any(|(known, _)| *known == name);
        match fields.iter().find(|(name, _)| !known(name)) {
            None => T::read(&fields).map(Self),
            Some(_) => {
                let names: Vec<&str> = T::FIELDS.iter().map(|(name, _)| *name).collect();
                Err(Refusal::Malformed(format!("unknown parameter; known are {}", names.join(", ")).into()).into())
            }
        }
    }
    fn describe(operation: OperationBuilder, _: &mut Schemas) -> OperationBuilder {
        T::FIELDS.iter().fold(operation, |operation, (name, about)| {
            operation.parameter(text_parameter(name, ParameterIn::Query, Required::False, about))
        })
    }
}

/// The key that makes a repeated POST harmless.
pub struct IdempotencyKey(pub Option<String>);

impl Input for IdempotencyKey {
    fn read(call: &Call) -> Result<Self> {
        let Some(value) = call.headers.get("idempotency-key") else { return Ok(Self(None)) };
        match value.to_str() {
            Ok(text) if !text.is_empty() && text.len() <= 255 => Ok(Self(Some(text.to_owned()))),
            Ok(_) | Err(_) => Err(Refusal::Malformed("Idempotency-Key: 1 to 255 ASCII characters".into()).into()),
        }
    }
    fn describe(operation: OperationBuilder, _: &mut Schemas) -> OperationBuilder {
        let about = "Makes a repeated request harmless: the same key and body get the same answer for 24 hours.";
        operation.parameter(text_parameter("Idempotency-Key", ParameterIn::Header, Required::False, about))
    }
}

macro_rules! tuples {
    ($($name:ident)+) => {
        impl<$($name: Input),+> Input for ($($name,)+) {
            fn read(call: &Call) -> Result<Self> {
                Ok(($($name::read(call)?,)+))
            }
            fn describe(operation: OperationBuilder, schemas: &mut Schemas) -> OperationBuilder {
                $(let operation = $name::describe(operation, schemas);)+
                operation
            }
        }
    };
}

tuples!(A);
tuples!(A B);
tuples!(A B C);

/// Describe a text parameter.
pub fn text_parameter(name: &str, place: ParameterIn, required: Required, about: &str) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(place)
        .required(required)
        .description((!about.is_empty()).then_some(about))
        .schema(Some(ObjectBuilder::new().schema_type(Type::String).build()))
        .build()
}

/// A reference to the schema of a type, which is added to the named ones.
pub fn schema_of<T: ToSchema>(schemas: &mut Schemas) -> RefOr<Schema> {
    T::schemas(schemas);
    let name = T::name().into_owned();
    schemas.push((name.clone(), T::schema()));
    RefOr::Ref(utoipa::openapi::Ref::from_schema_name(name))
}
