//! The authorization response: query, fragment or a form that posts itself, always with `state` and `iss`.
//! RFC 6749 §4.1.2, RFC 9207 §2, OAuth 2.0 Form Post Response Mode.

use crate::base::secret::Secret;
use crate::oidc::client::RedirectUri;
use crate::oidc::error::OAuthError;
use crate::oidc::response_mode::ResponseMode;

/// What the client is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// An authorization code.
    Code(Secret),
    /// An error.
    Error(OAuthError),
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
        fields: Vec<(&'static str, String)>,
    },
}

pub(super) fn render(
    redirect_uri: &RedirectUri,
    mode: ResponseMode,
    state: Option<&str>,
    issuer: &str,
    answer: &Answer,
) -> Delivery {
    let mut fields = match answer {
        Answer::Code(code) => vec![("code", code.expose().to_owned())],
        Answer::Error(error) => {
            vec![("error", error.code.as_str().to_owned()), ("error_description", error.description().to_owned())]
        }
    };
    fields.extend(state.map(|state| ("state", state.to_owned())));
    fields.push(("iss", issuer.to_owned()));
    let uri = redirect_uri.as_str();
    match mode {
        ResponseMode::FormPost => Delivery::FormPost { action: uri.to_owned(), fields },
        ResponseMode::Fragment => Delivery::Redirect(format!("{uri}#{}", encode(&fields))),
        ResponseMode::Query => {
            // The registered query stays as it is (RFC 6749 §3.1.2).
            let joint = match uri {
                _ if uri.ends_with(['?', '&']) => "",
                _ if uri.contains('?') => "&",
                _ => "?",
            };
            Delivery::Redirect(format!("{uri}{joint}{}", encode(&fields)))
        }
    }
}

fn encode(fields: &[(&'static str, String)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(uri: &str, mode: ResponseMode, state: Option<&str>) -> Delivery {
        let uri = RedirectUri::from_stored(uri.to_owned());
        render(&uri, mode, state, "https://id.example", &Answer::Code(Secret::new("abc")))
    }

    #[test]
    fn state_and_issuer_come_back_in_every_mode() {
        let tail = "code=abc&state=a+%26b&iss=https%3A%2F%2Fid.example";
        for (uri, mode, expected) in [
            ("https://rp.example/cb", ResponseMode::Query, format!("https://rp.example/cb?{tail}")),
            ("https://rp.example/cb?a=1", ResponseMode::Query, format!("https://rp.example/cb?a=1&{tail}")),
            ("https://rp.example/cb", ResponseMode::Fragment, format!("https://rp.example/cb#{tail}")),
        ] {
            assert_eq!(answer(uri, mode, Some("a &b")), Delivery::Redirect(expected));
        }
    }

    #[test]
    fn line_breaks_in_state_stay_encoded() {
        let Delivery::Redirect(url) = answer("https://rp.example/cb", ResponseMode::Query, Some("\r\nSet-Cookie: x"))
        else {
            panic!("expected a redirect")
        };
        assert!(url.contains("state=%0D%0ASet-Cookie"));
    }

    #[test]
    fn a_form_keeps_values_for_the_page_to_escape() {
        let Delivery::FormPost { action, fields } =
            answer("https://rp.example/cb?a=1", ResponseMode::FormPost, Some("\"><script>"))
        else {
            panic!("expected a form")
        };
        assert_eq!(action, "https://rp.example/cb?a=1");
        assert!(fields.contains(&("state", "\"><script>".to_owned())));
    }
}
