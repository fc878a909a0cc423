//! The authorization response: in the query, in the fragment or in a form that posts itself, with `state` and `iss`,
//! or as one signed JWT. RFC 6749 §4.1.2 and §4.2.2, OpenID Connect Core §3.2.2.5 and §3.3.2.5, RFC 9207 §2,
//! OAuth 2.0 Form Post Response Mode, JARM §2.3.

use crate::base::secret::Secret;
use crate::oidc::client::RedirectUri;
use crate::oidc::error::OAuthError;
use crate::oidc::response_mode::{Place, Transport};

/// What the client is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// What it asked for.
    Granted(Granted),
    /// An error.
    Error(OAuthError),
}

/// What the authorization endpoint gives out, by `response_type`; nothing at all is what `none` asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Granted {
    /// An authorization code.
    pub code: Option<Secret>,
    /// An access token.
    pub access_token: Option<FrontChannelToken>,
    /// An ID token.
    pub id_token: Option<Secret>,
    /// By what the client's page asks whether the person is still signed in.
    /// [Session Management §3](https://openid.net/specs/openid-connect-session-1_0.html#CreatingUpdatingSessions)
    pub session_state: Option<String>,
}

/// An access token that travels through the browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FrontChannelToken {
    /// The token.
    pub value: Secret,
    /// How it is used.
    pub token_type: &'static str,
    /// Its life in seconds.
    pub expires_in: u64,
    /// What it allows.
    pub scope: String,
}

/// The parameters of a response by their names.
pub type Fields = Vec<(&'static str, String)>;

/// An answer on its way: what it says and where it goes, not yet signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    redirect_uri: RedirectUri,
    transport: Transport,
    fields: Fields,
}

/// How the browser carries it there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// Redirect to this URL.
    Redirect(String),
    /// A page with a form that posts itself.
    FormPost {
        /// Where it is posted.
        action: String,
        /// What is posted, still to be escaped.
        fields: Fields,
    },
}

impl Response {
    pub(super) fn new(redirect_uri: RedirectUri, transport: Transport, answer: &Answer, state: Option<&str>) -> Self {
        let mut fields = match answer {
            Answer::Granted(granted) => granted.fields(),
            Answer::Error(error) => {
                vec![("error", error.code.as_str().to_owned()), ("error_description", error.description().to_owned())]
            }
        };
        fields.extend(state.map(|state| ("state", state.to_owned())));
        Self { redirect_uri, transport, fields }
    }

    /// Whether it must travel as a JWT.
    pub fn is_signed(&self) -> bool {
        self.transport.signed
    }

    /// What it says.
    pub fn fields(&self) -> &Fields {
        &self.fields
    }

    /// Send it in the clear, with the issuer beside the parameters.
    pub fn deliver(mut self, issuer: &str) -> Delivery {
        self.fields.push(("iss", issuer.to_owned()));
        self.carry()
    }

    /// Send it as the JWT that was made of it: nothing else travels, and the issuer is inside
    /// ([RFC 9207 §2](https://www.rfc-editor.org/rfc/rfc9207#section-2)).
    pub fn deliver_signed(mut self, jwt: String) -> Delivery {
        self.fields = vec![("response", jwt)];
        self.carry()
    }

    fn carry(self) -> Delivery {
        let uri = self.redirect_uri.as_str();
        match self.transport.place {
            Place::Form => Delivery::FormPost { action: uri.to_owned(), fields: self.fields },
            Place::Fragment => Delivery::Redirect(format!("{uri}#{}", encode(&self.fields))),
            Place::Query => {
                // The registered query stays as it is (RFC 6749 §3.1.2).
                let joint = match uri {
                    _ if uri.ends_with(['?', '&']) => "",
                    _ if uri.contains('?') => "&",
                    _ => "?",
                };
                Delivery::Redirect(format!("{uri}{joint}{}", encode(&self.fields)))
            }
        }
    }
}

impl Granted {
    fn fields(&self) -> Fields {
        let mut fields = Fields::new();
        fields.extend(self.code.as_ref().map(|code| ("code", code.expose().to_owned())));
        if let Some(token) = &self.access_token {
            fields.extend([
                ("access_token", token.value.expose().to_owned()),
                ("token_type", token.token_type.to_owned()),
                ("expires_in", token.expires_in.to_string()),
                ("scope", token.scope.clone()),
            ]);
        }
        fields.extend(self.id_token.as_ref().map(|token| ("id_token", token.expose().to_owned())));
        fields.extend(self.session_state.clone().map(|state| ("session_state", state)));
        fields
    }
}

fn encode(fields: &Fields) -> String {
    // Scripts that read fragments often know percent-encoding alone, so a blank is written so and not as `+`.
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish().replace('+', "%20")
}

#[cfg(test)]
mod tests {
    use super::*;

    const ISSUER: &str = "https://id.example";

    fn response(uri: &str, place: Place, state: Option<&str>) -> Response {
        let granted = Granted { code: Some(Secret::new("abc")), ..Granted::default() };
        let uri = RedirectUri::from_stored(uri.to_owned());
        Response::new(uri, Transport { place, signed: false }, &Answer::Granted(granted), state)
    }

    #[test]
    fn state_and_issuer_come_back_in_every_mode() {
        let tail = "code=abc&state=a%20%26b%2B&iss=https%3A%2F%2Fid.example";
        for (uri, place, expected) in [
            ("https://rp.example/cb", Place::Query, format!("https://rp.example/cb?{tail}")),
            ("https://rp.example/cb?a=1", Place::Query, format!("https://rp.example/cb?a=1&{tail}")),
            ("https://rp.example/cb", Place::Fragment, format!("https://rp.example/cb#{tail}")),
        ] {
            let delivery = response(uri, place, Some("a &b+")).deliver(ISSUER);
            assert_eq!(delivery, Delivery::Redirect(expected));
        }
    }

    #[test]
    fn line_breaks_in_state_stay_encoded() {
        let delivery = response("https://rp.example/cb", Place::Query, Some("\r\nSet-Cookie: x")).deliver(ISSUER);
        let Delivery::Redirect(url) = delivery else { panic!("expected a redirect") };
        assert!(url.contains("state=%0D%0ASet-Cookie"));
    }

    #[test]
    fn a_form_keeps_values_for_the_page_to_escape() {
        let delivery = response("https://rp.example/cb?a=1", Place::Form, Some("\"><script>")).deliver(ISSUER);
        let Delivery::FormPost { action, fields } = delivery else { panic!("expected a form") };
        assert_eq!(action, "https://rp.example/cb?a=1");
        assert!(fields.contains(&("state", "\"><script>".to_owned())));
    }

    #[test]
    fn of_a_signed_response_nothing_travels_outside() {
        let delivery = response("https://rp.example/cb", Place::Fragment, Some("x")).deliver_signed("a.b.c".to_owned());
        assert_eq!(delivery, Delivery::Redirect("https://rp.example/cb#response=a.b.c".to_owned()));
    }

    #[test]
    fn tokens_come_with_their_type_life_and_scope_and_none_comes_with_nothing() {
        let granted = Granted {
            code: None,
            access_token: Some(FrontChannelToken {
                value: Secret::new("t"),
                token_type: "Bearer",
                expires_in: 600,
                scope: "openid email".to_owned(),
            }),
            id_token: Some(Secret::new("i")),
            session_state: Some("hash.salt".to_owned()),
        };
        let names: Vec<&str> = granted.fields().into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["access_token", "token_type", "expires_in", "scope", "id_token", "session_state"]);
        assert!(Granted::default().fields().is_empty());
    }
}
