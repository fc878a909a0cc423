//! `prompt`: which pages the client wants shown. OpenID Connect Core §3.1.2.1, Initiating User Registration 1.0.

use super::error::OAuthError;

/// The wishes of one request. Nothing set means: show what is needed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Prompt {
    /// No page at all; an error where one would be needed.
    pub none: bool,
    /// Sign in again, whatever session there is.
    pub login: bool,
    /// Ask for consent, whatever was allowed before.
    pub consent: bool,
    /// Let the person choose the account.
    pub select_account: bool,
    /// Offer to make an account first.
    pub create: bool,
}

impl Prompt {
    /// The values listed in the metadata.
    pub const VALUES: [&'static str; 5] = ["none", "login", "consent", "select_account", "create"];

    /// Read the space-separated parameter.
    pub fn parse(text: Option<&str>) -> Result<Self, OAuthError> {
        let mut prompt = Self::default();
        for word in text.unwrap_or_default().split(' ').filter(|word| !word.is_empty()) {
            match word {
                "none" => prompt.none = true,
                "login" => prompt.login = true,
                "consent" => prompt.consent = true,
                "select_account" => prompt.select_account = true,
                "create" => prompt.create = true,
                _ => return Err(OAuthError::invalid_request("prompt has a value that is not supported")),
            }
        }
        let shows_a_page = prompt.login || prompt.consent || prompt.select_account || prompt.create;
        if prompt.none && shows_a_page {
            return Err(OAuthError::invalid_request("prompt none cannot be combined with other values"));
        }
        Ok(prompt)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wishes_combine_but_none_stands_alone() {
        let prompt = Prompt::parse(Some("login consent")).unwrap();
        assert!(prompt.login && prompt.consent && !prompt.none);
        assert_eq!(Prompt::parse(None).unwrap(), Prompt::default());
        for bad in ["none login", "consent none", "Login", "bogus"] {
            assert_eq!(Prompt::parse(Some(bad)).unwrap_err().code.as_str(), "invalid_request", "{bad}");
        }
    }
}
