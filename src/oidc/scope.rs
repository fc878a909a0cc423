//! Scope: a set of words that say what an access token is for. RFC 6749 §3.3, OpenID Connect Core §5.4 and §11.

use std::fmt;

use super::error::OAuthError;

/// The scopes this server gives a meaning itself; the others are those of the maker's resource servers.
pub const SUPPORTED: &[&str] = &[
    OPENID,
    PROFILE,
    EMAIL,
    ADDRESS,
    PHONE,
    OFFLINE_ACCESS,
    PRODUCTS,
    PRODUCTS_SERIAL,
    WARRANTY,
    RECALLS,
    SERVICE,
    SERVICE_WRITE,
    REGISTRY_REGISTER,
    MANAGEMENT,
];

/// An ID token is asked for.
pub const OPENID: &str = "openid";
/// Name, language and other personal facts.
pub const PROFILE: &str = "profile";
/// E-mail address.
pub const EMAIL: &str = "email";
/// Postal address.
pub const ADDRESS: &str = "address";
/// Telephone number.
pub const PHONE: &str = "phone";
/// A refresh token that outlives the session.
pub const OFFLINE_ACCESS: &str = "offline_access";
/// The person's products.
pub const PRODUCTS: &str = "products";
/// Serial number, purchase date and shop of each product.
pub const PRODUCTS_SERIAL: &str = "products.serial";
/// Cover per component with its dates.
pub const WARRANTY: &str = "warranty";
/// Open recalls of each product.
pub const RECALLS: &str = "recalls";
/// Repairs and enquiries, to read.
pub const SERVICE: &str = "service";
/// Repairs and enquiries, to open and answer.
pub const SERVICE_WRITE: &str = "service.write";
/// Registering a product for the person.
pub const REGISTRY_REGISTER: &str = "registry.register";
/// The management API, with the permissions of the actor's roles.
pub const MANAGEMENT: &str = "management";

/// A set of scope words in the order in which they were asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope(Vec<String>);

impl Scope {
    /// Read a space-separated list. [RFC 6749 §3.3](https://www.rfc-editor.org/rfc/rfc6749#section-3.3)
    pub fn parse(text: &str) -> Result<Self, OAuthError> {
        let mut scope = Self::default();
        for word in text.split(' ').filter(|word| !word.is_empty()) {
            if !word.bytes().all(|b| matches!(b, 0x21 | 0x23..=0x5B | 0x5D..=0x7E)) {
                return Err(OAuthError::invalid_scope("scope contains characters that are not allowed"));
            }
            scope.insert(word);
        }
        Ok(scope)
    }

    /// A scope of words known to be well formed (constants, stored rows).
    pub fn of<T: AsRef<str>>(words: impl IntoIterator<Item = T>) -> Self {
        let mut scope = Self::default();
        for word in words {
            scope.insert(word.as_ref());
        }
        scope
    }

    /// A scope that was stored by us.
    pub fn from_stored(text: &str) -> Self {
        Self::of(text.split(' ').filter(|word| !word.is_empty()))
    }

    /// Whether the word is in it.
    pub fn contains(&self, word: &str) -> bool {
        self.0.iter().any(|known| known == word)
    }

    /// Whether it has no word.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The words in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Whether every word of this is in `other`.
    pub fn is_within(&self, other: &Self) -> bool {
        self.iter().all(|word| other.contains(word))
    }

    /// The words that `other` has too, in this order.
    #[must_use]
    pub fn within(&self, other: &Self) -> Self {
        Self::of(self.iter().filter(|word| other.contains(word)))
    }

    /// The words that `other` lacks, in this order.
    #[must_use]
    pub fn without(&self, other: &Self) -> Self {
        Self::of(self.iter().filter(|word| !other.contains(word)))
    }

    /// The words of both.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        Self::of(self.iter().chain(other.iter()))
    }

    /// What a client may ask for that registered no scope: everything a customer can allow.
    pub fn default_for_clients() -> Self {
        Self::of(SUPPORTED.iter().filter(|word| **word != MANAGEMENT))
    }

    fn insert(&mut self, word: &str) {
        if !self.contains(word) {
            self.0.push(word.to_owned());
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(" "))
    }
}

/// The scope that gives a claim, so that a claim asked for by name is consented to like its scope.
/// [OpenID Connect Core §5.4](https://openid.net/specs/openid-connect-core-1_0.html#ScopeClaims)
pub fn of_claim(claim: &str) -> Option<&'static str> {
    let base = claim.split('#').next().unwrap_or(claim);
    Some(match base {
        "name" | "family_name" | "given_name" | "middle_name" | "nickname" | "preferred_username" | "profile"
        | "picture" | "website" | "gender" | "birthdate" | "zoneinfo" | "locale" | "updated_at" => PROFILE,
        "email" | "email_verified" => EMAIL,
        "address" => ADDRESS,
        "phone_number" | "phone_number_verified" => PHONE,
        "products" | "products_total" => PRODUCTS,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_keeps_its_order_and_each_word_once() {
        assert_eq!(Scope::parse("openid  email openid").unwrap().to_string(), "openid email");
        assert!(Scope::parse("").unwrap().is_empty());
    }

    #[test]
    fn words_with_quotes_backslashes_or_controls_are_refused() {
        for bad in ["a\"b", "a\\b", "a\tb", "é"] {
            assert!(Scope::parse(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn sets_are_compared_by_their_words() {
        let asked = Scope::parse("openid email bogus").unwrap();
        let allowed = Scope::parse("email openid profile").unwrap();
        assert_eq!(asked.within(&allowed).to_string(), "openid email");
        assert_eq!(asked.without(&allowed).to_string(), "bogus");
        assert!(!asked.is_within(&allowed));
    }

    #[test]
    fn a_tagged_claim_belongs_to_the_scope_of_its_base() {
        assert_eq!(of_claim("family_name#ja-Kana-JP"), Some(PROFILE));
        assert_eq!(of_claim("sub"), None);
    }
}
