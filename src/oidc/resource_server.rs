//! The maker's own resource servers: APIs that take access tokens of this server, each with the scopes that it owns.
//! RFC 8707 §2, RFC 6749 §3.3.
//!
//! # Decisions
//! - A resource server gets tokens that are for it alone. Whoever it passes one on to, or steals it there, can do
//!   nothing elsewhere with it (RFC 9700 §2.3): so a token request names one of them at most, and without a name there
//!   is none in the audience.
//! - A scope belongs to one resource server. What a client may ask for stands in its registration; the scopes of an
//!   open resource server any client may ask for, since people decide about them.
//! - The metadata of the authorization server does not list them: which client may have which is the operator's
//!   business, and a resource server that is to be found publishes its own metadata (RFC 9728).

use super::scope::{self, Scope};
use crate::base::Timestamp;
use crate::base::bilingual::Bilingual;
use crate::base::id::ClientId;

crate::id! {
    /// Names a resource server in the management API.
    ResourceServerId,
}

/// Longest identifier of a resource server.
const LONGEST_URI: usize = 256;
/// Longest scope.
const LONGEST_WORD: usize = 64;
/// Longest text that people read.
const LONGEST_TEXT: usize = 200;
/// Most scopes of one resource server.
const MOST_SCOPES: usize = 50;

/// A resource server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourceServer {
    /// Its name here.
    pub id: ResourceServerId,
    /// Its identifier: what `resource` and `aud` say.
    pub uri: String,
    /// What people call it.
    pub name: Bilingual,
    /// What it owns, in the order in which people are asked.
    pub scopes: Vec<OwnedScope>,
    /// The client as which it asks what a token is worth (RFC 7662); none where it checks tokens itself.
    pub client: Option<ClientId>,
    /// Whether every client may ask for its scopes.
    pub open: bool,
    /// Since when it is known.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// A scope of a resource server, with what the person reads who is asked for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnedScope {
    /// The word.
    pub word: String,
    /// What it lets a client do.
    pub name: Bilingual,
    /// What that is for.
    pub why: Option<Bilingual>,
}

/// What cannot be registered: the member, and why.
pub type Unfit = (&'static str, &'static str);

impl ResourceServer {
    /// Whether a scope belongs to it.
    pub fn owns(&self, word: &str) -> bool {
        self.scopes.iter().any(|owned| owned.word == word)
    }

    /// The part of a scope that belongs to it.
    pub fn part_of(&self, scope: &Scope) -> Scope {
        Scope::of(scope.iter().filter(|word| self.owns(word)))
    }

    /// Whether it can be registered here.
    pub fn check(&self, issuer: &str) -> Result<(), Unfit> {
        check_uri(&self.uri, issuer)?;
        if self.scopes.is_empty() || self.scopes.len() > MOST_SCOPES {
            return Err(("scopes", "one to fifty are needed"));
        }
        for (index, owned) in self.scopes.iter().enumerate() {
            check_word(&owned.word)?;
            if self.scopes[..index].iter().any(|before| before.word == owned.word) {
                return Err(("scopes", "each may be there once"));
            }
        }
        let named = [&self.name].into_iter().chain(self.scopes.iter().map(|owned| &owned.name));
        let texts = named.chain(self.scopes.iter().filter_map(|owned| owned.why.as_ref()));
        let is_good = |text: &str| text.chars().count() <= LONGEST_TEXT && !text.chars().any(char::is_control);
        match texts.into_iter().all(|text| is_good(text.ja()) && is_good(text.en())) {
            true => Ok(()),
            false => Err(("name", "texts have at most 200 characters and no line breaks")),
        }
    }
}

/// [RFC 8707 §2](https://www.rfc-editor.org/rfc/rfc8707#section-2): an absolute URI without fragment; and not one of
/// ours.
fn check_uri(uri: &str, issuer: &str) -> Result<(), Unfit> {
    let is_plain = uri.len() <= LONGEST_URI && uri.bytes().all(|b| b.is_ascii_graphic());
    if !is_plain || uri.contains('#') || url::Url::parse(uri).is_err() {
        return Err(("uri", "an absolute URI of at most 256 ASCII characters without fragment is needed"));
    }
    let issuer = issuer.trim_end_matches('/');
    let is_ours = uri.strip_prefix(issuer).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']));
    if is_ours { Err(("uri", "is this server's own")) } else { Ok(()) }
}

fn check_word(word: &str) -> Result<(), Unfit> {
    match Scope::parse(word) {
        Ok(scope) if scope.iter().eq([word]) && word.len() <= LONGEST_WORD => {}
        _ => return Err(("scopes", "each is one word of at most 64 characters (RFC 6749)")),
    }
    match scope::SUPPORTED.contains(&word) {
        true => Err(("scopes", "has one that this server gives a meaning")),
        false => Ok(()),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A resource server with these scopes.
    pub(crate) fn resource_server(uri: &str, words: &[&str]) -> ResourceServer {
        let text = |text: &str| Bilingual::new(text, "Orders").unwrap();
        ResourceServer {
            id: uri.into(),
            uri: uri.to_owned(),
            name: text("ご注文"),
            scopes: words
                .iter()
                .map(|word| OwnedScope { word: (*word).to_owned(), name: text(word), why: None })
                .collect(),
            client: None,
            open: false,
            created_at: Timestamp::from_seconds(0),
            updated_at: Timestamp::from_seconds(0),
        }
    }

    #[test]
    fn each_bad_registration_is_refused_by_its_member() {
        let check = |uri: &str, words: &[&str]| resource_server(uri, words).check("https://id.example");
        assert_eq!(check("https://orders.example/api", &["orders.read", "orders:write"]), Ok(()));
        for fine in ["https://id.example.com", "https://orders.example/?a=1", "urn:maker:orders", "http://127.0.0.1:1/"]
        {
            assert_eq!(check(fine, &["x"]), Ok(()), "{fine}");
        }
        let long = format!("https://orders.example/{}", "x".repeat(256));
        for bad in [
            "",
            "orders",
            "/orders",
            "https://orders.example/#x",
            "https://orders.example/a b",
            "https://注文.example",
            "https://id.example",
            "https://id.example/",
            "https://id.example/registry/v1",
            "https://id.example/orders",
            &long,
        ] {
            assert_eq!(check(bad, &["x"]).unwrap_err().0, "uri", "{bad}");
        }
        for bad in [&[][..], &["a", "a"], &["a b"], &[""], &["a\"b"], &["注文"], &["openid"], &["management"]] {
            assert_eq!(check("https://orders.example", bad).unwrap_err().0, "scopes", "{bad:?}");
        }
        let mut server = resource_server("https://orders.example", &["x"]);
        server.scopes[0].why = Bilingual::new("a\u{0}b", "");
        assert_eq!(server.check("https://id.example").unwrap_err().0, "name");
    }
}
