//! The description of both APIs, made from the route lines: what a line says about itself is what is described.
//! OpenAPI 3.1.

mod page;

use http::{Method, StatusCode};
use serde_json::{Map, Value, json};
use utoipa::openapi::path::OperationBuilder;
use utoipa::openapi::{RefOr, Schema};

use super::extract::call::Call;
use super::respond::oauth::Failure;
use super::respond::reply::{Reply, json as json_reply};
use super::route::{Access, Kind, Route, Routes};
use crate::app::Work;
use crate::app::work::Access as Mode;
use crate::oidc::authorization_details;
use crate::oidc::server::path;

/// The document, and a page for reading it.
pub fn routes() -> Routes {
    Routes::under("/api").protocol(Method::GET, "/openapi.json", Mode::Read, show).protocol_page(
        Method::GET,
        "",
        Mode::Read,
        page::show,
    )
}

async fn show(work: &mut Work, _: Call) -> Result<Reply, Failure> {
    Ok(json_reply(StatusCode::OK, &document(&work.app().server.issuer)))
}

/// The OpenAPI document of a server with this issuer.
pub fn document(issuer: &str) -> Value {
    let base = issuer.trim_end_matches('/');
    let mut paths: Map<String, Value> = Map::new();
    let mut schemas: Vec<(String, RefOr<Schema>)> = Vec::new();
    for route in super::routes().lines().iter().filter(|route| route.kind == Kind::Api) {
        let operation = operation(route, &mut schemas);
        let item = paths.entry(route.path.clone()).or_insert_with(|| json!({}));
        if let Value::Object(methods) = item {
            methods.insert(route.method.as_str().to_lowercase(), operation);
        }
    }
    let mut named: Map<String, Value> = schemas.into_iter().map(|(name, schema)| (name, json!(schema))).collect();
    named.insert("Problem".to_owned(), problem_schema());
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Hosho",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "The management API, for staff and machine clients, and the registry API, for \
                            applications that act for a customer.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": base}],
        "paths": paths,
        "components": {
            "schemas": named,
            "responses": {
                "Problem": {
                    "description": "It was refused; the document says why (RFC 9457).",
                    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
                },
            },
            "securitySchemes": {
                "management": scheme(base, &Audience::Management),
                "registry": scheme(base, &Audience::Registry),
            },
        },
    })
}

fn operation(route: &Route, schemas: &mut Vec<(String, RefOr<Schema>)>) -> Value {
    let described = (route.describe)(OperationBuilder::new(), schemas).build();
    let mut operation = match json!(described) {
        Value::Object(members) => members,
        _ => Map::new(),
    };
    operation.insert("operationId".to_owned(), json!(route.name));
    operation.insert("summary".to_owned(), json!(route.about.trim_end_matches('.')));
    operation.insert("tags".to_owned(), json!([tag_of(&route.path)]));
    let mut parameters = path_parameters(&route.path);
    if let Some(Value::Array(others)) = operation.remove("parameters") {
        parameters.extend(others);
    }
    if !parameters.is_empty() {
        operation.insert("parameters".to_owned(), Value::Array(parameters));
    }
    match route.access {
        Access::Staff(permission) => {
            operation.insert("security".to_owned(), json!([{"management": ["management"]}]));
            operation.insert("x-permission".to_owned(), json!(permission.as_str()));
            if route.needs_recent_sign_in {
                operation.insert("x-recent-sign-in".to_owned(), json!(true));
            }
        }
        Access::Scope(scope) => {
            operation.insert("security".to_owned(), json!([{"registry": [scope]}]));
        }
        // A scope, or no scope at all with details that name the unit.
        Access::ScopeOrDetails(scope, action) => {
            operation.insert("security".to_owned(), json!([{"registry": [scope]}, {"registry": []}]));
            let detail = json!({"type": authorization_details::TYPES[0], "action": action.as_str()});
            operation.insert("x-authorization-details".to_owned(), detail);
        }
        Access::Public | Access::Customer | Access::Protocol => {}
    }
    if let Some(Value::Object(responses)) = operation.get_mut("responses") {
        for status in problems(route) {
            responses.insert((*status).to_owned(), json!({"$ref": "#/components/responses/Problem"}));
        }
    }
    Value::Object(operation)
}

/// The refusals that a route can answer with.
fn problems(route: &Route) -> Vec<&'static str> {
    let mut statuses = vec!["400", "401", "403"];
    if route.path.contains('{') {
        statuses.push("404");
    }
    if route.method != Method::GET {
        statuses.extend(["409", "413", "415"]);
    }
    statuses.extend(["422", "429", "503"]);
    statuses
}

/// The first word of the path behind the version; everything of the registry API is one group.
fn tag_of(path: &str) -> &str {
    let behind = path.strip_prefix(path::MANAGEMENT_API).map(|rest| rest.trim_start_matches('/'));
    match behind.and_then(|rest| rest.split('/').next()) {
        Some(word) => word,
        None => "registry",
    }
}

fn path_parameters(path: &str) -> Vec<Value> {
    let parts = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    parts.map(|name| json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}})).collect()
}

enum Audience {
    Management,
    Registry,
}

fn scheme(base: &str, audience: &Audience) -> Value {
    let code = json!({
        "authorizationUrl": format!("{base}{}", path::AUTHORIZE),
        "tokenUrl": format!("{base}{}", path::TOKEN),
        "refreshUrl": format!("{base}{}", path::TOKEN),
        "scopes": scopes(audience),
    });
    match audience {
        Audience::Registry => json!({
            "type": "oauth2",
            "description": format!(
                "An access token for the audience {base}{} that a customer granted. Its scopes are about all units of \
                 the customer. Its authorization details (RFC 9396) of the type `product_ownership` are about single \
                 units, each named by its `identifier`, a `unit_ref`; they need no scope. Where an operation has \
                 `x-authorization-details`, a detail with that action is enough for that unit. Both add up. A unit that \
                 the customer no longer holds is answered with 403 and the code `unit_no_longer_held`, one that no \
                 detail names with `insufficient_scope`.",
                path::REGISTRY_API
            ),
            "flows": {"authorizationCode": code},
        }),
        Audience::Management => json!({
            "type": "oauth2",
            "description": format!(
                "An access token for the audience {base}{}: of staff by the code flow, of a machine client by client \
                 credentials. What it may follows from roles; `x-permission` says what an operation needs. Where it \
                 has `x-recent-sign-in`, staff must have signed in a short while ago: else the answer is 401 with \
                 `insufficient_user_authentication` and the `max_age` to authorize with (RFC 9470).",
                path::MANAGEMENT_API
            ),
            "flows": {
                "authorizationCode": code,
                "clientCredentials": {"tokenUrl": format!("{base}{}", path::TOKEN), "scopes": scopes(audience)},
            },
        }),
    }
}

fn scopes(audience: &Audience) -> Value {
    match audience {
        Audience::Management => json!({"management": "The management API, as far as one's roles go."}),
        Audience::Registry => json!({
            "products": "The customer's products.",
            "products.serial": "Serial number, purchase date and shop of each product.",
            "warranty": "Cover per component with its dates.",
            "registry.register": "Registering a product for the customer.",
        }),
    }
}

fn problem_schema() -> Value {
    json!({
        "type": "object",
        "description": "Why something was refused (RFC 9457).",
        "required": ["type", "title", "status"],
        "properties": {
            "type": {"type": "string", "description": "`about:blank`, or the address of an explanation."},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string", "description": "A sentence for the author of the request."},
            "instance": {"type": "string", "description": "The request, as the server's log names it."},
            "code": {"type": "string", "description": "A word for the reason, such as `changed_meanwhile`."},
            "errors": {
                "type": "array",
                "description": "The members that are wrong, each with a word for the reason.",
                "items": {
                    "type": "object",
                    "required": ["field", "reason"],
                    "properties": {"field": {"type": "string"}, "reason": {"type": "string"}},
                },
            },
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_follow_from_paths() {
        assert_eq!(tag_of("/api/v1/accounts/{sub}/suspend"), "accounts");
        assert_eq!(tag_of("/registry/v1/me/units"), "registry");
    }

    #[test]
    fn parts_of_the_path_are_parameters() {
        let names: Vec<_> = path_parameters("/a/{b}/c/{d}").iter().map(|one| one["name"].clone()).collect();
        assert_eq!(names, ["b", "d"]);
    }
}
