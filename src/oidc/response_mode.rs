//! `response_mode`: how the answer travels back. OAuth 2.0 Multiple Response Types §2.1, Form Post Response Mode,
//! JWT Secured Authorization Response Mode (JARM) §2.3.

use super::client::Client;
use super::error::OAuthError;
use super::response_type::ResponseType;

/// The words of the parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ResponseMode {
    /// In the query of the redirection URI: the default for codes.
    Query,
    /// In its fragment, which no server on the way sees.
    Fragment,
    /// In the body of a form that the browser posts.
    FormPost,
    /// Signed, in the place that is the default of the response type.
    Jwt,
    /// Signed, in the query.
    QueryJwt,
    /// Signed, in the fragment.
    FragmentJwt,
    /// Signed, in a form.
    FormPostJwt,
}

/// Where in the answer the parameters are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the query of the redirection URI.
    Query,
    /// In its fragment.
    Fragment,
    /// In a form that the browser posts to it.
    Form,
}

/// What a mode comes down to for one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transport {
    /// Where the parameters are.
    pub place: Place,
    /// Whether they travel as one signed JWT.
    pub signed: bool,
}

impl ResponseMode {
    /// All modes, as listed in the metadata.
    pub const ALL: [Self; 7] =
        [Self::Query, Self::Fragment, Self::FormPost, Self::Jwt, Self::QueryJwt, Self::FragmentJwt, Self::FormPostJwt];

    /// The mode of that word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.as_str() == word)
    }

    /// The value as sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::Fragment => "fragment",
            Self::FormPost => "form_post",
            Self::Jwt => "jwt",
            Self::QueryJwt => "query.jwt",
            Self::FragmentJwt => "fragment.jwt",
            Self::FormPostJwt => "form_post.jwt",
        }
    }

    /// Whether the answer is signed.
    pub const fn is_signed(self) -> bool {
        matches!(self, Self::Jwt | Self::QueryJwt | Self::FragmentJwt | Self::FormPostJwt)
    }

    /// Whether an answer of that type may travel so. JARM §2.3.1 lets signed answers with tokens into the query only
    /// where they are encrypted too.
    pub fn fits(self, response_type: ResponseType) -> bool {
        self.transport(Some(response_type)).place != Place::Query || !response_type.is_front_channel()
    }

    /// What it comes down to for a response type; `None` is one that cannot be read.
    pub fn transport(self, response_type: Option<ResponseType>) -> Transport {
        let place = match self {
            Self::Query | Self::QueryJwt => Place::Query,
            Self::Fragment | Self::FragmentJwt => Place::Fragment,
            Self::FormPost | Self::FormPostJwt => Place::Form,
            Self::Jwt => Place::default_of(response_type),
        };
        Transport { place, signed: self.is_signed() }
    }
}

impl Place {
    /// Tokens are kept out of the query, where servers and logs would see them; so is an error in their stead.
    /// [Multiple Response Types §5](https://openid.net/specs/oauth-v2-multiple-response-types-1_0.html#Combinations)
    fn default_of(response_type: Option<ResponseType>) -> Self {
        if response_type.is_some_and(ResponseType::is_front_channel) { Self::Fragment } else { Self::Query }
    }
}

impl Transport {
    /// How an answer travels where the request does not say, or says what cannot be.
    pub fn default_of(response_type: Option<ResponseType>, client: &Client) -> Self {
        Self { place: Place::default_of(response_type), signed: client.rules().signed_response }
    }

    /// The same, unless `state` would not come back as it was sent: a browser posts every line break of a form as
    /// carriage return and line feed, whatever it was. (In RFC 6749 appendix A.5 it has none at all.)
    pub fn carrying(self, state: Option<&str>) -> Result<Self, OAuthError> {
        let is_changed = |state: &str| state.replace("\r\n", "").contains(['\r', '\n']);
        if self.place == Place::Form && !self.signed && state.is_some_and(is_changed) {
            return Err(OAuthError::invalid_request("state has line breaks that a form cannot carry unchanged"));
        }
        Ok(self)
    }

    /// How the answer to this client's request travels.
    pub fn choose(
        mode: Option<&str>,
        response_type: Option<ResponseType>,
        client: &Client,
    ) -> Result<Self, OAuthError> {
        let chosen = match mode.map(ResponseMode::from_word) {
            None => Self::default_of(response_type, client),
            Some(Some(mode)) if response_type.is_none_or(|kind| mode.fits(kind)) => mode.transport(response_type),
            Some(Some(_)) => {
                return Err(OAuthError::invalid_request("response_mode cannot be query for this response_type"));
            }
            Some(None) => return Err(OAuthError::invalid_request("response_mode is not supported")),
        };
        if client.rules().signed_response && !chosen.signed {
            return Err(OAuthError::invalid_request("response_mode must be a signed one for this client"));
        }
        let allowed = client.metadata.response.modes.as_ref();
        if allowed.is_some_and(|modes| modes.iter().all(|mode| mode.transport(response_type) != chosen)) {
            return Err(OAuthError::invalid_request("response_mode is not one that the client registered"));
        }
        Ok(chosen)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oidc::client::tests::{client, with};

    fn choose(mode: &str, response_type: &str, client: &Client) -> Option<Transport> {
        let mode = Some(mode).filter(|mode| !mode.is_empty());
        Transport::choose(mode, ResponseType::from_words(response_type), client).ok()
    }

    const fn plain(place: Place) -> Option<Transport> {
        Some(Transport { place, signed: false })
    }

    const fn signed(place: Place) -> Option<Transport> {
        Some(Transport { place, signed: true })
    }

    #[test]
    fn each_mode_has_its_place_and_the_default_follows_the_response_type() {
        for (mode, code, id_token) in [
            ("", plain(Place::Query), plain(Place::Fragment)),
            ("query", plain(Place::Query), None),
            ("fragment", plain(Place::Fragment), plain(Place::Fragment)),
            ("form_post", plain(Place::Form), plain(Place::Form)),
            ("jwt", signed(Place::Query), signed(Place::Fragment)),
            ("query.jwt", signed(Place::Query), None),
            ("fragment.jwt", signed(Place::Fragment), signed(Place::Fragment)),
            ("form_post.jwt", signed(Place::Form), signed(Place::Form)),
            ("Query", None, None),
            ("web_message", None, None),
        ] {
            assert_eq!(choose(mode, "code", &client()), code, "{mode} with code");
            assert_eq!(choose(mode, "none", &client()), code, "{mode} with none");
            for front in ["id_token", "id_token token", "code id_token", "code token", "code id_token token", "token"] {
                assert_eq!(choose(mode, front, &client()), id_token, "{mode} with {front}");
            }
        }
    }

    #[test]
    fn where_answers_must_be_signed_no_mode_leaves_the_signature_out() {
        let client = with(
            r#"{"redirect_uris": ["https://rp.example/cb"], "hosho_profile": "fapi2-message-signing",
                "token_endpoint_auth_method": "private_key_jwt", "jwks_uri": "https://rp.example/jwks", "dpop_bound_access_tokens": true}"#,
        );
        assert_eq!(choose("", "code", &client), signed(Place::Query));
        assert_eq!(choose("form_post.jwt", "code", &client), signed(Place::Form));
        for mode in ["query", "fragment", "form_post"] {
            assert_eq!(choose(mode, "code", &client), None, "{mode}");
        }
        assert!(Transport::default_of(None, &client).signed);
    }

    #[test]
    fn a_client_that_registered_its_modes_has_no_others() {
        let client = with(r#"{"redirect_uris": ["https://rp.example/cb"], "response_modes": ["form_post", "jwt"]}"#);
        assert_eq!(choose("form_post", "code", &client), plain(Place::Form));
        // For a code the two words mean the same.
        assert_eq!(choose("query.jwt", "code", &client), signed(Place::Query));
        for mode in ["", "query", "fragment", "fragment.jwt", "form_post.jwt"] {
            assert_eq!(choose(mode, "code", &client), None, "{mode}");
        }
    }
}
