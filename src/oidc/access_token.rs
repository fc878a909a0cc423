//! Access tokens as signed JWTs. RFC 9068 (signed with ES256).

use serde::{Serialize, Serializer};
use serde_json::Value;

use super::confirmation::Confirmation;
use super::scope::Scope;
use crate::base::id::{ClientId, GrantId};
use crate::base::{Result, Timestamp};
use crate::jose::{Algorithm, Claims, JwtError, KeySet, SigningKey, Typ, sign};

/// How access tokens are signed.
pub const ALGORITHM: Algorithm = Algorithm::Es256;

/// The claims of an access token that is about to be signed.
#[derive(Serialize)]
pub struct AccessTokenClaims<'a> {
    /// The issuer.
    pub iss: &'a str,
    /// The person as the client knows them, or the client itself.
    pub sub: &'a str,
    /// Whom the token is for.
    #[serde(serialize_with = "one_or_several")]
    pub aud: &'a [String],
    /// When it ends.
    #[serde(serialize_with = "numeric_date")]
    pub exp: Timestamp,
    /// When it was made.
    #[serde(serialize_with = "numeric_date")]
    pub iat: Timestamp,
    /// Its name: `<grant>.<random>` where a person granted it, so that its grant can be looked up by
    /// primary key; the name of another token with `.<random>` where it was exchanged for that; else random.
    pub jti: &'a str,
    /// The client it was issued to.
    pub client_id: &'a str,
    /// What it allows.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub scope: &'a str,
    /// When the person signed in.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "optional_numeric_date")]
    pub auth_time: Option<Timestamp>,
    /// How surely the person was recognised.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acr: Option<&'a str>,
    /// The key that whoever uses it must prove.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "cnf")]
    pub cnf: Option<&'a Confirmation>,
    /// Who acts for the person (RFC 8693 §4.1).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub act: Option<&'a Value>,
    /// What was granted in detail (RFC 9396 §9.1).
    #[serde(skip_serializing_if = "<[Value]>::is_empty")]
    pub authorization_details: &'a [Value],
}

impl AccessTokenClaims<'_> {
    /// The signed token. [RFC 9068 §2](https://www.rfc-editor.org/rfc/rfc9068#section-2)
    pub fn sign(&self, key: &SigningKey) -> Result<String> {
        sign(key, Typ::AccessToken, self)
    }
}

/// An access token whose signature was checked. Whether it still counts (end, audience, revocation)
/// is asked each time it is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessToken {
    /// The person as the client knows them, or the client itself.
    pub sub: String,
    /// Whom it is for.
    pub audience: Vec<String>,
    /// When it ends.
    pub expires_at: Timestamp,
    /// When it was made.
    pub issued_at: Timestamp,
    /// Its name.
    pub jti: String,
    /// The client it was issued to.
    pub client: ClientId,
    /// What it allows.
    pub scope: Scope,
    /// When the person signed in.
    pub auth_time: Option<Timestamp>,
    /// How surely the person was recognised.
    pub acr: Option<String>,
    /// The key that whoever uses it must prove.
    pub cnf: Option<Confirmation>,
    /// Who acts for the person.
    pub act: Option<Value>,
    /// Who may act for the person, where the token says so (RFC 8693 §4.4).
    pub may_act: Option<Value>,
    /// What was granted in detail.
    pub authorization_details: Vec<Value>,
}

impl AccessToken {
    /// Check form and signature of a token of this issuer. The end is left to [`Self::is_expired_at`],
    /// so that a checked token can be remembered.
    /// [RFC 9068 §4](https://www.rfc-editor.org/rfc/rfc9068#section-4)
    pub fn decode(token: &str, keys: &KeySet, issuer: &str) -> Result<Self, JwtError> {
        let claims = Claims::verified(token, Typ::AccessToken, &[ALGORITHM], keys)?;
        claims.issued_by(issuer)?;
        Ok(Self {
            sub: claims.text("sub")?.to_owned(),
            audience: claims.audience()?.into_iter().map(str::to_owned).collect(),
            expires_at: claims.moment("exp")?,
            issued_at: claims.moment("iat")?,
            jti: claims.text("jti")?.to_owned(),
            client: ClientId::from(claims.text("client_id")?),
            scope: Scope::from_stored(claims.optional_text("scope")?.unwrap_or_default()),
            auth_time: claims.optional_moment("auth_time")?,
            acr: claims.optional_text("acr")?.map(str::to_owned),
            cnf: confirmation(&claims)?,
            act: claims.members().get("act").cloned(),
            may_act: claims.members().get("may_act").cloned(),
            authorization_details: match claims.members().get("authorization_details") {
                None => Vec::new(),
                Some(Value::Array(details)) => details.clone(),
                Some(_) => return Err(JwtError::Claim("authorization_details")),
            },
        })
    }

    /// Whether its time is over.
    pub fn is_expired_at(&self, now: Timestamp) -> bool {
        now >= self.expires_at
    }

    /// Whether it is for this resource.
    pub fn is_for(&self, resource: &str) -> bool {
        self.audience.iter().any(|audience| audience == resource)
    }

    /// The grant it hangs on, where a person granted it; a client's own token has none.
    pub fn grant(&self) -> Option<GrantId> {
        self.jti.split_once('.').map(|(grant, _)| GrantId::from(grant))
    }

    /// The names of the tokens that it comes from by exchanges, the first one first.
    pub fn ancestors(&self) -> impl Iterator<Item = &str> {
        self.jti.match_indices('.').skip(1).map(|(at, _)| &self.jti[..at])
    }
}

/// A token whose `cnf` is not understood is bound to something, so it is nobody's.
fn confirmation(claims: &Claims) -> Result<Option<Confirmation>, JwtError> {
    let Some(cnf) = claims.members().get("cnf") else { return Ok(None) };
    cnf.as_object().and_then(Confirmation::from_json).map(Some).ok_or(JwtError::Claim("cnf"))
}

/// The name of a token that hangs on a grant.
pub fn jti_of_grant(grant: &GrantId, random: &str) -> String {
    format!("{grant}.{random}")
}

pub(super) fn numeric_date<S: Serializer>(moment: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_i64(moment.seconds())
}

pub(super) fn optional_numeric_date<S: Serializer>(
    moment: &Option<Timestamp>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    moment.map(Timestamp::seconds).serialize(serializer)
}

fn cnf<S: Serializer>(confirmation: &Option<&Confirmation>, serializer: S) -> Result<S::Ok, S::Error> {
    confirmation.map(Confirmation::to_json).serialize(serializer)
}

/// A single audience is written as a text: the special case of RFC 7519 §4.1.3 that simple readers expect.
fn one_or_several<S: Serializer>(audience: &[String], serializer: S) -> Result<S::Ok, S::Error> {
    match audience {
        [one] => serializer.serialize_str(one),
        several => several.serialize(serializer),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::random::Random;

    const ISSUER: &str = "https://id.example";

    fn key(algorithm: Algorithm) -> SigningKey {
        SigningKey::from_pkcs8(algorithm, &SigningKey::generate(algorithm, &Random::system()).unwrap()).unwrap()
    }

    fn claims(audience: &[String]) -> AccessTokenClaims<'_> {
        AccessTokenClaims {
            iss: ISSUER,
            sub: "hanako",
            aud: audience,
            exp: Timestamp::from_seconds(1300),
            iat: Timestamp::from_seconds(1000),
            jti: "g1.r1",
            client_id: "shop",
            scope: "openid products",
            auth_time: Some(Timestamp::from_millis(900_999)),
            acr: Some("aal1"),
            cnf: None,
            act: None,
            authorization_details: &[],
        }
    }

    #[test]
    fn what_was_signed_is_read_back() {
        let key = key(ALGORITHM);
        let keys = KeySet::new([key.public().clone()]);
        let audience = [ISSUER.to_owned(), format!("{ISSUER}/registry/v1")];
        let token = claims(&audience).sign(&key).unwrap();
        let read = AccessToken::decode(&token, &keys, ISSUER).unwrap();
        assert_eq!((read.sub.as_str(), read.client.as_ref(), read.acr.as_deref()), ("hanako", "shop", Some("aal1")));
        assert_eq!(read.auth_time, Some(Timestamp::from_seconds(900)));
        assert!(read.is_for(ISSUER) && read.is_for("https://id.example/registry/v1"));
        assert!(!read.is_for("https://id.example/api/v1") && !read.is_for("https://id.example/"));
        assert_eq!(read.grant(), Some(GrantId::from("g1")));
        assert_eq!(read.ancestors().count(), 0);
        let exchanged = AccessToken { jti: "g1.r1.r2.r3".to_owned(), ..read.clone() };
        assert_eq!(exchanged.ancestors().collect::<Vec<_>>(), ["g1.r1", "g1.r1.r2"]);
        assert!(!read.is_expired_at(Timestamp::from_millis(1_299_999)));
        assert!(read.is_expired_at(Timestamp::from_seconds(1300)));
        assert_eq!(AccessToken::decode(&token, &keys, "https://other.example"), Err(JwtError::Issuer));
        assert_eq!(AccessToken::decode(&token, &KeySet::default(), ISSUER), Err(JwtError::Key));
    }

    #[test]
    fn every_claim_it_needs_is_required() {
        let key = key(ALGORITHM);
        let keys = KeySet::new([key.public().clone()]);
        let audience = [ISSUER.to_owned()];
        let whole = serde_json::to_value(claims(&audience)).unwrap();
        assert_eq!(whole["aud"], ISSUER);
        for name in ["iss", "sub", "aud", "exp", "iat", "jti", "client_id"] {
            let mut part = whole.clone();
            part.as_object_mut().unwrap().remove(name);
            let token = sign(&key, Typ::AccessToken, &part).unwrap();
            assert_eq!(AccessToken::decode(&token, &keys, ISSUER), Err(JwtError::Claim(name)), "{name}");
        }
    }

    #[test]
    fn other_kinds_and_algorithms_are_refused_a064() {
        let (ec, rsa) = (key(ALGORITHM), key(Algorithm::Rs256));
        let keys = KeySet::new([ec.public().clone(), rsa.public().clone()]);
        let audience = [ISSUER.to_owned()];
        let id_token = sign(&ec, Typ::Jwt, &claims(&audience)).unwrap();
        assert_eq!(AccessToken::decode(&id_token, &keys, ISSUER), Err(JwtError::Typ));
        let other = claims(&audience).sign(&rsa).unwrap();
        assert_eq!(AccessToken::decode(&other, &keys, ISSUER), Err(JwtError::Algorithm));
    }
}
