//! The program as a process: how it starts, refuses to start, drains and survives.

mod keys;
mod kill;
mod mutual;
mod program;
mod reload;
mod secrets;
mod secure;
mod shop;
mod start;
mod stop;
mod tls;
mod wire;
