//! What a scope means to the person who allows it, in plain words.

use super::Icon;
use crate::i18n::Words;
use crate::oidc::resource_server::{OwnedScope, ResourceServer};
use crate::oidc::scope::{self, Scope};

/// One part of a scope.
pub struct ScopeWords {
    /// The scope value.
    pub word: String,
    /// Its picture.
    pub icon: Icon,
    /// What it is.
    pub what: String,
    /// What it is for.
    pub why: String,
}

/// Plain words for each part of the scope: what is about the person first, what is the maker's resource servers' last.
pub fn scope_in_words(words: Words, scope: &Scope, servers: &[ResourceServer]) -> Vec<ScopeWords> {
    let known = [
        (scope::OPENID, Icon::Person, words.scope_openid(), words.scope_openid_why()),
        (scope::PROFILE, Icon::Person, words.scope_profile(), words.scope_profile_why()),
        (scope::EMAIL, Icon::Letter, words.scope_email(), words.scope_email_why()),
        (scope::ADDRESS, Icon::Home, words.scope_address(), words.scope_address_why()),
        (scope::PHONE, Icon::Device, words.scope_phone(), words.scope_phone_why()),
        (scope::PRODUCTS, Icon::Product, words.scope_products(), words.scope_products_why()),
        (scope::PRODUCTS_SERIAL, Icon::Receipt, words.scope_products_serial(), words.scope_products_serial_why()),
        (scope::WARRANTY, Icon::Shield, words.scope_warranty(), words.scope_warranty_why()),
        (scope::RECALLS, Icon::Alert, words.scope_recalls(), words.scope_recalls_why()),
        (scope::SERVICE, Icon::Tool, words.scope_service(), words.scope_service_why()),
        (scope::SERVICE_WRITE, Icon::Tool, words.scope_service_write(), words.scope_service_write_why()),
        (scope::REGISTRY_REGISTER, Icon::Plus, words.scope_registry_register(), words.scope_registry_register_why()),
        (scope::MANAGEMENT, Icon::Apps, words.scope_management(), words.scope_management_why()),
        (scope::OFFLINE_ACCESS, Icon::Clock, words.scope_offline_access(), words.scope_offline_access_why()),
    ];
    let asked = known.into_iter().filter(|(word, ..)| scope.contains(word));
    let own = asked.map(|(word, icon, what, why)| ScopeWords { word: word.to_owned(), icon, what, why });
    let owned = servers.iter().flat_map(|server| server.scopes.iter().map(move |owned| (server, owned)));
    let owned = owned.filter(|(_, owned)| scope.contains(&owned.word));
    own.chain(owned.map(|(server, owned)| owned_in_words(words, server, owned))).collect()
}

/// What a resource server says about its scope, and whose it is.
fn owned_in_words(words: Words, server: &ResourceServer, owned: &OwnedScope) -> ScopeWords {
    let locale = words.locale();
    let name = server.name.in_locale(locale);
    ScopeWords {
        word: owned.word.clone(),
        icon: Icon::Apps,
        what: owned.name.in_locale(locale).to_owned(),
        why: match &owned.why {
            Some(why) => words.scope_owned_why(why.in_locale(locale), name),
            None => words.scope_owned(name),
        },
    }
}

/// The same for somebody who is about to allow it, without what goes without saying: whoever sees the name recognises
/// the person anyway.
pub fn wishes_in_words(words: Words, scope: &Scope, servers: &[ResourceServer]) -> Vec<ScopeWords> {
    let mut wishes = scope_in_words(words, scope, servers);
    wishes.retain(|wish| wish.word != scope::OPENID || !scope.contains(scope::PROFILE));
    wishes
}
