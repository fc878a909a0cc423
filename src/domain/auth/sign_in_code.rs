//! A code and a link by mail that begin a sign-in.
//!
//! # Decisions
//! - The sign-in goes on in the browser in which it began, and nowhere else. The link, opened there, spares the typing;
//!   opened on another device it tells the code. Nobody signs a stranger in by pressing a button in a letter.
//! - Looking at the link uses nothing up: mail scanners look too.

use std::time::Duration;

use crate::base::time::minutes;

crate::id! {
    /// One code that was sent.
    SignInCodeId,
}

/// No code lives longer than this, whatever the settings say.
pub const LONGEST: Duration = minutes(10);
