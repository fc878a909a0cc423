//! Signing up, signing in and out, sessions, and new passwords.

pub mod change_email;
pub mod change_password;
pub mod factor_change;
pub mod factor_reset;
pub mod finish;
pub mod flow;
pub mod given_password;
pub mod mail_code;
pub mod new_sign_in;
pub mod passkey;
pub mod password;
pub mod proof;
pub mod proof_of_work;
pub mod purge;
pub mod recent;
pub mod recover;
pub mod recovery_code;
pub mod session;
pub mod sign_up;
pub mod start;
pub mod throttle;
pub mod totp;
pub mod trusted_browser;
pub mod upstream;

use crate::base::Locale;
use crate::base::secret::Secret;

/// The browser in which somebody signs in or up.
#[derive(Clone, Copy, Debug)]
pub struct Visit<'a> {
    /// Fingerprint of the browser's own cookie.
    pub browser_hash: &'a str,
    /// The session cookie it came with, if any; it is replaced at sign-in.
    pub session: Option<&'a Secret>,
    /// The language of the page.
    pub locale: Locale,
}
