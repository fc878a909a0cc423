//! `cnf`: the key that whoever uses a token must prove. RFC 7800 §3, RFC 9449 §6.1 (`jkt`), RFC 8705 §3.1 (`x5t#S256`).

use serde_json::{Map, Value, json};

/// A key, by its thumbprint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Confirmation {
    /// The SHA-256 thumbprint of the JWK that signs DPoP proofs.
    Jkt(String),
    /// The SHA-256 thumbprint of the client's certificate.
    X5tS256(String),
}

impl Confirmation {
    /// The member of `cnf`.
    pub fn member(&self) -> &'static str {
        match self {
            Self::Jkt(_) => "jkt",
            Self::X5tS256(_) => "x5t#S256",
        }
    }

    /// The thumbprint: 43 characters of base64url.
    pub fn thumbprint(&self) -> &str {
        match self {
            Self::Jkt(thumbprint) | Self::X5tS256(thumbprint) => thumbprint,
        }
    }

    /// The value of the claim.
    pub fn to_json(&self) -> Value {
        json!({self.member(): self.thumbprint()})
    }

    /// Read the claim of a token of ours: exactly one member that is known here.
    pub fn from_json(cnf: &Map<String, Value>) -> Option<Self> {
        let mut members = cnf.iter();
        let (Some((member, value)), None) = (members.next(), members.next()) else { return None };
        Self::of(member, value.as_str()?)
    }

    /// As it is kept with a grant: `member:thumbprint`.
    pub fn to_stored(&self) -> String {
        format!("{}:{}", self.member(), self.thumbprint())
    }

    /// What was kept; empty is none.
    pub fn from_stored(text: &str) -> Option<Self> {
        let (member, thumbprint) = text.split_once(':')?;
        Self::of(member, thumbprint)
    }

    /// The type of a token that is bound so. [RFC 9449 §5](https://www.rfc-editor.org/rfc/rfc9449#section-5): a
    /// certificate binds a bearer token.
    pub fn token_type(&self) -> &'static str {
        match self {
            Self::Jkt(_) => "DPoP",
            Self::X5tS256(_) => "Bearer",
        }
    }

    fn of(member: &str, thumbprint: &str) -> Option<Self> {
        match member {
            "jkt" => Some(Self::Jkt(thumbprint.to_owned())),
            "x5t#S256" => Some(Self::X5tS256(thumbprint.to_owned())),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_confirmation_reads_back_from_claim_and_row() {
        for confirmation in [Confirmation::Jkt("a".to_owned()), Confirmation::X5tS256("b".to_owned())] {
            let claim = confirmation.to_json();
            assert_eq!(Confirmation::from_json(claim.as_object().unwrap()), Some(confirmation.clone()));
            assert_eq!(Confirmation::from_stored(&confirmation.to_stored()), Some(confirmation));
        }
        assert_eq!(Confirmation::from_stored(""), None);
    }

    #[test]
    fn what_is_not_understood_confirms_nothing() {
        for claim in [json!({}), json!({"jwk": {}}), json!({"jkt": 1}), json!({"jkt": "a", "x5t#S256": "b"})] {
            assert_eq!(Confirmation::from_json(claim.as_object().unwrap()), None, "{claim}");
        }
    }
}
