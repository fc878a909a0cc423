//! Identifiers: random texts of 128 bits, one type for each kind of thing.

use super::random::Random;

/// An identifier that the program makes itself and stores as text.
pub trait Id: Sized + AsRef<str> + Clone {
    /// A new one, from 128 random bits.
    fn random(random: &Random) -> Self;
    /// Take over a text that was stored or sent. Nothing is promised about its form:
    /// an identifier that was never made is simply not found.
    fn from_text(text: String) -> Self;
    /// The text as an owned value.
    fn into_text(self) -> String;
}

/// Declare identifier types: `id! { /// One sign-in in progress. AttemptId }`.
#[macro_export]
macro_rules! id {
    ($($(#[$meta:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(String);

        impl $crate::base::id::Id for $name {
            fn random(random: &$crate::base::random::Random) -> Self {
                Self(random.id())
            }
            fn from_text(text: String) -> Self {
                Self(text)
            }
            fn into_text(self) -> String {
                self.0
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }
    )+};
}

id! {
    /// The subject of an account: what relying parties know as `sub`. Random and never reused.
    /// [OpenID Connect Core §2](https://openid.net/specs/openid-connect-core-1_0.html#IDToken)
    Subject,
    /// An OAuth client. [RFC 6749 §2.2](https://www.rfc-editor.org/rfc/rfc6749#section-2.2)
    ClientId,
    /// An invitation to register a client. [RFC 7591 §3](https://www.rfc-editor.org/rfc/rfc7591#section-3)
    InvitationId,
    /// A browser session at the OP. It names the session; it does not open it (the cookie's token does).
    SessionId,
    /// What a subject allowed a client; every token of one consent hangs on it.
    GrantId,
}
