//! How a person proves to be the holder of an account, and how long that lasts.

pub mod aaguid;
pub mod acr;
pub mod amr;
pub mod attempt;
pub mod breached;
pub mod factor;
pub mod factor_reset;
pub mod flow;
pub mod foreign_hash;
pub mod kept_password;
pub mod new_sign_in;
pub mod passkey;
pub mod password;
pub mod proof;
pub mod proof_of_work;
pub mod recovery_code;
pub mod session;
pub mod sign_in_code;
pub mod throttle;
pub mod totp;
pub mod upstream;
pub mod user_agent;

pub use acr::Acr;
pub use amr::Amr;
pub use attempt::{Attempt, AttemptId};
pub use factor::{Factor, Proofs};
pub use passkey::{Passkey, PasskeyId};
pub use session::Session;
