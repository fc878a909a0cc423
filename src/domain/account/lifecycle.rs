//! The states of an account, and the one rule every grant asks: may this account authenticate?

/// Where an account stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// Made (by an import, say), but nobody has yet proved to hold its address.
    Unverified,
    /// In use.
    Active,
    /// Stopped by staff; everything is kept and can be restored.
    Suspended,
    /// Ended for good. The subject is never given to anyone else.
    Closed,
}

/// Why an account may not authenticate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Barred {
    /// Its address has not been proved.
    Unverified,
    /// Staff stopped it.
    Suspended,
    /// It has ended.
    Closed,
}

/// The step is not possible from the state the account is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WrongState(pub State);

impl State {
    /// All of them, in the order of a life.
    pub const ALL: [Self; 4] = [Self::Unverified, Self::Active, Self::Suspended, Self::Closed];

    /// The word that is stored and that the API shows.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Unverified => "unverified",
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Closed => "closed",
        }
    }

    /// The state of a stored word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }

    /// Whether an account in this state may sign in, keep a session, or have tokens issued and refreshed.
    /// Every grant and every session asks this one function, so that no door is forgotten.
    pub const fn may_authenticate(self) -> Result<(), Barred> {
        match self {
            Self::Active => Ok(()),
            Self::Unverified => Err(Barred::Unverified),
            Self::Suspended => Err(Barred::Suspended),
            Self::Closed => Err(Barred::Closed),
        }
    }

    /// The address was proved.
    pub const fn verified(self) -> Result<Self, WrongState> {
        match self {
            Self::Unverified | Self::Active => Ok(Self::Active),
            Self::Suspended | Self::Closed => Err(WrongState(self)),
        }
    }

    /// Staff stop the account.
    pub const fn suspended(self) -> Result<Self, WrongState> {
        match self {
            Self::Active | Self::Unverified => Ok(Self::Suspended),
            Self::Suspended | Self::Closed => Err(WrongState(self)),
        }
    }

    /// Staff let the account go on.
    pub const fn restored(self) -> Result<Self, WrongState> {
        match self {
            Self::Suspended => Ok(Self::Active),
            Self::Unverified | Self::Active | Self::Closed => Err(WrongState(self)),
        }
    }

    /// The account ends.
    pub const fn closed(self) -> Result<Self, WrongState> {
        match self {
            Self::Unverified | Self::Active | Self::Suspended => Ok(Self::Closed),
            Self::Closed => Err(WrongState(self)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_active_account_may_authenticate() {
        let allowed: Vec<_> = State::ALL.into_iter().filter(|state| state.may_authenticate().is_ok()).collect();
        assert_eq!(allowed, [State::Active]);
    }

    #[test]
    fn words_come_back_as_the_same_state() {
        for state in State::ALL {
            assert_eq!(State::from_word(state.word()), Some(state));
        }
        assert_eq!(State::from_word("deleted"), None);
    }

    #[test]
    fn a_closed_account_stays_closed() {
        let closed = State::Closed;
        assert_eq!(closed.restored(), Err(WrongState(closed)));
        assert_eq!(closed.verified(), Err(WrongState(closed)));
        assert_eq!(closed.suspended(), Err(WrongState(closed)));
    }

    #[test]
    fn proving_an_address_does_not_lift_a_suspension() {
        assert!(State::Suspended.verified().is_err());
        assert_eq!(State::Suspended.restored(), Ok(State::Active));
    }
}
