//! One access token for another: a client acts for the person of somebody else's token. RFC 8693 (delegation only:
//! what is issued always says who acts).
//!
//! # Decisions
//! - What may be exchanged is an access token of this server that a person granted. An ID token says who signed in: it
//!   travels through browsers as a hint, names no grant and cannot be taken back, so it opens nothing.
//! - The pair of clients decides, the one whose token it is and the one that exchanges it: no policy, no token.
//! - A new token never reaches further than the old one, the policy and the registration of its client do, and ends no
//!   later. It hangs on the grant of the old one and dies with it; there is no refresh token and no ID token.
//! - Tokens for the management API are had by nobody in this way.

use serde_json::{Map, Value, json};

use super::access_token::AccessToken;
use super::audience::{Reach, Resources, Target};
use super::client::Client;
use super::error::OAuthError;
use super::params::Params;
use super::scope::{self, Scope};
use crate::base::Timestamp;
use crate::base::id::ClientId;
use crate::base::secret::Secret;

crate::id! {
    /// Names a policy.
    PolicyId,
}

/// Longest chain of those who act for one another.
const LONGEST_CHAIN: usize = 5;
/// What nobody gets by an exchange, whatever a policy says.
const WITHHELD: [&str; 2] = [scope::MANAGEMENT, scope::OFFLINE_ACCESS];

/// The kinds of token that are taken and given: the same tokens under two names.
/// [RFC 8693 §3](https://www.rfc-editor.org/rfc/rfc8693#section-3)
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenType {
    /// An access token.
    AccessToken,
    /// A JWT, which access tokens of this server are.
    Jwt,
}

impl TokenType {
    /// The identifier.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AccessToken => "urn:ietf:params:oauth:token-type:access_token",
            Self::Jwt => "urn:ietf:params:oauth:token-type:jwt",
        }
    }

    fn read(params: &Params, name: &'static str) -> Result<Option<Self>, OAuthError> {
        let Some(text) = params.get(name) else { return Ok(None) };
        let known = [Self::AccessToken, Self::Jwt].into_iter().find(|kind| kind.as_str() == text);
        known.map(Some).ok_or_else(|| OAuthError::invalid_request(format!("this {name} is not supported")))
    }
}

/// What is asked for. [RFC 8693 §2.1](https://www.rfc-editor.org/rfc/rfc8693#section-2.1)
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenExchangeRequest {
    /// The token of the person for whom somebody acts.
    pub subject_token: Secret,
    /// The token of whoever acts, where it is not the client itself.
    pub actor_token: Option<Secret>,
    /// What kind of token it is to be.
    pub requested: TokenType,
    /// A narrower scope.
    pub scope: Option<Scope>,
    /// For whom it is to be: the values of `resource` and `audience`, which mean the same here.
    pub targets: Vec<String>,
}

impl TokenExchangeRequest {
    /// Read the parameters.
    pub fn read(params: &Params) -> Result<Self, OAuthError> {
        let subject_token = Secret::new(params.required("subject_token")?);
        params.required("subject_token_type")?;
        TokenType::read(params, "subject_token_type")?;
        let actor_token = params.get("actor_token").map(Secret::new);
        if actor_token.is_some() != params.get("actor_token_type").is_some() {
            return Err(OAuthError::invalid_request("actor_token and actor_token_type come together"));
        }
        TokenType::read(params, "actor_token_type")?;
        Ok(Self {
            subject_token,
            actor_token,
            requested: TokenType::read(params, "requested_token_type")?.unwrap_or(TokenType::AccessToken),
            scope: params.get("scope").map(Scope::parse).transpose()?,
            targets: params.resources().chain(params.audiences()).map(str::to_owned).collect(),
        })
    }
}

/// How far one client may act for the people of another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Its name.
    pub id: PolicyId,
    /// The client whose tokens are exchanged.
    pub subject_client: ClientId,
    /// The client that exchanges them.
    pub acting_client: ClientId,
    /// The most that its tokens allow.
    pub scope: Scope,
    /// The resources that they may be for; empty means those that the scope reaches.
    pub audience: Vec<String>,
    /// Since when it is so.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// What a policy cannot allow.
pub fn check_policy(scope: &Scope, audience: &[String], resources: &Resources) -> Result<(), OAuthError> {
    if scope.is_empty() || *scope != resources.known(scope) {
        return Err(OAuthError::invalid_scope("scope must name one or more known words"));
    }
    if let Some(word) = WITHHELD.into_iter().find(|word| scope.contains(word)) {
        return Err(OAuthError::invalid_scope(format!("{word} cannot be had by an exchange")));
    }
    if audience.iter().any(|one| !resources.has(one)) {
        return Err(OAuthError::invalid_target("audience must name resources that tokens of this server are for"));
    }
    Ok(())
}

/// What decides about an exchange. That both tokens count was asked before.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// The request.
    pub request: &'a TokenExchangeRequest,
    /// The client that sends it, authenticated.
    pub client: &'a Client,
    /// The token of the person.
    pub subject: &'a AccessToken,
    /// The token of whoever acts.
    pub actor: Option<&'a AccessToken>,
    /// The policy of the two clients.
    pub policy: Option<&'a Policy>,
    /// What tokens can be for.
    pub resources: &'a Resources,
}

/// What is issued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchanged {
    /// What it allows.
    pub scope: Scope,
    /// Whom it is for.
    pub audience: Vec<String>,
    /// Who acts, and for whom they do, down to the first. [RFC 8693 §4.1](https://www.rfc-editor.org/rfc/rfc8693#section-4.1)
    pub act: Value,
    /// When it ends at the latest.
    pub ends_by: Timestamp,
}

/// Decide. [RFC 8693 §2.2.2](https://www.rfc-editor.org/rfc/rfc8693#section-2.2.2): tokens that are not acceptable are
/// `invalid_request`.
pub fn decide(facts: &Facts<'_>) -> Result<Exchanged, OAuthError> {
    if facts.subject.grant().is_none() {
        return Err(OAuthError::invalid_request("subject_token is a client's own and stands for nobody"));
    }
    // The same sentence for a pair that nobody allowed and for a token that is not meant for it.
    let policy = facts
        .policy
        .filter(|policy| policy.subject_client == facts.subject.client && policy.acting_client == facts.client.id);
    let policy = policy.ok_or_else(|| OAuthError::invalid_request("no policy lets this client exchange that token"))?;
    let actor = actor(facts)?;
    if facts.subject.may_act.as_ref().is_some_and(|may_act| !is_allowed(may_act, &actor)) {
        return Err(OAuthError::invalid_request("subject_token names somebody else who may act"));
    }
    let scope = narrowed(facts, policy)?;
    let audience = audience(facts, policy, &scope)?;
    let Target { audience, scope } = facts.resources.target(&scope, audience)?;
    let ends_by = facts.actor.map_or(facts.subject.expires_at, |actor| actor.expires_at.min(facts.subject.expires_at));
    Ok(Exchanged { scope, audience, act: chain(actor, facts.subject.act.as_ref())?, ends_by })
}

/// Who acts: the client, or whoever is behind a token of the client's own.
fn actor(facts: &Facts<'_>) -> Result<Map<String, Value>, OAuthError> {
    let client = facts.client.id.as_ref();
    let mut actor = Map::new();
    actor.insert("iss".to_owned(), json!(facts.resources.issuer()));
    match facts.actor {
        None => drop(actor.insert("sub".to_owned(), json!(client))),
        Some(token) if token.client != facts.client.id => {
            return Err(OAuthError::invalid_request("actor_token was issued to another client"));
        }
        Some(token) if token.act.is_some() => {
            return Err(OAuthError::invalid_request("actor_token is one by which somebody acts for somebody else"));
        }
        Some(token) => {
            actor.insert("sub".to_owned(), json!(token.sub));
            if token.sub != client {
                actor.insert("client_id".to_owned(), json!(client));
            }
        }
    }
    Ok(actor)
}

/// [RFC 8693 §4.4](https://www.rfc-editor.org/rfc/rfc8693#section-4.4): every member that says who may act must fit who
/// does.
fn is_allowed(may_act: &Value, actor: &Map<String, Value>) -> bool {
    match may_act.as_object() {
        Some(members) if !members.is_empty() => members.iter().all(|(name, value)| actor.get(name) == Some(value)),
        Some(_) | None => false,
    }
}

fn narrowed(facts: &Facts<'_>, policy: &Policy) -> Result<Scope, OAuthError> {
    let most = policy.scope.within(&facts.subject.scope).within(&facts.client.scope(facts.resources));
    let most = most.without(&Scope::of(WITHHELD));
    let scope = match &facts.request.scope {
        None => most,
        Some(asked) if asked.is_within(&most) => asked.clone(),
        Some(_) => return Err(OAuthError::invalid_scope("scope is wider than subject_token, policy or registration")),
    };
    if scope.is_empty() {
        return Err(OAuthError::invalid_scope("subject_token, policy and registration have no scope in common"));
    }
    Ok(scope)
}

fn audience(facts: &Facts<'_>, policy: &Policy, scope: &Scope) -> Result<Vec<String>, OAuthError> {
    let (reach, resources) = (Reach::of_scope(scope), facts.resources);
    if facts.request.targets.is_empty() {
        return resources.remaining(reach, &policy.audience);
    }
    let audience = resources.audience(reach, facts.request.targets.iter().map(String::as_str))?;
    if !policy.audience.is_empty() && !audience.iter().all(|one| policy.audience.contains(one)) {
        return Err(OAuthError::invalid_target("the policy does not let this client have a token for that"));
    }
    Ok(audience)
}

fn chain(mut actor: Map<String, Value>, before: Option<&Value>) -> Result<Value, OAuthError> {
    let mut length = 1;
    let mut next = before;
    while let Some(act) = next {
        length += 1;
        next = act.get("act");
    }
    if length > LONGEST_CHAIN {
        return Err(OAuthError::invalid_request("too many have acted for one another already"));
    }
    if let Some(before) = before {
        actor.insert("act".to_owned(), before.clone());
    }
    Ok(Value::Object(actor))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oidc::client::tests::with;

    const ISSUER: &str = "https://id.example";

    fn subject() -> AccessToken {
        AccessToken {
            sub: "hanako".to_owned(),
            audience: vec![ISSUER.to_owned()],
            expires_at: Timestamp::from_seconds(600),
            issued_at: Timestamp::from_seconds(0),
            jti: "g.r".to_owned(),
            client: "shop".into(),
            scope: Scope::of(["openid", "email", "products", "management", "offline_access"]),
            auth_time: None,
            acr: None,
            cnf: None,
            act: None,
            may_act: None,
            authorization_details: Vec::new(),
        }
    }

    fn agent() -> Client {
        let metadata = r#"{"redirect_uris": ["https://agent.example/cb"],
                           "scope": "openid email products warranty management offline_access"}"#;
        Client { id: "agent".into(), ..with(metadata) }
    }

    fn policy() -> Policy {
        Policy {
            id: "p".into(),
            subject_client: "shop".into(),
            acting_client: "agent".into(),
            scope: Scope::of(["email", "products", "warranty", "management", "offline_access"]),
            audience: Vec::new(),
            created_at: Timestamp::from_seconds(0),
            updated_at: Timestamp::from_seconds(0),
        }
    }

    fn request(more: &str) -> TokenExchangeRequest {
        let form = format!("subject_token=x&subject_token_type={}{more}", TokenType::AccessToken.as_str());
        TokenExchangeRequest::read(&Params::parse_strict(&[form.as_bytes()]).unwrap()).unwrap()
    }

    fn exchange(
        subject: &AccessToken,
        actor: Option<&AccessToken>,
        policy: Option<&Policy>,
        more: &str,
    ) -> Result<Exchanged, &'static str> {
        let (request, client) = (request(more), agent());
        let resources = Resources::own(ISSUER);
        let facts = Facts { request: &request, client: &client, subject, actor, policy, resources: &resources };
        decide(&facts).map_err(|error| error.code.as_str())
    }

    #[test]
    fn a_token_reaches_as_far_as_all_three_do_and_no_further_a049() {
        let done = |more: &str| exchange(&subject(), None, Some(&policy()), more);
        let whole = done("").unwrap();
        assert_eq!(whole.scope.to_string(), "email products");
        assert_eq!(whole.audience, [ISSUER, "https://id.example/registry/v1"]);
        assert_eq!(whole.ends_by, Timestamp::from_seconds(600));
        assert_eq!(whole.act, json!({"iss": ISSUER, "sub": "agent"}));
        assert_eq!(done("&scope=products").unwrap().scope.to_string(), "products");
        for wider in ["openid", "warranty", "management", "offline_access", "email+bogus"] {
            assert_eq!(done(&format!("&scope={wider}")), Err("invalid_scope"), "{wider}");
        }
    }

    #[test]
    fn the_audience_is_what_the_policy_names_and_the_scope_reaches() {
        let registry = "https://id.example/registry/v1";
        let narrow = Policy { audience: vec![registry.to_owned()], ..policy() };
        let done =
            |policy: &Policy, more: &str| exchange(&subject(), None, Some(policy), more).map(|done| done.audience);
        assert_eq!(done(&narrow, "").unwrap(), [registry]);
        assert_eq!(done(&policy(), "&audience=https://id.example").unwrap(), [ISSUER]);
        for (policy, target) in [
            (&narrow, "resource=https://id.example"),
            (&narrow, "audience=https://id.example/registry/v1&resource=https://id.example"),
            (&policy(), "resource=https://id.example/api/v1"),
            (&policy(), "audience=somebody"),
            (&policy(), "scope=email&resource=https://id.example/registry/v1"),
        ] {
            assert_eq!(done(policy, &format!("&{target}")), Err("invalid_target"), "{target}");
        }
    }

    #[test]
    fn without_a_policy_of_this_very_pair_there_is_nothing_a067() {
        assert_eq!(exchange(&subject(), None, None, ""), Err("invalid_request"));
        for other in [
            Policy { subject_client: "other".into(), ..policy() },
            Policy { acting_client: "other".into(), ..policy() },
        ] {
            assert_eq!(exchange(&subject(), None, Some(&other), ""), Err("invalid_request"));
        }
        let own = AccessToken { jti: "random".to_owned(), ..subject() };
        assert_eq!(exchange(&own, None, Some(&policy()), ""), Err("invalid_request"));
    }

    #[test]
    fn who_acts_is_said_down_to_the_first_one() {
        let before = AccessToken { act: Some(json!({"sub": "first", "act": {"sub": "older"}})), ..subject() };
        let acts = |actor: Option<&AccessToken>| exchange(&before, actor, Some(&policy()), "").map(|done| done.act);
        assert_eq!(acts(None).unwrap()["act"], json!({"sub": "first", "act": {"sub": "older"}}));
        let person = AccessToken {
            sub: "operator".to_owned(),
            client: "agent".into(),
            expires_at: Timestamp::from_seconds(60),
            ..subject()
        };
        let done = exchange(&before, Some(&person), Some(&policy()), "").unwrap();
        assert_eq!((done.act["sub"].as_str(), done.act["client_id"].as_str()), (Some("operator"), Some("agent")));
        assert_eq!(done.ends_by, Timestamp::from_seconds(60), "nor longer than the token of whoever acts");
        let of_another = AccessToken { client: "shop".into(), ..person.clone() };
        assert_eq!(acts(Some(&of_another)), Err("invalid_request"));
        let delegated = AccessToken { act: Some(json!({"sub": "x"})), ..person };
        assert_eq!(acts(Some(&delegated)), Err("invalid_request"));
        let mut long = json!({"sub": "x"});
        for _ in 0..4 {
            long = json!({"sub": "x", "act": long});
        }
        assert_eq!(
            exchange(&AccessToken { act: Some(long), ..subject() }, None, Some(&policy()), ""),
            Err("invalid_request")
        );
    }

    #[test]
    fn a_token_that_names_who_may_act_is_for_nobody_else_a067() {
        let done = |may_act: Value| {
            exchange(&AccessToken { may_act: Some(may_act), ..subject() }, None, Some(&policy()), "").is_ok()
        };
        assert!(done(json!({"sub": "agent"})) && done(json!({"sub": "agent", "iss": ISSUER})));
        for other in [
            json!({"sub": "other"}),
            json!({"sub": "agent", "iss": "https://other.example"}),
            json!({"sub": "agent", "group": "x"}),
            json!({}),
            json!(null),
            json!("agent"),
        ] {
            assert!(!done(other.clone()), "{other}");
        }
    }

    #[test]
    fn each_parameter_is_read_as_the_standard_says() {
        let read = |form: &str| {
            TokenExchangeRequest::read(&Params::parse_strict(&[form.as_bytes()]).unwrap())
                .map_err(|error| error.code.as_str())
        };
        let access = TokenType::AccessToken.as_str();
        let jwt = TokenType::Jwt.as_str();
        let good = format!("subject_token=x&subject_token_type={jwt}");
        assert_eq!(read(&good).unwrap().requested, TokenType::AccessToken);
        assert_eq!(read(&format!("{good}&requested_token_type={jwt}")).unwrap().requested, TokenType::Jwt);
        assert!(read(&format!("{good}&actor_token=y&actor_token_type={access}")).unwrap().actor_token.is_some());
        for bad in [
            "subject_token=x".to_owned(),
            format!("subject_token_type={access}"),
            "subject_token=x&subject_token_type=urn:ietf:params:oauth:token-type:id_token".to_owned(),
            "subject_token=x&subject_token_type=urn:ietf:params:oauth:token-type:refresh_token".to_owned(),
            "subject_token=x&subject_token_type=access_token".to_owned(),
            format!("{good}&actor_token=y"),
            format!("{good}&actor_token_type={access}"),
            format!("{good}&actor_token=y&actor_token_type=urn:ietf:params:oauth:token-type:saml2"),
            format!("{good}&requested_token_type=urn:ietf:params:oauth:token-type:refresh_token"),
        ] {
            assert_eq!(read(&bad), Err("invalid_request"), "{bad}");
        }
    }

    #[test]
    fn a_policy_gives_no_access_to_the_management_api_a067() {
        let resources = Resources::own(ISSUER);
        let check = |scope: &str, audience: &[String]| {
            check_policy(&Scope::parse(scope).unwrap(), audience, &resources).map_err(|error| error.code.as_str())
        };
        assert_eq!(check("openid products", &[]), Ok(()));
        assert_eq!(check("products", &[ISSUER.to_owned()]), Ok(()));
        for scope in ["", "management", "products management", "offline_access", "bogus"] {
            assert_eq!(check(scope, &[]), Err("invalid_scope"), "{scope}");
        }
        assert_eq!(check("products", &["https://other.example".to_owned()]), Err("invalid_target"));
    }
}
