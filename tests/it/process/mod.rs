//! The program as a process: how it starts, refuses to start, drains and survives.

mod program;
mod start;
mod stop;
