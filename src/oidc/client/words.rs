//! Closed sets of words in client metadata. RFC 7591 §2, OpenID Connect Core §9, RFC 8705 §2.

macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $wire:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$doc])* $variant),+ }

        impl $name {
            /// Every value.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word in metadata and requests.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $wire),+ }
            }

            /// The value of that word.
            pub fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.as_str() == word)
            }
        }
    };
}
pub(super) use words;

words! {
    /// Where the application runs. OpenID Connect Dynamic Client Registration §2
    ApplicationType {
        /// On a web server or in a browser.
        Web = "web",
        /// On the person's device.
        Native = "native",
    }
}

words! {
    /// How tokens are obtained. RFC 7591 §2
    GrantType {
        /// For a person, through the browser. RFC 6749 §4.1
        AuthorizationCode = "authorization_code",
        /// With a refresh token. RFC 6749 §6
        RefreshToken = "refresh_token",
        /// For the client itself. RFC 6749 §4.4
        ClientCredentials = "client_credentials",
        /// Straight from the authorization endpoint. RFC 6749 §4.2, OpenID Connect Core §3.2
        Implicit = "implicit",
        /// For a device without a browser. RFC 8628 §3.4
        DeviceCode = "urn:ietf:params:oauth:grant-type:device_code",
        /// For a person who is asked elsewhere. OpenID Connect CIBA §10.1
        Ciba = "urn:openid:params:grant-type:ciba",
        /// One token for another. RFC 8693 §2.1
        TokenExchange = "urn:ietf:params:oauth:grant-type:token-exchange",
    }
}

impl GrantType {
    /// Whether a person gives it.
    pub const fn is_of_persons(self) -> bool {
        self.gives_refresh_tokens() || matches!(self, Self::Implicit)
    }

    /// Whether refresh tokens come of it: through the browser they never travel (RFC 6749 §4.2.2).
    pub const fn gives_refresh_tokens(self) -> bool {
        matches!(self, Self::AuthorizationCode | Self::DeviceCode | Self::Ciba)
    }
}

words! {
    /// How the client proves itself at the token endpoint. OpenID Connect Core §9, RFC 8705 §2
    AuthMethod {
        /// Secret in the `Authorization` header.
        ClientSecretBasic = "client_secret_basic",
        /// Secret in the body.
        ClientSecretPost = "client_secret_post",
        /// An assertion signed with the secret.
        ClientSecretJwt = "client_secret_jwt",
        /// An assertion signed with a private key.
        PrivateKeyJwt = "private_key_jwt",
        /// A certificate of a trusted authority.
        TlsClientAuth = "tls_client_auth",
        /// A certificate whose key was registered.
        SelfSignedTlsClientAuth = "self_signed_tls_client_auth",
        /// Not at all: a public client.
        None = "none",
    }
}

impl AuthMethod {
    /// Whether it needs a secret that both sides know.
    pub const fn needs_secret(self) -> bool {
        matches!(self, Self::ClientSecretBasic | Self::ClientSecretPost | Self::ClientSecretJwt)
    }
}
