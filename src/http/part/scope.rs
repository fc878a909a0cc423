//! What a scope means to the person who allows it, in plain words.

use super::Icon;
use crate::i18n::Words;
use crate::oidc::scope::{self, Scope};

/// One part of a scope.
pub struct ScopeWords {
    /// The scope value.
    pub word: &'static str,
    /// Its picture.
    pub icon: Icon,
    /// What it is.
    pub what: String,
    /// What it is for.
    pub why: String,
}

/// Plain words for each part of the scope, what is about the person first.
pub fn scope_in_words(words: Words, scope: &Scope) -> Vec<ScopeWords> {
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
    asked.map(|(word, icon, what, why)| ScopeWords { word, icon, what, why }).collect()
}

/// The same for somebody who is about to allow it, without what goes without saying: whoever sees the name recognises
/// the person anyway.
pub fn wishes_in_words(words: Words, scope: &Scope) -> Vec<ScopeWords> {
    let mut wishes = scope_in_words(words, scope);
    wishes.retain(|wish| wish.word != scope::OPENID || !scope.contains(scope::PROFILE));
    wishes
}
