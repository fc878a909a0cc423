//! The description of the APIs as a page: operations by group, then the objects that they take and give.

use askama::Template;
use serde_json::Value;

use super::document;
use crate::app::Work;
use crate::base::Result;
use crate::http::chrome::Chrome;
use crate::http::extract::call::Call;
use crate::http::respond::page::page;
use crate::http::respond::reply::Reply;

#[derive(Template)]
#[template(path = "api/description.html")]
struct DescriptionView {
    page: Chrome,
    groups: Vec<Group>,
    objects: Vec<Object>,
}

struct Group {
    name: String,
    operations: Vec<Operation>,
}

struct Operation {
    id: String,
    method: String,
    path: String,
    summary: String,
    permission: Option<String>,
    scopes: String,
    parameters: Vec<Member>,
    body: Option<Shape>,
    answers: Vec<Answer>,
}

struct Answer {
    status: String,
    about: Vec<Piece>,
    shape: Option<Shape>,
}

struct Object {
    name: String,
    about: Vec<Piece>,
    members: Vec<Member>,
}

struct Member {
    name: String,
    /// Where it stands in the request: `path`, `query`, `header`.
    place: String,
    required: bool,
    shape: Shape,
    about: Vec<Piece>,
}

/// The kind of a value, with the object that explains it.
struct Shape {
    text: String,
    object: Option<String>,
}

/// A part of a sentence; code stands between backticks.
struct Piece {
    text: String,
    is_code: bool,
}

/// `GET /api`
pub(super) async fn show(work: &mut Work, call: Call) -> Result<Reply> {
    let app = work.app();
    let document = document(&app.server.issuer);
    let chrome = Chrome::of(&call, &app.config);
    page(&DescriptionView { groups: groups(&document), objects: objects(&document), page: chrome })
}

fn groups(document: &Value) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for (path, methods) in members(&document["paths"]) {
        for (method, operation) in members(methods) {
            let name = text(&operation["tags"][0]);
            let operation = Operation {
                id: text(&operation["operationId"]),
                method: method.to_uppercase(),
                path: path.clone(),
                summary: text(&operation["summary"]),
                permission: operation["x-permission"].as_str().map(str::to_owned),
                scopes: scopes(&operation["security"][0]),
                parameters: items(&operation["parameters"]).map(parameter).collect(),
                body: members(&operation["requestBody"]["content"])
                    .next()
                    .map(|(_, content)| shape(&content["schema"])),
                answers: members(&operation["responses"])
                    .filter(|(_, one)| one["$ref"].is_null())
                    .map(answer)
                    .collect(),
            };
            match groups.iter_mut().find(|group| group.name == name) {
                Some(group) => group.operations.push(operation),
                None => groups.push(Group { name, operations: vec![operation] }),
            }
        }
    }
    groups
}

fn scopes(security: &Value) -> String {
    let words = members(security).flat_map(|(_, scopes)| items(scopes));
    words.filter_map(Value::as_str).collect::<Vec<_>>().join(" ")
}

fn parameter(parameter: &Value) -> Member {
    Member {
        name: text(&parameter["name"]),
        place: text(&parameter["in"]),
        required: parameter["required"] == true,
        shape: shape(&parameter["schema"]),
        about: pieces(&parameter["description"]),
    }
}

fn answer((status, response): (&String, &Value)) -> Answer {
    Answer {
        status: status.clone(),
        about: pieces(&response["description"]),
        shape: members(&response["content"]).next().map(|(_, content)| shape(&content["schema"])),
    }
}

fn objects(document: &Value) -> Vec<Object> {
    let schemas = &document["components"]["schemas"];
    members(schemas)
        .map(|(name, schema)| Object {
            name: name.clone(),
            about: pieces(&schema["description"]),
            members: members_of(schemas, schema),
        })
        .collect()
}

/// The members of an object, those it takes over from another one included.
fn members_of(schemas: &Value, schema: &Value) -> Vec<Member> {
    if let Some(name) = reference(schema) {
        return members_of(schemas, &schemas[name]);
    }
    let mut found: Vec<Member> = items(&schema["allOf"]).flat_map(|part| members_of(schemas, part)).collect();
    let required: Vec<&str> = items(&schema["required"]).filter_map(Value::as_str).collect();
    found.extend(members(&schema["properties"]).map(|(name, property)| Member {
        name: name.clone(),
        place: String::new(),
        required: required.contains(&name.as_str()),
        shape: shape(property),
        about: pieces(&property["description"]),
    }));
    found
}

fn shape(schema: &Value) -> Shape {
    if let Some(name) = reference(schema) {
        return Shape { text: name.to_owned(), object: Some(name.to_owned()) };
    }
    let either = items(&schema["oneOf"]).chain(items(&schema["anyOf"])).chain(items(&schema["allOf"]));
    if let Some(name) = either.filter_map(reference).next() {
        return Shape { text: name.to_owned(), object: Some(name.to_owned()) };
    }
    let kinds = match &schema["type"] {
        Value::Array(kinds) => kinds.iter().map(text).collect::<Vec<_>>().join(" | "),
        kind => text(kind),
    };
    if kinds.starts_with("array") {
        let inner = shape(&schema["items"]);
        return Shape { text: format!("{}[]", inner.text), object: inner.object };
    }
    Shape { text: if kinds.is_empty() { "any".to_owned() } else { kinds }, object: None }
}

fn reference(schema: &Value) -> Option<&str> {
    schema["$ref"].as_str()?.rsplit('/').next()
}

fn pieces(sentence: &Value) -> Vec<Piece> {
    let sentence = sentence.as_str().unwrap_or_default();
    let parts = sentence.split('`').enumerate();
    parts.map(|(place, part)| Piece { text: part.to_owned(), is_code: place % 2 == 1 }).collect()
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
