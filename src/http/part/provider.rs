//! The buttons that lead to other providers, each named as its service asks for. In words: the services' marks are theirs,
//! and come with rules that a theme of an operator's could break.

use crate::app::App;
use crate::config::upstream::{Preset, Upstream};
use crate::i18n::Words;

/// One button.
pub struct ProviderButton {
    /// The provider, by its name in the settings.
    pub id: String,
    /// What stands on it.
    pub label: String,
}

/// The buttons of the sign-in pages.
pub fn provider_buttons(app: &App, words: Words) -> Vec<ProviderButton> {
    buttons(app, |settings| match settings.preset {
        Preset::Google => words.provider_google(),
        Preset::Apple => words.provider_apple(),
        Preset::Line => words.provider_line(),
        Preset::YahooJapan => words.provider_yahoo_japan(),
        Preset::Oidc => words.provider_other(settings.name(words.locale())),
    })
}

/// The buttons of my page.
pub fn link_buttons(app: &App, words: Words) -> Vec<ProviderButton> {
    buttons(app, |settings| words.providers_add_submit(settings.name(words.locale())))
}

fn buttons(app: &App, label: impl Fn(&Upstream) -> String) -> Vec<ProviderButton> {
    let button = |settings: &Upstream| ProviderButton { id: settings.id.clone(), label: label(settings) };
    app.upstreams.iter().map(|provider| button(provider.settings())).collect()
}
