//! Parts of pages that have a shape of their own: made by the handler, shown by `{{ part }}`. Their
//! templates are `templates/part/<name>.html`; parts that are only a class stand in `hosho.css`.

mod avatar;
mod badge;
mod cover;
mod errors;
mod field;
mod icon;
mod notice;
mod provider;
mod recovery_codes;
mod scope;
mod totp_secret;
mod unit;
mod unverified;
mod work;

pub use avatar::Avatar;
pub use badge::Badge;
pub use cover::{Cover, CoverState};
pub use errors::ErrorSummary;
pub use field::{Check, Field};
pub use icon::Icon;
pub use notice::Notice;
pub use provider::{ProviderButton, link_buttons, provider_buttons};
pub use recovery_codes::RecoveryCodes;
pub use scope::{ScopeWords, scope_in_words, wishes_in_words};
pub use totp_secret::TotpSecret;
pub use unit::{serial_ending, told_of_unit};
pub use unverified::unverified;
pub use work::WorkField;
