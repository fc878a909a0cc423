//! Client assertions: a JWT that the client signed with its private key or with the secret that it shares with us.
//! RFC 7521 §4.2, RFC 7523 §2.2 and §3, OpenID Connect Core §9, FAPI 2.0 Security Profile §5.3.2.1.

use std::time::Duration;

use crate::base::Timestamp;
use crate::base::id::ClientId;
use crate::base::time::{minutes, seconds};
use crate::jose::foreign::{LONGEST_ASSERTION, SignedWith, Unverified};
use crate::jose::{Algorithm, Claims, Expected, JwtError, MacAlgorithm, Trust};
use crate::oidc::client::Client;
use crate::oidc::client::profile::AssertionAudience;
use crate::oidc::error::OAuthError;
use crate::oidc::once::OneTimeName;
use crate::oidc::server::{Server, path};

/// The one value of `client_assertion_type`.
pub const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// With which codes assertions may be made. Our secrets are too short for longer hashes (RFC 7518 §3.2).
pub const MAC_ALGORITHMS: &[MacAlgorithm] = &[MacAlgorithm::Hs256];

/// How far ahead the end of an assertion may lie: so long its name is remembered.
const LONGEST_LIFE: Duration = minutes(5);
/// How far other clocks may differ where that is allowed for.
const SKEW: Duration = seconds(60);
/// How far ahead an assertion may have been made. FAPI 2.0 asks for at least 10 seconds, and for less than a minute.
const AHEAD: Duration = seconds(10);

/// The `typ` values that an assertion may have; most have none.
pub const TYP: &[&str] = &["JWT", "client-authentication+jwt"];

/// How an assertion is read.
pub fn expected(trust: Trust<'_>) -> Expected<'_> {
    Expected { trust, typ: TYP, typ_may_be_absent: true, longest: LONGEST_ASSERTION }
}

/// The client that an assertion says it is from. Nothing is checked yet.
pub fn claimed_client(assertion: &str) -> Option<ClientId> {
    let unverified = Unverified::read(assertion, LONGEST_ASSERTION).ok()?;
    unverified.text("sub").or_else(|| unverified.text("iss")).map(ClientId::from)
}

/// The signature algorithms that count from this client: the one that it registered, else those of its profile.
pub fn algorithms(client: &Client) -> Vec<Algorithm> {
    let mut allowed = client.rules().algorithms.to_vec();
    if let Some(SignedWith::Signature(pinned)) = client.metadata.authentication.signing_alg {
        allowed.retain(|algorithm| *algorithm == pinned);
    }
    allowed
}

/// What an assertion is held against.
#[derive(Clone, Copy, Debug)]
pub struct Asserted<'a> {
    /// The client whose key or secret verified it.
    pub client: &'a Client,
    /// The path of the endpoint that it was sent to.
    pub endpoint: &'a str,
    /// Ourselves.
    pub server: &'a Server,
    /// The moment of the request.
    pub now: Timestamp,
}

impl Asserted<'_> {
    /// Check the claims of an assertion whose signature is good; its name, to be used up.
    /// [RFC 7523 §3](https://www.rfc-editor.org/rfc/rfc7523#section-3)
    pub fn check(&self, claims: &Claims) -> Result<OneTimeName, OAuthError> {
        let refuse = |why: &'static str| OAuthError::invalid_client(why);
        for name in ["iss", "sub"] {
            if claims.text(name) != Ok(self.client.id.as_ref()) {
                return Err(refuse("iss and sub of the assertion must be the client_id"));
            }
        }
        self.check_audience(claims)?;
        let times = claims.timely(self.now, AHEAD).map_err(|error| match error {
            JwtError::Expired => refuse("the assertion has expired"),
            JwtError::Early => refuse("iat or nbf of the assertion lies in the future"),
            _ => refuse("exp, nbf and iat of the assertion must be numbers of seconds"),
        })?;
        let ends = times.expires.ok_or_else(|| refuse("the assertion has no exp"))?;
        if ends > self.now.plus(LONGEST_LIFE + SKEW) {
            return Err(refuse("exp of the assertion lies more than 5 minutes ahead"));
        }
        let jti = claims.text("jti").map_err(|_| refuse("the assertion has no jti"))?;
        Ok(OneTimeName { jti: jti.to_owned(), until: ends.plus(SKEW) })
    }

    fn check_audience(&self, claims: &Claims) -> Result<(), OAuthError> {
        let audience = claims.audience().unwrap_or_default();
        match self.client.rules().assertion_audience {
            AssertionAudience::IssuerOnly => {
                let alone = claims.members().get("aud").and_then(|aud| aud.as_str());
                if alone == Some(self.server.issuer.as_str()) {
                    return Ok(());
                }
                Err(OAuthError::invalid_client("aud of the assertion must be the issuer as one string"))
            }
            AssertionAudience::Endpoints => {
                let server = self.server;
                let addresses = [server.addresses(path::TOKEN), server.addresses(self.endpoint)].concat();
                if audience.iter().any(|one| *one == server.issuer || addresses.iter().any(|own| own == one)) {
                    return Ok(());
                }
                Err(OAuthError::invalid_client("aud of the assertion must have the issuer or the endpoint"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::jose::claims::tests::claims;
    use crate::oidc::client::tests::with;
    use crate::oidc::server::tests::server;

    const NOW: Timestamp = Timestamp::from_seconds(1_000_000);

    fn client(profile: &str) -> Client {
        let mut client = with(r#"{"redirect_uris": ["https://rp.example/cb"]}"#);
        client.metadata.hosho_profile = crate::oidc::client::Profile::from_word(profile).unwrap();
        client
    }

    /// Check the usual claims with one that differs; `null` leaves it out.
    fn check(profile: &str, name: &str, value: &Value) -> Result<OneTimeName, OAuthError> {
        let mut members = json!({"iss": "rp", "sub": "rp", "aud": "https://id.example", "jti": "1", "exp": 1_000_060});
        let members = members.as_object_mut().unwrap();
        if value.is_null() {
            members.remove(name);
        } else {
            members.insert(name.to_owned(), value.clone());
        }
        let claims = claims(&json!(members).to_string());
        let (client, server) = (client(profile), server());
        Asserted { client: &client, endpoint: "/par", server: &server, now: NOW }.check(&claims)
    }

    #[test]
    fn its_name_is_remembered_until_it_would_be_refused_for_its_age() {
        let name = check("standard", "iss", &json!("rp")).unwrap();
        assert_eq!(name, OneTimeName { jti: "1".to_owned(), until: NOW.plus(seconds(120)) });
    }

    #[test]
    fn each_claim_alone_makes_it_fail_a083_a085() {
        for (name, value) in [
            ("iss", json!(null)),
            ("iss", json!("other")),
            ("sub", json!(null)),
            ("sub", json!("other")),
            ("sub", json!(["rp"])),
            ("aud", json!(null)),
            ("aud", json!("https://other.example")),
            ("aud", json!("https://id.example/")),
            ("aud", json!([])),
            ("aud", json!(["https://id.example", 1])),
            ("jti", json!(null)),
            ("jti", json!("")),
            ("jti", json!(7)),
            ("exp", json!(null)),
            ("exp", json!("1000060")),
            ("exp", json!(1_000_000)),
            ("exp", json!(999_700)),
            ("exp", json!(1_000_361)),
            ("exp", json!(1_172_800)),
            ("nbf", json!(1_000_011)),
            ("nbf", json!(1_000_061)),
            ("iat", json!(1_000_061)),
            ("iat", json!("1000000")),
        ] {
            for profile in ["standard", "fapi2"] {
                let error = check(profile, name, &value).unwrap_err();
                assert_eq!(error.code.as_str(), "invalid_client", "{name}: {value}");
            }
        }
        for (name, value) in [("nbf", 1_000_008), ("iat", 1_000_008), ("exp", 1_000_360), ("iat", 1)] {
            assert!(check("fapi2", name, &json!(value)).is_ok(), "{name}: {value}");
        }
    }

    #[test]
    fn the_audience_is_a_matter_of_the_profile_a083() {
        for (audience, standard, fapi) in [
            (json!("https://id.example"), true, true),
            (json!("https://id.example/token"), true, false),
            (json!("https://id.example/par"), true, false),
            (json!("https://id.example/revoke"), false, false),
            (json!(["https://id.example"]), true, false),
            (json!(["https://other.example", "https://id.example/token"]), true, false),
        ] {
            assert_eq!(check("standard", "aud", &audience).is_ok(), standard, "{audience}");
            assert_eq!(check("compatible", "aud", &audience).is_ok(), standard, "{audience}");
            assert_eq!(check("fapi2", "aud", &audience).is_ok(), fapi, "{audience}");
            assert_eq!(check("fapi2-message-signing", "aud", &audience).is_ok(), fapi, "{audience}");
        }
    }

    #[test]
    fn a_registered_algorithm_is_the_only_one() {
        let mut client = client("standard");
        assert_eq!(algorithms(&client), Algorithm::ALL);
        client.metadata.authentication.signing_alg = Some(SignedWith::Signature(Algorithm::Es256));
        assert_eq!(algorithms(&client), [Algorithm::Es256]);
    }
}
