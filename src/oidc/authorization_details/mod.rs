//! `authorization_details`: what is asked for and granted in detail. RFC 9396 (everything but metadata of resources of
//! others; one type, `product_ownership`).
//!
//! # Decisions
//! - What is asked for names wishes: one element may mean several units. What is granted has one element for each
//!   unit that the person chose, with its `identifier`, and neither `models` nor `purpose`, which were about choosing.
//! - Scope and details add up. A token may do what its scope allows with every unit, and what its details allow with
//!   the units they name; details alone, without any scope, are enough.

mod choice;
mod product_ownership;

use serde_json::Value;

pub use choice::{Candidate, settle};
pub use product_ownership::{Action, Datatype, ProductOwnership, Wish};

use super::client::Client;
use super::error::OAuthError;

/// Longest list, as text.
const LONGEST: usize = 8 * 1024;
/// Most elements of one request. Each is a question to a person.
const MOST_ASKED: usize = 5;
/// Most units that one grant names: they travel in every access token.
pub const MOST_GRANTED: usize = 20;

/// The types that this server knows.
pub const TYPES: [&str; 1] = [product_ownership::TYPE];

/// A list of wishes, or of what was granted of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuthorizationDetails(Vec<ProductOwnership>);

/// Nothing in detail.
pub static NO_DETAILS: AuthorizationDetails = AuthorizationDetails(Vec::new());

impl AuthorizationDetails {
    /// Read the parameter of an authorization request. `registry` is the only resource that knows the type.
    /// [RFC 9396 §5](https://www.rfc-editor.org/rfc/rfc9396#section-5)
    pub fn asked(text: Option<&str>, client: &Client, registry: &str) -> Result<Self, OAuthError> {
        let asked = Self::parse(text, registry, MOST_ASKED)?;
        if !asked.is_empty() && !client.metadata.targets.has_details_type(product_ownership::TYPE) {
            return Err(refused("the client is not registered for this type of authorization_details"));
        }
        Ok(asked)
    }

    /// A client that has lost a type since loses what was granted with it, as it does with a scope.
    pub fn still_allowed(&self, client: &Client) -> Result<(), OAuthError> {
        if self.is_empty() || client.metadata.targets.has_details_type(product_ownership::TYPE) {
            return Ok(());
        }
        Err(OAuthError::invalid_grant("the client may no longer have what was granted"))
    }

    /// Read the parameter of a token request, which can only narrow.
    /// [RFC 9396 §6](https://www.rfc-editor.org/rfc/rfc9396#section-6)
    pub fn narrowing(text: Option<&str>, registry: &str) -> Result<Option<Self>, OAuthError> {
        text.map(|text| Self::parse(Some(text), registry, MOST_GRANTED)).transpose()
    }

    /// The part of a grant that is asked for now; all of it where nothing is said. What was not granted is refused.
    pub fn narrowed(&self, asked: Option<&Self>) -> Result<Self, OAuthError> {
        let Some(asked) = asked else { return Ok(self.clone()) };
        let mut narrowed = Vec::new();
        for wish in &asked.0 {
            let before = narrowed.len();
            narrowed.extend(self.0.iter().filter_map(|granted| granted.narrowed(wish)));
            if narrowed.len() == before {
                return Err(refused("authorization_details is wider than what was granted"));
            }
        }
        if narrowed.len() > MOST_GRANTED {
            return Err(refused("authorization_details has too many elements"));
        }
        Ok(Self(narrowed))
    }

    /// The part that concerns an audience. [RFC 9396 §9](https://www.rfc-editor.org/rfc/rfc9396#section-9)
    #[must_use]
    pub fn for_audience(&self, audience: &[String]) -> Self {
        Self(self.0.iter().filter(|detail| audience.contains(&detail.location)).cloned().collect())
    }

    /// What was stored by us.
    pub fn from_stored(text: &str) -> Option<Self> {
        match serde_json::from_str(text).ok()? {
            Value::Array(list) => Self::from_values(&list),
            _ => None,
        }
    }

    /// What a token of ours carries.
    pub fn from_values(list: &[Value]) -> Option<Self> {
        list.iter().map(ProductOwnership::from_json).collect::<Option<_>>().map(Self)
    }

    /// The elements.
    pub fn iter(&self) -> impl Iterator<Item = &ProductOwnership> {
        self.0.iter()
    }

    /// How many elements there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether nothing is asked for.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The elements as JSON.
    pub fn to_values(&self) -> Vec<Value> {
        self.0.iter().map(ProductOwnership::to_json).collect()
    }

    /// The list as JSON text.
    pub fn to_json(&self) -> String {
        Value::Array(self.to_values()).to_string()
    }

    fn parse(text: Option<&str>, registry: &str, most: usize) -> Result<Self, OAuthError> {
        let Some(text) = text else { return Ok(Self::default()) };
        let malformed = || refused("authorization_details is not a list of objects, each with a type");
        let list = (text.len() <= LONGEST).then(|| crate::jose::json::array(text.as_bytes())).flatten();
        let list = list.ok_or_else(malformed)?;
        if list.len() > most {
            return Err(refused("authorization_details has too many elements"));
        }
        let read = |value: &Value| match value.get("type") {
            Some(Value::String(name)) if *name == product_ownership::TYPE => ProductOwnership::read(value, registry),
            Some(Value::String(_)) => Err(refused("authorization_details has a type that is not known here")),
            _ => Err(malformed()),
        };
        list.iter().map(read).collect::<Result<_, _>>().map(Self)
    }
}

fn refused(sentence: &'static str) -> OAuthError {
    OAuthError::invalid_authorization_details(sentence)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::oidc::client::tests::with;

    const REGISTRY: &str = "https://id.example/registry/v1";

    fn client() -> Client {
        with(r#"{"redirect_uris": ["https://rp.example/cb"], "authorization_details_types": ["product_ownership"]}"#)
    }

    fn asked(value: &Value) -> Result<AuthorizationDetails, OAuthError> {
        AuthorizationDetails::asked(Some(&value.to_string()), &client(), REGISTRY)
    }

    fn granted(units: &[&str]) -> AuthorizationDetails {
        let actions = json!(["read_unit", "read_cover"]);
        let element = |unit: &&str| {
            json!({"type": "product_ownership", "locations": [REGISTRY], "actions": actions,
                   "datatypes": ["model", "cover"], "identifier": unit})
        };
        AuthorizationDetails::from_values(&units.iter().map(element).collect::<Vec<_>>()).unwrap()
    }

    fn narrowed(of: &AuthorizationDetails, text: &Value) -> Result<AuthorizationDetails, OAuthError> {
        let text = text.to_string();
        of.narrowed(AuthorizationDetails::narrowing(Some(&text), REGISTRY)?.as_ref())
    }

    #[test]
    fn what_is_no_list_of_known_types_is_refused() {
        for bad in
            ["", "{}", "[1]", r#"[{"type": 1}]"#, r#"[{"no": "type"}]"#, r#"[{"type":"a","type":"b"}]"#, "[null]"]
        {
            let error = AuthorizationDetails::asked(Some(bad), &client(), REGISTRY).unwrap_err();
            assert_eq!(error.code.as_str(), "invalid_authorization_details", "{bad}");
        }
        assert!(asked(&json!([{"type": "payment_initiation", "actions": ["read_unit"]}])).is_err());
        assert!(asked(&json!([{"type": "product_ownership", "actions": ["read_unit"]}])).is_ok());
        assert!(AuthorizationDetails::asked(None, &client(), REGISTRY).unwrap().is_empty());
        let many = vec![json!({"type": "product_ownership", "actions": ["read_unit"]}); MOST_ASKED + 1];
        assert!(asked(&Value::Array(many)).is_err());
    }

    #[test]
    fn a_client_must_be_registered_for_the_type() {
        let other = with(r#"{"redirect_uris": ["https://rp.example/cb"]}"#);
        let text = r#"[{"type": "product_ownership", "actions": ["read_unit"]}]"#;
        let error = AuthorizationDetails::asked(Some(text), &other, REGISTRY).unwrap_err();
        assert_eq!(error.code.as_str(), "invalid_authorization_details");
        assert!(AuthorizationDetails::asked(None, &other, REGISTRY).is_ok());
        assert!(AuthorizationDetails::asked(Some("[]"), &other, REGISTRY).is_ok());
    }

    #[test]
    fn a_grant_can_become_narrower_and_never_wider_a049() {
        let both = granted(&["u_a", "u_b"]);
        assert_eq!(both.narrowed(None).unwrap(), both);
        let read = json!([{"type": "product_ownership", "actions": ["read_unit"], "identifier": "u_b"}]);
        let one = narrowed(&both, &read).unwrap();
        assert_eq!(
            one.to_values(),
            [json!({"type": "product_ownership", "locations": [REGISTRY],
            "actions": ["read_unit"], "datatypes": ["model"], "identifier": "u_b"})]
        );
        // Without an identifier every unit is meant.
        let every = narrowed(&both, &json!([{"type": "product_ownership", "actions": ["read_cover"]}])).unwrap();
        assert_eq!(every.len(), 2);
        assert!(narrowed(&both, &json!([])).unwrap().is_empty());
        for wider in [
            json!({"actions": ["read_unit"], "identifier": "u_c"}),
            json!({"actions": ["read_unit"], "datatypes": ["model", "serial"], "identifier": "u_a"}),
            json!({"actions": ["read_unit", "delete"]}),
            json!({"actions": ["read_unit"], "models": ["X100"]}),
        ] {
            let mut element = wider.clone();
            element["type"] = json!("product_ownership");
            let error = narrowed(&both, &json!([element])).unwrap_err();
            assert_eq!(error.code.as_str(), "invalid_authorization_details", "{wider}");
        }
        let nothing = AuthorizationDetails::default();
        assert!(narrowed(&nothing, &json!([{"type": "product_ownership", "actions": ["read_unit"]}])).is_err());
    }

    #[test]
    fn only_the_audience_that_knows_a_detail_gets_it() {
        let details = granted(&["u_a"]);
        assert_eq!(details.for_audience(&["https://id.example".to_owned(), REGISTRY.to_owned()]), details);
        assert!(details.for_audience(&["https://id.example".to_owned()]).is_empty());
        assert_eq!(AuthorizationDetails::from_stored(&details.to_json()), Some(details));
    }
}
