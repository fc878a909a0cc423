//! What happens without anybody asking: letters leave, what has expired is removed.

mod accounts;
mod back_channel_logout;
mod ciba_notification;
mod duplicates;
mod encryption_keys;
mod exports;
mod outbox;
mod purge;
mod runner;
mod signing_keys;

pub use accounts::look_after_accounts;
pub use back_channel_logout::tell_due as tell_due_logouts;
pub use ciba_notification::tell_due as notify_due_clients;
pub use duplicates::look as look_for_duplicates;
pub use exports::make_exports;
pub use outbox::deliver_due as deliver_due_letters;
pub use purge::remove_what_expired;
pub use runner::start;
