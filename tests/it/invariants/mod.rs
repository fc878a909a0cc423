//! What must stay true of the program as a whole.

mod layers;
mod migrations;
mod openapi;
mod routes;
mod sources;
mod statements;
