//! `product_ownership`: single units that a person holds, each chosen by them. RFC 9396 §2; the type is our own.
//!
//! ```json
//! {"type": "product_ownership", "locations": ["https://id.example/registry/v1"],
//!  "actions": ["read_unit", "read_cover"], "datatypes": ["model", "serial", "cover"],
//!  "models": ["X100"], "purpose": "Remote diagnosis of your air conditioner"}
//! ```
//!
//! `actions` says which operations of the registry API are called: `read_unit` for a unit, `read_cover` for its cover.
//! `datatypes` says how much they tell: `model`, `serial`, `cover`. Absent, it is the least that the actions need.
//! `models` narrows what can be chosen, `identifier` (a `unit_ref`) asks for one unit again, and `purpose` is shown
//! to the person as the words of the application.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::base::text::is_storable;
use crate::oidc::error::OAuthError;

/// The name of the type.
pub(super) const TYPE: &str = "product_ownership";

/// Most models in one element.
const MOST_MODELS: usize = 20;
/// Longest model number or identifier.
const LONGEST_NAME: usize = 64;
/// Longest purpose, in characters: a sentence.
const LONGEST_PURPOSE: usize = 200;

/// An operation of the registry API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// `GET /me/units`, `GET /me/units/{unit_ref}`
    ReadUnit,
    /// `GET /me/units/{unit_ref}/cover`
    ReadCover,
}

/// How much is told about a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Datatype {
    /// What it is, since when it is held, and whether any cover is in force.
    Model,
    /// Its serial number, the day of purchase and the dealer.
    Serial,
    /// The cover of each component.
    Cover,
}

/// What is wished for, whichever unit it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// What is to be done.
    pub actions: BTreeSet<Action>,
    /// How much is to be told.
    pub datatypes: BTreeSet<Datatype>,
    /// For what, in the application's own words.
    pub purpose: Option<String>,
}

/// One element: a wish, and the units it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProductOwnership {
    /// The resource that it is for.
    pub location: String,
    /// What is wished for.
    pub wish: Wish,
    /// The model numbers to choose from; empty means any.
    pub models: Vec<String>,
    /// The one unit that is meant, as the client's sector knows it.
    pub identifier: Option<String>,
}

impl Action {
    /// Every action.
    pub const ALL: [Self; 2] = [Self::ReadUnit, Self::ReadCover];

    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ReadUnit => "read_unit",
            Self::ReadCover => "read_cover",
        }
    }

    /// The action of that word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.as_str() == word)
    }

    /// What it cannot do without.
    const fn needs(self) -> Datatype {
        match self {
            Self::ReadUnit => Datatype::Model,
            Self::ReadCover => Datatype::Cover,
        }
    }

    /// Whether it tells this.
    const fn tells(self, datatype: Datatype) -> bool {
        match self {
            Self::ReadUnit => true,
            Self::ReadCover => matches!(datatype, Datatype::Cover),
        }
    }
}

impl Datatype {
    /// Every datatype.
    pub const ALL: [Self; 3] = [Self::Model, Self::Serial, Self::Cover];

    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Model => "model",
            Self::Serial => "serial",
            Self::Cover => "cover",
        }
    }

    /// The datatype of that word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|datatype| datatype.as_str() == word)
    }
}

impl Wish {
    /// Whether who allowed this allowed the other too. A purpose counts only for itself.
    pub fn covers(&self, other: &Self) -> bool {
        self.purpose == other.purpose && self.reaches(other)
    }

    /// Whether no more is done or told by the other.
    pub fn reaches(&self, other: &Self) -> bool {
        self.actions.is_superset(&other.actions) && self.datatypes.is_superset(&other.datatypes)
    }

    /// As text that is the same for the same wish.
    pub fn to_stored(&self) -> String {
        let mut members = Map::new();
        self.put(&mut members);
        if let Some(purpose) = &self.purpose {
            members.insert("purpose".to_owned(), json!(purpose));
        }
        Value::Object(members).to_string()
    }

    /// What was stored by us.
    pub fn from_stored(text: &str) -> Option<Self> {
        let value: Value = serde_json::from_str(text).ok()?;
        Self::from_json(&value)
    }

    fn put(&self, members: &mut Map<String, Value>) {
        let actions: Vec<&str> = self.actions.iter().map(|action| action.as_str()).collect();
        let datatypes: Vec<&str> = self.datatypes.iter().map(|datatype| datatype.as_str()).collect();
        members.insert("actions".to_owned(), json!(actions));
        members.insert("datatypes".to_owned(), json!(datatypes));
    }

    fn from_json(value: &Value) -> Option<Self> {
        let words = |name: &str| value.get(name)?.as_array()?.iter().map(Value::as_str).collect::<Option<Vec<_>>>();
        Some(Self {
            actions: words("actions")?.into_iter().map(Action::from_word).collect::<Option<_>>()?,
            datatypes: words("datatypes")?.into_iter().map(Datatype::from_word).collect::<Option<_>>()?,
            purpose: value.get("purpose").and_then(Value::as_str).map(str::to_owned),
        })
    }
}

impl ProductOwnership {
    /// Read an element of a request. What the type does not define is refused.
    pub(super) fn read(value: &Value, registry: &str) -> Result<Self, OAuthError> {
        const KNOWN: [&str; 7] = ["type", "locations", "actions", "datatypes", "models", "identifier", "purpose"];
        let members = value.as_object().ok_or_else(|| wrong("an element", "is not an object"))?;
        if members.keys().any(|name| !KNOWN.contains(&name.as_str())) {
            return Err(wrong("an element", "has a member that product_ownership does not have"));
        }
        if let Some(locations) = texts(members, "locations", 1)?
            && locations != [registry]
        {
            return Err(wrong("locations", "must name the registry API and nothing else"));
        }
        let models = texts(members, "models", MOST_MODELS)?.unwrap_or_default();
        Ok(Self {
            location: registry.to_owned(),
            wish: wish(members)?,
            models: models.into_iter().map(str::to_owned).collect(),
            identifier: text(members, "identifier", LONGEST_NAME)?.map(str::to_owned),
        })
    }

    /// The same for one unit, as it is granted.
    #[must_use]
    pub fn granted(&self, unit_ref: String) -> Self {
        Self {
            location: self.location.clone(),
            wish: Wish { purpose: None, ..self.wish.clone() },
            models: Vec::new(),
            identifier: Some(unit_ref),
        }
    }

    /// As much of this grant as is asked for now; `None` if the question is about something else or more.
    pub(super) fn narrowed(&self, asked: &Self) -> Option<Self> {
        let is_meant = asked.identifier.is_none() || asked.identifier == self.identifier;
        // Which model a granted unit is of is not written in the grant.
        let is_narrower = asked.models.is_empty() && asked.location == self.location && self.wish.reaches(&asked.wish);
        let wish = Wish { purpose: None, ..asked.wish.clone() };
        (is_meant && is_narrower).then(|| Self { wish, ..self.clone() })
    }

    pub(super) fn to_json(&self) -> Value {
        let mut members = Map::new();
        members.insert("type".to_owned(), json!(TYPE));
        members.insert("locations".to_owned(), json!([self.location]));
        self.wish.put(&mut members);
        if !self.models.is_empty() {
            members.insert("models".to_owned(), json!(self.models));
        }
        if let Some(identifier) = &self.identifier {
            members.insert("identifier".to_owned(), json!(identifier));
        }
        if let Some(purpose) = &self.wish.purpose {
            members.insert("purpose".to_owned(), json!(purpose));
        }
        Value::Object(members)
    }

    pub(super) fn from_json(value: &Value) -> Option<Self> {
        let first = |name: &str| value.get(name)?.as_array()?.first()?.as_str();
        let models = value.get("models").and_then(Value::as_array);
        Some(Self {
            location: first("locations").filter(|_| value["type"] == TYPE)?.to_owned(),
            wish: Wish::from_json(value)?,
            models: models.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect(),
            identifier: value.get("identifier").and_then(Value::as_str).map(str::to_owned),
        })
    }
}

/// Actions and datatypes that fit each other: nothing is asked for that no action would tell.
fn wish(members: &Map<String, Value>) -> Result<Wish, OAuthError> {
    let actions = words(members, "actions", Action::from_word)?.unwrap_or_default();
    if actions.is_empty() {
        return Err(wrong("actions", "must say what is to be done"));
    }
    let needed: BTreeSet<Datatype> = actions.iter().map(|action| action.needs()).collect();
    let datatypes = words(members, "datatypes", Datatype::from_word)?.unwrap_or_else(|| needed.clone());
    if !datatypes.is_superset(&needed) {
        return Err(wrong("datatypes", "lacks what the actions need: model for read_unit, cover for read_cover"));
    }
    if datatypes.iter().any(|datatype| !actions.iter().any(|action| action.tells(*datatype))) {
        return Err(wrong("datatypes", "has something that none of the actions tells"));
    }
    let purpose = match members.get("purpose") {
        None => None,
        Some(Value::String(purpose)) => {
            let letters = purpose.chars().count();
            let is_line = is_storable(purpose, false) && !purpose.contains(turns_text);
            if !is_line || letters > LONGEST_PURPOSE || purpose.trim().is_empty() {
                return Err(wrong("purpose", "must be a line of 1 to 200 characters"));
            }
            Some(purpose.trim().to_owned())
        }
        Some(_) => return Err(wrong("purpose", "must be a string")),
    };
    Ok(Wish { actions, datatypes, purpose })
}

/// Marks that turn the direction of writing could make the sentence say something else than it does.
fn turns_text(c: char) -> bool {
    matches!(c, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

fn words<T: Ord>(
    members: &Map<String, Value>,
    name: &str,
    read: impl Fn(&str) -> Option<T>,
) -> Result<Option<BTreeSet<T>>, OAuthError> {
    let Some(list) = texts(members, name, 8)? else { return Ok(None) };
    let read = |word| read(word).ok_or_else(|| wrong(name, "has a value that product_ownership does not have"));
    list.into_iter().map(read).collect::<Result<_, _>>().map(Some)
}

fn texts<'a>(members: &'a Map<String, Value>, name: &str, most: usize) -> Result<Option<Vec<&'a str>>, OAuthError> {
    let malformed = || wrong(name, "must be a list of short strings");
    match members.get(name) {
        None => Ok(None),
        Some(Value::Array(list)) if (1..=most).contains(&list.len()) => {
            let texts = list.iter().map(|value| value.as_str().filter(|text| is_name(text)));
            texts.collect::<Option<_>>().map(Some).ok_or_else(malformed)
        }
        Some(_) => Err(malformed()),
    }
}

fn text<'a>(members: &'a Map<String, Value>, name: &str, longest: usize) -> Result<Option<&'a str>, OAuthError> {
    match members.get(name) {
        None => Ok(None),
        Some(Value::String(text)) if is_name(text) && text.chars().count() <= longest => Ok(Some(text)),
        Some(_) => Err(wrong(name, "must be a short string")),
    }
}

/// Locations are the longest: an issuer and a path.
fn is_name(text: &str) -> bool {
    !text.is_empty() && text.len() <= 512 && is_storable(text, false)
}

fn wrong(name: &str, what: &str) -> OAuthError {
    OAuthError::invalid_authorization_details(format!("{name} {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const REGISTRY: &str = "https://id.example/registry/v1";

    fn read(value: &Value) -> Result<ProductOwnership, OAuthError> {
        ProductOwnership::read(value, REGISTRY)
    }

    fn words(value: &Value, name: &str) -> Value {
        read(value).unwrap().to_json()[name].clone()
    }

    #[test]
    fn datatypes_are_the_least_that_the_actions_need() {
        assert_eq!(words(&json!({"actions": ["read_unit"]}), "datatypes"), json!(["model"]));
        assert_eq!(words(&json!({"actions": ["read_cover"]}), "datatypes"), json!(["cover"]));
        let both =
            json!({"actions": ["read_cover", "read_unit", "read_unit"], "datatypes": ["serial", "cover", "model"]});
        assert_eq!(words(&both, "actions"), json!(["read_unit", "read_cover"]));
        assert_eq!(words(&both, "datatypes"), json!(["model", "serial", "cover"]));
    }

    #[test]
    fn what_the_type_does_not_define_is_refused() {
        for bad in [
            json!({}),
            json!({"actions": []}),
            json!({"actions": "read_unit"}),
            json!({"actions": ["open_case"]}),
            json!({"actions": ["read_unit", 1]}),
            json!({"actions": ["read_unit"], "datatypes": ["cover"]}),
            json!({"actions": ["read_cover"], "datatypes": ["cover", "serial"]}),
            json!({"actions": ["read_unit"], "datatypes": ["model", "address"]}),
            json!({"actions": ["read_unit"], "datatypes": []}),
            json!({"actions": ["read_unit"], "privileges": ["admin"]}),
            json!({"actions": ["read_unit"], "locations": ["https://id.example/api/v1"]}),
            json!({"actions": ["read_unit"], "locations": [REGISTRY, "https://other.example"]}),
            json!({"actions": ["read_unit"], "locations": REGISTRY}),
            json!({"actions": ["read_unit"], "models": [""]}),
            json!({"actions": ["read_unit"], "models": vec!["X"; 21]}),
            json!({"actions": ["read_unit"], "identifier": ["u_1"]}),
            json!({"actions": ["read_unit"], "identifier": "u".repeat(65)}),
            json!({"actions": ["read_unit"], "purpose": ""}),
            json!({"actions": ["read_unit"], "purpose": "two\nlines"}),
            json!({"actions": ["read_unit"], "purpose": "あ".repeat(201)}),
            json!({"actions": ["read_unit"], "purpose": "a\u{202E}b"}),
            json!({"actions": ["read_unit"], "purpose": {"ja": "x"}}),
        ] {
            let error = read(&bad).unwrap_err();
            assert_eq!(error.code.as_str(), "invalid_authorization_details", "{bad}");
        }
        assert!(read(&json!({"actions": ["read_unit"], "locations": [REGISTRY], "purpose": "あ".repeat(200)})).is_ok());
    }

    #[test]
    fn a_wish_covers_what_does_no_more_for_the_same_purpose() {
        let wish = |value: Value| read(&value).unwrap().wish;
        let all = wish(json!({"actions": ["read_unit", "read_cover"], "datatypes": ["model", "serial", "cover"]}));
        let some = wish(json!({"actions": ["read_unit"], "datatypes": ["model", "cover"]}));
        assert!(all.covers(&some) && all.covers(&all) && !some.covers(&all));
        let other = wish(json!({"actions": ["read_unit"], "purpose": "Sales"}));
        assert!(!all.covers(&other) && all.reaches(&other));
        assert_eq!(Wish::from_stored(&other.to_stored()), Some(other));
    }

    #[test]
    fn what_is_granted_names_the_unit_and_not_how_it_was_chosen() {
        let asked = read(&json!({"actions": ["read_unit"], "models": ["X100"], "purpose": "x"})).unwrap();
        let granted = asked.granted("u_1".to_owned()).to_json();
        let expected = json!({"type": "product_ownership", "locations": [REGISTRY], "actions": ["read_unit"],
                              "datatypes": ["model"], "identifier": "u_1"});
        assert_eq!(granted, expected);
        assert_eq!(ProductOwnership::from_json(&granted).unwrap().to_json(), expected);
    }
}
