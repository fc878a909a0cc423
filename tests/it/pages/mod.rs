//! Pages: what holds for every one of them.

mod contrast;
mod shape;
