//! What a person must be asked before a client gets it. OpenID Connect Core §3.1.2.4 and §11.

use super::authorize::AuthorizationRequest;
use super::client::{Client, Origin};
use super::scope::{self, Scope};

/// Everything that a request would give away: its scope, and the scopes of the claims it names.
pub fn wanted(request: &AuthorizationRequest) -> Scope {
    let by_name = request.claims.names().filter_map(scope::of_claim);
    request.scope.and(&Scope::of(by_name))
}

/// What the page lists: everything that is wanted. The users of the maker's own clients are not asked about it, so
/// where a page of theirs is shown for another reason, it lists nothing.
pub fn shown(request: &AuthorizationRequest, client: &Client) -> Scope {
    let goes_without_saying = client.metadata.hosho_first_party && !request.prompt.consent;
    if goes_without_saying { Scope::default() } else { wanted(request) }
}

/// The scope to ask for, or `None` if nobody needs to be asked: the maker's own clients, and what was
/// allowed before. `remembered` is what this person allowed this client; `answered` is set once this
/// very request was consented to, which is all that `prompt=consent` wants.
pub fn to_ask(request: &AuthorizationRequest, client: &Client, remembered: &Scope, answered: bool) -> Option<Scope> {
    let wanted = wanted(request);
    // Who was here before may have been another application on the device (RFC 8252 §8.6), or the document of another
    // day: what nobody registered is not remembered either.
    let is_anybodys = client.origin == Origin::MetadataDocument && client.is_unverified();
    let insists = (request.prompt.consent || is_anybodys) && !answered;
    let known = client.metadata.hosho_first_party || wanted.is_within(remembered);
    (insists || !known).then_some(wanted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oidc::authorize::tests::request;
    use crate::oidc::client::tests::{client, with};

    const FIRST_PARTY: &str = r#"{"redirect_uris": ["https://rp.example/cb"], "hosho_first_party": true}"#;

    #[test]
    fn consent_is_asked_until_every_word_was_allowed() {
        let asked = request("scope=openid+email");
        let remembered = |text: &str| Scope::parse(text).unwrap();
        assert_eq!(to_ask(&asked, &client(), &Scope::default(), false), Some(remembered("openid email")));
        assert_eq!(to_ask(&asked, &client(), &remembered("openid"), false), Some(remembered("openid email")));
        assert_eq!(to_ask(&asked, &client(), &remembered("email openid phone"), false), None);
    }

    #[test]
    fn offline_access_is_a_new_word() {
        let asked = request("scope=openid+offline_access");
        assert!(to_ask(&asked, &client(), &Scope::parse("openid").unwrap(), false).is_some());
    }

    #[test]
    fn a_claim_asked_for_by_name_is_consented_to_like_its_scope() {
        let asked = request("scope=openid&claims=%7B%22userinfo%22%3A%7B%22email%22%3Anull%7D%7D");
        let ask = to_ask(&asked, &client(), &Scope::parse("openid").unwrap(), false).unwrap();
        assert!(ask.contains("email"));
    }

    #[test]
    fn a_client_that_only_a_document_describes_asks_every_time() {
        let (asked, remembered) = (request("scope=openid"), Scope::parse("openid").unwrap());
        let described = Client { origin: Origin::MetadataDocument, ..client() };
        assert!(to_ask(&asked, &described, &remembered, false).is_some());
        assert_eq!(to_ask(&asked, &described, &remembered, true), None);
        let verified = Client { verified: true, ..described };
        assert_eq!(to_ask(&asked, &verified, &remembered, false), None);
        let registered = Client { origin: Origin::SelfRegistered, ..client() };
        assert_eq!(to_ask(&asked, &registered, &remembered, false), None);
    }

    #[test]
    fn the_makers_own_clients_ask_only_when_they_insist() {
        let own = with(FIRST_PARTY);
        assert_eq!(to_ask(&request("scope=openid"), &own, &Scope::default(), false), None);
        let insisting = request("scope=openid&prompt=consent");
        assert!(to_ask(&insisting, &own, &Scope::default(), false).is_some());
        assert_eq!(to_ask(&insisting, &own, &Scope::default(), true), None);
        assert!(shown(&request("scope=openid"), &own).is_empty() && !shown(&insisting, &own).is_empty());
        assert!(shown(&request("scope=openid"), &client()).contains("openid"));
    }
}
