//! What surrounds every page: words, visitor, navigation, files. Built by the wrapper of a route, not by
//! its handler, and held by every view as `page`.

use super::assets;
use super::extract::call::Call;
use super::part::Avatar;
use crate::base::Locale;
use crate::config::Config;
use crate::config::link::Link;
use crate::i18n::Words;

/// Everything a layout template shows around the page's own content.
#[derive(Clone, Debug)]
pub struct Chrome {
    /// The words of the page's language.
    pub words: Words,
    /// Whose pages these are.
    pub site: Site,
    /// The token every form on the page carries.
    pub csrf: String,
    /// The signed-in person's name, as it is shown to themselves.
    pub person: Option<String>,
    /// Path and query of this page: where the language switcher comes back to.
    pub path: String,
    /// The zone in which moments are shown: the person's, else the maker's.
    pub time_zone: String,
}

/// The company whose pages these are.
#[derive(Clone, Debug)]
pub struct Site {
    /// Its name in the page's language.
    pub name: String,
    /// Where its logo is; without one, the name stands beside a seal.
    pub logo: Option<String>,
    /// Its privacy policy.
    pub privacy_policy: Option<String>,
    /// Its terms.
    pub terms_of_service: Option<String>,
}

impl Chrome {
    /// What surrounds the answer to a request.
    pub fn of(call: &Call, config: &Config) -> Self {
        let path = if call.method != http::Method::GET || call.query.is_empty() {
            call.path.clone()
        } else {
            format!("{}?{}", call.path, call.query)
        };
        Self {
            words: Words::of(call.locale),
            site: Site {
                name: config.top.display_name.clone(),
                logo: None,
                privacy_policy: config.site.privacy_policy.as_ref().map(Link::to_string),
                terms_of_service: config.site.terms_of_service.as_ref().map(Link::to_string),
            },
            csrf: call.csrf().to_owned(),
            person: call.visitor.as_ref().map(|visitor| visitor.name.clone()),
            path,
            time_zone: call
                .visitor
                .as_ref()
                .and_then(|visitor| visitor.time_zone.clone())
                .unwrap_or_else(|| config.top.time_zone.clone()),
        }
    }

    /// The language of the page.
    pub fn locale(&self) -> Locale {
        self.words.locale()
    }

    /// The value of `<html lang>`.
    pub fn lang(&self) -> &'static str {
        self.words.locale().tag()
    }

    /// The address of the stylesheet.
    pub fn stylesheet(&self) -> &'static str {
        assets::url("hosho.css")
    }

    /// The address of the script that makes pages more convenient; every page works without it.
    pub fn script(&self) -> &'static str {
        assets::url("hosho.js")
    }

    /// The address of the script of passkeys.
    pub fn passkey_script(&self) -> &'static str {
        assets::url("passkey.js")
    }

    /// The address of the icon in the browser's tab.
    pub fn favicon(&self) -> &'static str {
        assets::url("favicon.svg")
    }

    /// Whether the page belongs to a place of the navigation: it is that page or lies below it.
    pub fn is_in(&self, place: &str) -> bool {
        let path = self.path.split('?').next().unwrap_or_default();
        path == place || (place != "/my" && path.strip_prefix(place).is_some_and(|rest| rest.starts_with('/')))
    }

    /// The person's picture: initials.
    pub fn avatar(&self) -> Option<Avatar> {
        self.person.as_deref().map(Avatar::of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_knows_where_in_the_navigation_it_is() {
        let at = |path: &str| Chrome {
            words: Words::of(Locale::En),
            site: Site { name: "Hosho".into(), logo: None, privacy_policy: None, terms_of_service: None },
            csrf: String::new(),
            person: None,
            time_zone: "Asia/Tokyo".to_owned(),
            path: path.into(),
        };
        assert!(at("/my?welcome=1").is_in("/my"));
        assert!(!at("/my/products").is_in("/my"));
        assert!(at("/my/products/add").is_in("/my/products"));
        assert!(!at("/my/products-of-others").is_in("/my/products"));
    }
}
