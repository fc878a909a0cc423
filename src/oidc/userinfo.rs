//! The answer of the userinfo endpoint. OpenID Connect Core §5.3.2: JSON, or a signed JWT where the client
//! registered an algorithm.

use serde_json::{Map, Value};

use crate::base::Result;
use crate::base::id::ClientId;
use crate::jose::{SigningKey, Typ, sign};

/// The claims, with `sub` always among them.
#[derive(Clone, Debug, PartialEq)]
pub struct UserInfo(Map<String, Value>);

impl UserInfo {
    /// The answer about one person as a client knows them.
    pub fn new(sub: String, mut claims: Map<String, Value>) -> Self {
        claims.insert("sub".to_owned(), Value::String(sub));
        Self(claims)
    }

    /// The claims as a JSON object.
    pub fn into_json(self) -> Value {
        Value::Object(self.0)
    }

    /// The claims as a JWT, which also says who tells them and to whom.
    pub fn sign(mut self, key: &SigningKey, issuer: &str, client: &ClientId) -> Result<String> {
        self.0.insert("iss".to_owned(), Value::String(issuer.to_owned()));
        self.0.insert("aud".to_owned(), Value::String(client.to_string()));
        sign(key, Typ::Jwt, &self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_subject_is_the_one_of_the_token() {
        let mut claims = Map::new();
        claims.insert("sub".to_owned(), Value::from("other"));
        claims.insert("name".to_owned(), Value::from("花子"));
        let answer = UserInfo::new("hanako".to_owned(), claims).into_json();
        assert_eq!(answer, serde_json::json!({"sub": "hanako", "name": "花子"}));
    }
}
