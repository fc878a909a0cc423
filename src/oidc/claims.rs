//! Which claims about a person are told. OpenID Connect Core §5.1, §5.2 (languages and scripts), §5.4 and §5.5.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::claims_locales::{self, ClaimsLocales};
use super::claims_request::ClaimRequest;
use super::id_token::IdTokenClaims;
use super::scope::{self, Scope};

/// The claims that the `profile` scope asks for.
const PROFILE: &[&str] = &[
    "name",
    "family_name",
    "given_name",
    "middle_name",
    "nickname",
    "preferred_username",
    "profile",
    "picture",
    "website",
    "gender",
    "birthdate",
    "zoneinfo",
    "locale",
    "updated_at",
];

/// The claims a scope word asks for, without the products: those have an extent of their own.
pub fn of_scope(word: &str) -> &'static [&'static str] {
    match word {
        scope::PROFILE => PROFILE,
        scope::EMAIL => &["email", "email_verified"],
        scope::ADDRESS => &["address"],
        scope::PHONE => &["phone_number", "phone_number_verified"],
        _ => &[],
    }
}

/// Every claim that this server can tell, for `claims_supported` of the metadata. Hashes of what comes beside an ID
/// token are told only in the front channel.
pub fn supported(front_channel: bool) -> Vec<&'static str> {
    let of_tokens = ["sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "at_hash", "sid"];
    let of_persons = [scope::PROFILE, scope::EMAIL, scope::ADDRESS, scope::PHONE].into_iter().flat_map(of_scope);
    let tagged = [
        "name#ja-Hani-JP",
        "name#ja-Kana-JP",
        "family_name#ja-Hani-JP",
        "family_name#ja-Kana-JP",
        "given_name#ja-Hani-JP",
        "given_name#ja-Kana-JP",
    ];
    let of_the_front_channel: &[&str] = if front_channel { &["c_hash", "s_hash"] } else { &[] };
    let of_tokens = of_tokens.into_iter().chain(of_the_front_channel.iter().copied());
    of_tokens.chain(of_persons.copied()).chain(tagged).chain(["products", "products_total"]).collect()
}

/// What is told in one place: the userinfo endpoint or the ID token.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// The scope that was granted, where it gives claims in this place.
    pub scope: Option<&'a Scope>,
    /// The claims asked for by name.
    pub by_name: &'a BTreeMap<String, ClaimRequest>,
    /// The languages in which they are wished.
    pub locales: &'a ClaimsLocales,
}

impl Wanted<'_> {
    /// Whether the scope brings a claim along.
    fn is_in_scope(&self, base: &str) -> bool {
        self.scope.is_some_and(|granted| granted.iter().any(|word| of_scope(word).contains(&base)))
    }

    /// Whether any claim about the person is told at all: where not, nothing has to be read.
    pub fn is_anything(&self) -> bool {
        self.by_name.keys().any(|name| !IdTokenClaims::RESERVED.contains(&name.as_str()))
            || self.scope.is_some_and(|granted| granted.iter().any(|word| !of_scope(word).is_empty()))
    }

    /// The told part of all claims of a person. A claim without a value is left out
    /// ([OpenID Connect Core §5.3.2](https://openid.net/specs/openid-connect-core-1_0.html#UserInfoResponse)),
    /// and claims never replace what the tokens themselves are made of.
    pub fn pick(&self, all: impl IntoIterator<Item = (String, Value)>) -> Map<String, Value> {
        let is_told = |name: &str, value: &Value| !value.is_null() && !IdTokenClaims::RESERVED.contains(&name);
        let all: Map<String, Value> = all.into_iter().filter(|(name, value)| is_told(name, value)).collect();
        let bases: BTreeSet<&str> = all.keys().map(|name| name.split('#').next().unwrap_or(name)).collect();
        let untagged = bases.iter().filter(|base| self.is_in_scope(base) || self.by_name.contains_key(**base));
        let untagged = untagged.filter_map(|base| Some((*base, self.locales.best(base, &all)?)));
        // A tagged name (`family_name#ja-Kana-JP`) comes with the scope of its base name.
        let tagged = all.iter().filter_map(|(name, value)| {
            let (base, tag) = name.split_once('#')?;
            (self.is_in_scope(base) && self.locales.keeps(tag)).then_some((name.as_str(), value))
        });
        // Asked for by such a name, the nearest that there is (§5.2).
        let by_tag = self.by_name.keys().filter_map(|name| {
            let (base, range) = name.split_once('#')?;
            Some((name.as_str(), claims_locales::nearest(range, base, &all)?))
        });
        untagged.chain(tagged).chain(by_tag).map(|(name, value)| (name.to_owned(), value.clone())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oidc::claims_request::ClaimsRequest;

    fn hanako() -> Vec<(String, Value)> {
        let Value::Object(members) = serde_json::json!({
            "sub": "evil", "name": "山田 花子", "family_name": "山田", "family_name#ja-Kana-JP": "ヤマダ",
            "nickname": null, "email": "hanako@example.jp", "email_verified": true, "address": {"country": "JP"}
        }) else {
            unreachable!()
        };
        members.into_iter().collect()
    }

    fn picked(scope: &str, claims: &str, locales: &str) -> Map<String, Value> {
        let (scope, request) = (Scope::parse(scope).unwrap(), ClaimsRequest::parse(Some(claims)).unwrap());
        let locales = ClaimsLocales::parse(Some(locales));
        Wanted { scope: Some(&scope), by_name: &request.userinfo, locales: &locales }.pick(hanako())
    }

    fn told(scope: &str, claims: &str) -> Vec<String> {
        picked(scope, claims, "").into_iter().map(|(name, _)| name).collect()
    }

    #[test]
    fn a_scope_gives_its_claims_with_their_tagged_forms() {
        assert_eq!(told("openid", "{}"), [""; 0]);
        assert_eq!(told("openid email", "{}"), ["email", "email_verified"]);
        assert_eq!(told("openid profile", "{}"), ["family_name", "family_name#ja-Kana-JP", "name"]);
        assert_eq!(told("openid address phone", "{}"), ["address"]);
    }

    #[test]
    fn a_claim_asked_for_by_name_comes_alone() {
        assert_eq!(told("openid", r#"{"userinfo":{"name":{"essential":true},"sub":null}}"#), ["name"]);
        assert_eq!(told("openid", r#"{"userinfo":{"family_name#ja-Kana-JP":null}}"#), ["family_name#ja-Kana-JP"]);
        assert_eq!(told("openid", r#"{"id_token":{"name":null}}"#), [""; 0]);
    }

    #[test]
    fn claims_come_in_the_wished_language() {
        let kana = picked("openid profile", "{}", "ja-Kana-JP");
        assert_eq!(Value::Object(kana), serde_json::json!({"family_name": "ヤマダ", "name": "山田 花子"}));
        let both = picked("openid profile", "{}", "en ja-Kana");
        assert_eq!((&both["family_name"], &both["family_name#ja-Kana-JP"]), (&"山田".into(), &"ヤマダ".into()));
        // A name that was asked for with its tag is told under that name, and the client need not know how we spell it.
        let asked = picked("openid", r#"{"userinfo":{"family_name#ja-Kana":null,"family_name":null}}"#, "ja-Kana-JP");
        assert_eq!(Value::Object(asked), serde_json::json!({"family_name": "ヤマダ", "family_name#ja-Kana": "ヤマダ"}));
        assert!(picked("openid", r#"{"userinfo":{"family_name#fr":null}}"#, "").is_empty());
    }

    #[test]
    fn without_any_wish_nothing_has_to_be_read() {
        let (scope, none, anyhow) =
            (Scope::parse("openid offline_access").unwrap(), BTreeMap::new(), ClaimsLocales::parse(Some("ja")));
        let wanted = Wanted { scope: Some(&scope), by_name: &none, locales: &anyhow };
        assert!(!wanted.is_anything());
        assert!(Wanted { scope: Some(&Scope::parse("openid email").unwrap()), ..wanted }.is_anything());
        let of_the_token = ClaimsRequest::parse(Some(r#"{"id_token":{"acr":null,"sub":null}}"#)).unwrap();
        assert!(!Wanted { scope: None, by_name: &of_the_token.id_token, ..wanted }.is_anything());
    }
}
