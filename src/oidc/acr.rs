//! Authentication Context Class Reference: how surely the person was recognised.
//! OpenID Connect Core §2 and §5.5.1.1, NIST SP 800-63B-4, EAP ACR Values 1.0.

/// A level of authentication; a later one satisfies a request for an earlier one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Acr {
    /// One factor.
    Aal1,
    /// Two factors.
    Aal2,
    /// A factor that cannot be phished.
    Phr,
}

impl Acr {
    /// Every level, lowest first.
    pub const ALL: [Self; 3] = [Self::Aal1, Self::Aal2, Self::Phr];

    /// The value of the `acr` claim.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Aal1 => "aal1",
            Self::Aal2 => "aal2",
            Self::Phr => "phr",
        }
    }

    /// The level of that name, if it is one of ours.
    pub fn from_text(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|acr| acr.as_str() == text)
    }

    /// The known levels of a space-separated preference list; unknown ones are passed over,
    /// because `acr_values` is a voluntary wish.
    pub fn list(text: Option<&str>) -> Vec<Self> {
        text.unwrap_or_default().split(' ').filter_map(Self::from_text).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_levels_are_passed_over_and_order_is_kept() {
        assert_eq!(Acr::list(Some("phr urn:other aal1")), [Acr::Phr, Acr::Aal1]);
        assert!(Acr::Aal1 < Acr::Phr);
    }
}
