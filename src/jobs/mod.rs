//! What happens without anybody asking: letters leave, what has expired is removed.

mod outbox;
mod purge;
mod runner;
mod signing_keys;

pub use outbox::deliver_due as deliver_due_letters;
pub use runner::start;
