//! What must stay true of the program as a whole.

mod data_map;
mod forms;
mod headers;
mod hostile;
mod layers;
mod migrations;
mod openapi;
mod routes;
mod sources;
mod statements;

/// The path of a route with every name in it filled in.
fn filled(path: &str, with: &str) -> String {
    path.split('/').map(|part| if part.starts_with('{') { with } else { part }).collect::<Vec<_>>().join("/")
}
