//! Authentication context class: how strong a sign-in was. OpenID Connect Core §2 (`acr`), NIST SP 800-63B-4 for
//! the levels, and the value for phishing-resistant sign-in of OpenID Connect Extended Authentication Profile §2.

/// The classes, weaker first: a stronger one satisfies whoever asks for a weaker one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Acr {
    /// One factor: a password, or a code sent by mail.
    Aal1,
    /// Two different factors.
    Aal2,
    /// A factor that a false site cannot pass on: a passkey.
    Phr,
}

impl Acr {
    /// All classes, weaker first.
    pub const ALL: [Self; 3] = [Self::Aal1, Self::Aal2, Self::Phr];

    /// The value of the claim.
    pub const fn value(self) -> &'static str {
        match self {
            Self::Aal1 => "aal1",
            Self::Aal2 => "aal2",
            Self::Phr => "phr",
        }
    }

    /// The class of a claim value, if it is one of ours.
    pub fn from_value(value: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.value() == value)
    }

    /// Whether a sign-in of this class is enough where `wanted` is asked.
    pub fn satisfies(self, wanted: Self) -> bool {
        self >= wanted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stronger_class_satisfies_a_weaker_wish_and_not_the_other_way() {
        assert!(Acr::Phr.satisfies(Acr::Aal1));
        assert!(!Acr::Aal1.satisfies(Acr::Aal2));
        assert_eq!(Acr::from_value("aal1"), Some(Acr::Aal1));
        assert_eq!(Acr::from_value("urn:other"), None);
    }
}
