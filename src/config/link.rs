//! A web page of the maker's, such as its privacy policy.

use std::fmt;

use super::setting::FromSetting;
use crate::base::url::is_showable_link;

/// An address that pages may show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link(String);

impl Link {
    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromSetting for Link {
    fn from_setting(text: &str) -> Result<Self, String> {
        if is_showable_link(text) { Ok(Self(text.to_owned())) } else { Err("an https URL is expected".to_owned()) }
    }
}
