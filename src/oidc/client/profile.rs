//! `hosho_profile`: the set of rules a client lives under. OAuth 2.1 practice (`standard`), FAPI 2.0 Security Profile
//! (`fapi2`), FAPI 2.0 Message Signing (`fapi2-message-signing`), and what older clients need (`compatible`).
//!
//! # Decisions
//! - A profile is one row of [`Profile::rules`]. Every endpoint asks that row and never the profile's name, so that
//!   what a profile means can be read here and nowhere else.

use super::words::AuthMethod;
use crate::jose::Algorithm;

/// The names that may be registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Profile {
    /// OAuth 2.1 practice: the code flow, PKCE for public clients.
    Standard,
    /// For older clients: tokens in the front channel too, where the client registers for them.
    Compatible,
    /// FAPI 2.0 Security Profile.
    Fapi2,
    /// FAPI 2.0 Message Signing on top of it: signed requests and signed answers.
    Fapi2MessageSigning,
}

/// Who must use PKCE.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pkce {
    /// Public and native clients; whoever else uses it is held to it.
    OfPublicClients,
    /// Every client.
    Always,
}

/// What a client assertion may name as its audience.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AssertionAudience {
    /// The issuer, the token endpoint or the endpoint that is called; alone or among others.
    Endpoints,
    /// The issuer as one string. [FAPI 2.0 §5.3.2.1](https://openid.net/specs/fapi-security-profile-2_0-final.html#section-5.3.2.1)
    IssuerOnly,
}

/// What a profile asks of its clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// Whether tokens may be registered for the front channel (implicit and hybrid flows).
    pub front_channel: bool,
    /// Whether a public client may have it.
    pub public_clients: bool,
    /// Who must use PKCE.
    pub pkce: Pkce,
    /// Whether every authorization request must be pushed (RFC 9126).
    pub pushed_request: bool,
    /// Whether every authorization request must be signed (RFC 9101).
    pub signed_request: bool,
    /// Whether every authorization response is signed (JARM).
    pub signed_response: bool,
    /// Whether every access token must be bound to a key (RFC 9449 or RFC 8705).
    pub bound_tokens: bool,
    /// Whether a refresh token is replaced by its use. Bound to an authenticated client it need not be, and a lost
    /// answer then locks nobody out.
    pub rotated_refresh_tokens: bool,
    /// How its clients may authenticate.
    pub auth_methods: &'static [AuthMethod],
    /// What its clients may sign with, and what is signed for them.
    pub algorithms: &'static [Algorithm],
    /// What its clients' assertions may name as their audience.
    pub assertion_audience: AssertionAudience,
}

const STANDARD: Rules = Rules {
    front_channel: false,
    public_clients: true,
    pkce: Pkce::OfPublicClients,
    pushed_request: false,
    signed_request: false,
    signed_response: false,
    bound_tokens: false,
    rotated_refresh_tokens: true,
    auth_methods: AuthMethod::ALL,
    algorithms: &Algorithm::ALL,
    assertion_audience: AssertionAudience::Endpoints,
};

const COMPATIBLE: Rules = Rules { front_channel: true, ..STANDARD };

const FAPI2: Rules = Rules {
    front_channel: false,
    public_clients: false,
    pkce: Pkce::Always,
    pushed_request: true,
    signed_request: false,
    signed_response: false,
    bound_tokens: true,
    rotated_refresh_tokens: false,
    auth_methods: &[AuthMethod::PrivateKeyJwt, AuthMethod::TlsClientAuth, AuthMethod::SelfSignedTlsClientAuth],
    algorithms: &[Algorithm::Ps256, Algorithm::Es256, Algorithm::EdDsa],
    assertion_audience: AssertionAudience::IssuerOnly,
};

const FAPI2_MESSAGE_SIGNING: Rules = Rules { signed_request: true, signed_response: true, ..FAPI2 };

impl Profile {
    /// Every profile.
    pub const ALL: [Self; 4] = [Self::Standard, Self::Compatible, Self::Fapi2, Self::Fapi2MessageSigning];

    /// The word in metadata.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Compatible => "compatible",
            Self::Fapi2 => "fapi2",
            Self::Fapi2MessageSigning => "fapi2-message-signing",
        }
    }

    /// The profile of that word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|profile| profile.as_str() == word)
    }

    /// What it asks.
    pub const fn rules(self) -> &'static Rules {
        match self {
            Self::Standard => &STANDARD,
            Self::Compatible => &COMPATIBLE,
            Self::Fapi2 => &FAPI2,
            Self::Fapi2MessageSigning => &FAPI2_MESSAGE_SIGNING,
        }
    }
}

impl Rules {
    /// What is refused under these rules, a sentence each: shown to whoever registers a client.
    pub fn refuses(&self) -> Vec<&'static str> {
        let sentences = [
            (!self.front_channel, "Tokens in the front channel (response types other than code)."),
            (!self.public_clients, "Public clients, and clients that prove themselves by a shared secret."),
            (
                self.pkce == Pkce::OfPublicClients,
                "Authorization requests of public and of native clients without PKCE (S256).",
            ),
            (self.pkce == Pkce::Always, "Authorization requests without PKCE (S256)."),
            (self.pushed_request, "Authorization requests that were not pushed (RFC 9126)."),
            (self.signed_request, "Authorization requests that are not signed (RFC 9101)."),
            (self.signed_response, "Response modes without a signature (anything but JARM)."),
            (self.bound_tokens, "Access tokens that are not bound to a key by DPoP or mutual TLS."),
            (!self.algorithms.contains(&Algorithm::Rs256), "Signatures with RS256."),
            (
                self.assertion_audience == AssertionAudience::IssuerOnly,
                "Client assertions whose audience is anything but the issuer as one string.",
            ),
        ];
        sentences.into_iter().filter_map(|(holds, sentence)| holds.then_some(sentence)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_back() {
        for profile in Profile::ALL {
            assert_eq!(Profile::from_word(profile.as_str()), Some(profile));
        }
        assert_eq!(Profile::from_word("FAPI2"), None);
    }

    #[test]
    fn only_the_compatible_profile_has_a_front_channel() {
        let front: Vec<_> = Profile::ALL.into_iter().filter(|profile| profile.rules().front_channel).collect();
        assert_eq!(front, [Profile::Compatible]);
    }

    #[test]
    fn fapi_refuses_more_than_the_standard_and_message_signing_more_than_fapi() {
        let count = |profile: Profile| profile.rules().refuses().len();
        assert!(count(Profile::Compatible) < count(Profile::Standard));
        assert!(count(Profile::Standard) < count(Profile::Fapi2));
        assert_eq!(count(Profile::Fapi2) + 2, count(Profile::Fapi2MessageSigning));
        for profile in [Profile::Fapi2, Profile::Fapi2MessageSigning] {
            assert!(!profile.rules().auth_methods.contains(&AuthMethod::ClientSecretBasic));
            assert!(!profile.rules().algorithms.contains(&Algorithm::Rs256));
        }
    }
}
