//! Form and query parameters of OAuth requests. RFC 6749 §3.1 and §3.2, appendix B.
//! Empty is absent, unknown is ignored, a known parameter comes once.

use super::error::OAuthError;

/// The names of all parameters that any endpoint reads; these may not be repeated.
const KNOWN: &[&str] = &[
    "access_token",
    "acr_values",
    "actor_token",
    "actor_token_type",
    "auth_req_id",
    "authorization_details",
    "binding_message",
    "claims",
    "claims_locales",
    "client_assertion",
    "client_assertion_type",
    "client_id",
    "client_notification_token",
    "client_secret",
    "code",
    "code_challenge",
    "code_challenge_method",
    "code_verifier",
    "device_code",
    "display",
    "dpop_jkt",
    "grant_type",
    "id_token_hint",
    "login_hint",
    "login_hint_token",
    "logout_hint",
    "max_age",
    "nonce",
    "post_logout_redirect_uri",
    "prompt",
    "redirect_uri",
    "refresh_token",
    "registration",
    "request",
    "request_uri",
    "requested_expiry",
    "requested_token_type",
    "response_mode",
    "response_type",
    "scope",
    "state",
    "subject_token",
    "subject_token_type",
    "token",
    "token_type_hint",
    "ui_locales",
    "user_code",
];

/// The parameters that may come several times.
/// [RFC 8707 §2](https://www.rfc-editor.org/rfc/rfc8707#section-2), [RFC 8693 §2.1](https://www.rfc-editor.org/rfc/rfc8693#section-2.1)
const REPEATABLE: [&str; 2] = ["resource", "audience"];

/// Longest value of one parameter; a `state` of 4 KiB must come back intact.
const LONGEST_VALUE: usize = 8 * 1024;
/// The parameter that holds a whole request and may be as long as one.
const WHOLE_REQUEST: &str = "request";
/// Longest request, all parameters together and still encoded.
const LONGEST_REQUEST: usize = 64 * 1024;
/// Most parameters in one request, known or not.
const MOST_PARAMETERS: usize = 200;

/// The known parameters of one request, decoded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Params {
    values: Vec<(&'static str, String)>,
    repeated: Vec<&'static str>,
}

impl Params {
    /// Read `application/x-www-form-urlencoded` texts: the query, the body, or both as one request.
    /// Bad encoding, NUL and excessive size are refused; repeated parameters are noted, so that an
    /// endpoint that already trusts a redirection URI can say so there (see [`Self::refuse_repeated`]).
    pub fn parse(sources: &[&[u8]]) -> Result<Self, OAuthError> {
        if sources.iter().map(|source| source.len()).sum::<usize>() > LONGEST_REQUEST {
            return Err(OAuthError::invalid_request("the request is too large"));
        }
        let mut params = Self::default();
        let pieces = sources.iter().flat_map(|source| source.split(|byte| *byte == b'&'));
        for (count, piece) in pieces.filter(|piece| !piece.is_empty()).enumerate() {
            if count == MOST_PARAMETERS {
                return Err(OAuthError::invalid_request("too many parameters"));
            }
            let (name, value) = match piece.iter().position(|byte| *byte == b'=') {
                Some(at) => (&piece[..at], &piece[at + 1..]),
                None => (piece, &piece[..0]),
            };
            params.add(&decode(name)?, decode(value)?)?;
        }
        Ok(params)
    }

    /// Like [`Self::parse`], for endpoints that answer in JSON: a repeated parameter is refused at once.
    pub fn parse_strict(sources: &[&[u8]]) -> Result<Self, OAuthError> {
        let params = Self::parse(sources)?;
        params.refuse_repeated()?;
        Ok(params)
    }

    /// The value, if the parameter came exactly once and is not empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        debug_assert!(KNOWN.contains(&name), "{name} is not in the table of parameters");
        if self.repeated.contains(&name) {
            return None;
        }
        self.values.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }

    /// The value, or `invalid_request` naming what is missing.
    pub fn required(&self, name: &'static str) -> Result<&str, OAuthError> {
        self.get(name).ok_or_else(|| OAuthError::invalid_request(format!("{name} is missing")))
    }

    /// All values of `resource`, in order.
    pub fn resources(&self) -> impl Iterator<Item = &str> {
        self.several("resource")
    }

    /// All values of `audience`, in order.
    pub fn audiences(&self) -> impl Iterator<Item = &str> {
        self.several("audience")
    }

    fn several(&self, repeatable: &'static str) -> impl Iterator<Item = &str> {
        self.values.iter().filter(move |(name, _)| *name == repeatable).map(|(_, value)| value.as_str())
    }

    /// Whether the parameter came more than once: then none of its values is believed.
    pub fn is_repeated(&self, name: &str) -> bool {
        self.repeated.contains(&name)
    }

    /// [RFC 6749 §3.1](https://www.rfc-editor.org/rfc/rfc6749#section-3.1): parameters must not be included more than once.
    pub fn refuse_repeated(&self) -> Result<(), OAuthError> {
        match self.repeated.first() {
            Some(name) => Err(OAuthError::invalid_request(format!("{name} is included more than once"))),
            None => Ok(()),
        }
    }

    /// Parameters that did not come as a form. Unknown names are ignored here too.
    pub fn from_pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, String)>) -> Result<Self, OAuthError> {
        let mut params = Self::default();
        for (name, value) in pairs {
            params.add(name, value)?;
        }
        Ok(params)
    }

    /// Those of the parameters that have one of these names.
    #[must_use]
    pub fn only(&self, names: &[&str]) -> Self {
        let mut params = self.clone();
        params.values.retain(|(name, _)| names.contains(name));
        params.repeated.retain(|name| names.contains(name));
        params
    }

    /// The same with this value of a parameter, whatever it was before.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        debug_assert!(KNOWN.contains(&name), "{name} is not in the table of parameters");
        self.values.retain(|(known, _)| *known != name);
        self.repeated.retain(|known| *known != name);
        self.values.push((name, value.to_owned()));
        self
    }

    /// The same parameters as one form text: how a request in progress is kept on the server.
    pub fn to_form(&self) -> String {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(&self.values);
        form.finish()
    }

    fn add(&mut self, name: &str, value: String) -> Result<(), OAuthError> {
        let known = KNOWN.iter().chain(&REPEATABLE).find(|known| **known == name);
        let Some(name) = known.copied() else { return Ok(()) };
        let longest = if name == WHOLE_REQUEST { LONGEST_REQUEST } else { LONGEST_VALUE };
        if value.len() > longest {
            return Err(OAuthError::invalid_request(format!("{name} is too long")));
        }
        if value.contains('\0') {
            return Err(OAuthError::invalid_request(format!("{name} contains a NUL character")));
        }
        if value.is_empty() {
            return Ok(());
        }
        if !REPEATABLE.contains(&name) && self.values.iter().any(|(known, _)| *known == name) {
            self.repeated.push(name);
        }
        self.values.push((name, value));
        Ok(())
    }
}

/// Percent-decoding that refuses what others would guess at: a lone `%` and bytes that are not UTF-8.
pub(super) fn decode(text: &[u8]) -> Result<String, OAuthError> {
    let malformed = || OAuthError::invalid_request("a parameter is not encoded as a form in UTF-8");
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.iter();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let (high, low) = (rest.next().and_then(hex), rest.next().and_then(hex));
                high.zip(low).map(|(high, low)| high * 16 + low).ok_or_else(malformed)?
            }
            other => *other,
        });
    }
    String::from_utf8(bytes).map_err(|_| malformed())
}

fn hex(byte: &u8) -> Option<u8> {
    char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_decoded_empty_is_absent_and_unknown_is_ignored() {
        let params = Params::parse(&[b"state=a%20b+c%26&scope=&extra=1&extra=2&nonce"]).unwrap();
        assert_eq!(params.get("state"), Some("a b c&"));
        assert_eq!(params.get("scope"), None);
        assert_eq!(params.get("nonce"), None);
        assert!(params.refuse_repeated().is_ok());
    }

    #[test]
    fn a_repeated_parameter_has_no_value_even_across_query_and_body() {
        let params = Params::parse(&[b"state=1&scope=openid", b"state=2"]).unwrap();
        assert_eq!(params.get("state"), None);
        assert!(params.is_repeated("state"));
        assert_eq!(params.get("scope"), Some("openid"));
        assert!(params.refuse_repeated().unwrap_err().description().contains("state"));
        assert!(Params::parse_strict(&[b"code=1&code=1"]).is_err());
    }

    #[test]
    fn resource_may_be_repeated() {
        let params = Params::parse_strict(&[b"resource=https%3A%2F%2Fa&resource=https%3A%2F%2Fb"]).unwrap();
        assert_eq!(params.resources().collect::<Vec<_>>(), ["https://a", "https://b"]);
    }

    #[test]
    fn bad_encodings_and_sizes_are_refused() {
        for bad in ["state=%ff", "state=%0", "state=%zz", "state=%00", "%ff=1", "state=\u{0}"] {
            assert!(Params::parse(&[bad.as_bytes()]).is_err(), "{bad:?}");
        }
        assert!(Params::parse(&[format!("state={}", "x".repeat(4096)).as_bytes()]).is_ok());
        assert!(Params::parse(&[format!("state={}", "x".repeat(8193)).as_bytes()]).is_err());
        assert!(Params::parse(&["x=1&".repeat(201).as_bytes()]).is_err());
    }

    #[test]
    fn a_request_object_may_be_longer_than_other_values() {
        assert!(Params::parse(&[format!("request={}", "x".repeat(60_000)).as_bytes()]).is_ok());
        assert!(Params::parse(&[format!("request={}", "x".repeat(65_536)).as_bytes()]).is_err());
    }

    #[test]
    fn one_value_is_replaced_and_the_rest_can_be_left_out() {
        let params = Params::parse(&[b"state=1&state=2&client_id=a&client_secret=b"]).unwrap();
        let kept = params.only(&["state", "client_id"]).with("state", "3");
        assert_eq!((kept.get("state"), kept.get("client_id"), kept.get("client_secret")), (Some("3"), Some("a"), None));
        assert!(kept.refuse_repeated().is_ok() && params.only(&["state"]).refuse_repeated().is_err());
    }

    #[test]
    fn the_form_reads_back_as_the_same_parameters() {
        let params = Params::parse(&["state=%E6%97%A5+%26&resource=a&resource=b&max_age=0".as_bytes()]).unwrap();
        assert_eq!(Params::parse(&[params.to_form().as_bytes()]).unwrap(), params);
    }
}
