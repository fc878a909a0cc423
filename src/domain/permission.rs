//! What staff and machine clients may be allowed, and the roles that bundle it. Deny by default.

use std::collections::BTreeSet;

macro_rules! permissions {
    ($($(#[doc = $doc:literal])+ $name:ident = $text:literal),+ $(,)?) => {
        /// One thing that can be allowed.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Permission { $($(#[doc = $doc])+ $name),+ }

        impl Permission {
            /// Every one.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// As the API description writes it.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text),+ }
            }
        }
    };
}

permissions! {
    /// Find customers and see their records.
    AccountRead = "account.read",
    /// Change, suspend and restore customers.
    AccountWrite = "account.write",
    /// Make two accounts of one person one, together with another member of staff.
    AccountMerge = "account.merge",
    /// Bring accounts along from another system.
    AccountImport = "account.import",
    /// Publish terms and privacy texts.
    TermsWrite = "terms.write",
    /// See OAuth clients.
    ClientRead = "client.read",
    /// Make and change OAuth clients.
    ClientWrite = "client.write",
    /// See product models.
    ModelRead = "model.read",
    /// Make and change product models.
    ModelWrite = "model.write",
    /// See warranty plans.
    PlanRead = "plan.read",
    /// Make warranty plans.
    PlanWrite = "plan.write",
    /// See units of the factory list.
    UnitRead = "unit.read",
    /// Add units to the factory list.
    UnitWrite = "unit.write",
    /// See registrations.
    RegistrationRead = "registration.read",
    /// Decide on registrations.
    RegistrationWrite = "registration.write",
    /// See audit entries.
    AuditRead = "audit.read",
}

/// A bundle of permissions that a person or a machine client holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Everything.
    Admin,
    /// Helps customers: their records, units and registrations.
    Support,
    /// Looks after the catalogue: models, plans, units.
    Quality,
    /// Reads what happened, changes nothing.
    Auditor,
}

impl Role {
    /// Every one.
    pub const ALL: [Self; 4] = [Self::Admin, Self::Support, Self::Quality, Self::Auditor];

    /// The word used by commands, clients and the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Support => "support",
            Self::Quality => "quality",
            Self::Auditor => "auditor",
        }
    }

    /// The role of a word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == text)
    }

    /// What it allows.
    pub fn permissions(self) -> BTreeSet<Permission> {
        use Permission as P;
        let allowed: &[P] = match self {
            Self::Admin => P::ALL,
            Self::Support => &[
                P::AccountRead,
                P::AccountWrite,
                P::AccountMerge,
                P::ModelRead,
                P::PlanRead,
                P::UnitRead,
                P::RegistrationRead,
                P::RegistrationWrite,
            ],
            Self::Quality => &[
                P::ModelRead,
                P::ModelWrite,
                P::PlanRead,
                P::PlanWrite,
                P::UnitRead,
                P::UnitWrite,
                P::RegistrationRead,
            ],
            Self::Auditor => &[P::AuditRead, P::ClientRead, P::ModelRead, P::PlanRead, P::UnitRead],
        };
        allowed.iter().copied().collect()
    }

    /// What several roles allow together.
    pub fn permissions_of(roles: impl IntoIterator<Item = Self>) -> BTreeSet<Permission> {
        roles.into_iter().flat_map(Self::permissions).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_administrator_may_change_clients() {
        for role in Role::ALL {
            let may = role.permissions().contains(&Permission::ClientWrite);
            assert_eq!(may, role == Role::Admin, "{}", role.as_str());
        }
    }

    #[test]
    fn role_words_are_read_back() {
        for role in Role::ALL {
            assert_eq!(Role::parse(role.as_str()), Some(role));
        }
        assert_eq!(Role::parse("root"), None);
    }
}
