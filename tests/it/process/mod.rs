//! The program as a process: how it starts, refuses to start, drains and survives.

mod kill;
mod program;
mod secrets;
mod shop;
mod start;
mod stop;
mod wire;
