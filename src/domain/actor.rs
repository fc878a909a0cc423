//! Who does something: every unit of work has exactly one.

use std::collections::BTreeSet;
use std::net::IpAddr;

use super::permission::Permission;
use super::registry::product_claim::UnitRight;
use crate::base::id::{ClientId, SessionId, Subject};

/// Who acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// Somebody who has not signed in.
    Anonymous,
    /// A customer in a browser.
    Customer {
        /// Who.
        sub: Subject,
        /// In which session.
        session: SessionId,
    },
    /// A relying party acting for a customer who granted it, with an access token.
    App {
        /// The client.
        client: ClientId,
        /// For whom.
        sub: Subject,
        /// The scopes of the token.
        scopes: BTreeSet<String>,
        /// What it may see of single units.
        units: Vec<UnitRight>,
    },
    /// A member of staff, through the console or the management API.
    Staff {
        /// Who.
        sub: Subject,
        /// What their roles allow at this moment.
        permissions: BTreeSet<Permission>,
    },
    /// A machine client with roles of its own.
    Machine {
        /// The client.
        client: ClientId,
        /// What its roles allow at this moment.
        permissions: BTreeSet<Permission>,
    },
    /// The operator at the command line.
    Operator,
    /// A job of the server; the word says which.
    System(&'static str),
}

impl Actor {
    /// Whether the actor may do what needs a permission.
    pub fn may(&self, permission: Permission) -> bool {
        match self {
            Self::Staff { permissions, .. } | Self::Machine { permissions, .. } => permissions.contains(&permission),
            Self::Operator => true,
            Self::Anonymous | Self::Customer { .. } | Self::App { .. } | Self::System(_) => false,
        }
    }

    /// The customer that this actor is, or acts for.
    pub fn customer(&self) -> Option<&Subject> {
        match self {
            Self::Customer { sub, .. } | Self::App { sub, .. } => Some(sub),
            Self::Anonymous | Self::Staff { .. } | Self::Machine { .. } | Self::Operator | Self::System(_) => None,
        }
    }

    /// The kind and the name, as audit entries keep them.
    pub fn named(&self) -> (&'static str, &str) {
        match self {
            Self::Anonymous => ("anonymous", ""),
            Self::Customer { sub, .. } => ("customer", sub.as_ref()),
            Self::App { client, .. } => ("app", client.as_ref()),
            Self::Staff { sub, .. } => ("staff", sub.as_ref()),
            Self::Machine { client, .. } => ("machine", client.as_ref()),
            Self::Operator => ("operator", ""),
            Self::System(job) => ("system", job),
        }
    }
}

/// From where a request came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The peer, or the address a trusted proxy vouches for.
    pub address: Option<IpAddr>,
    /// The `User-Agent` header, shortened.
    pub user_agent: String,
    /// Shown on error pages and written in the log and the audit entries.
    pub request_id: String,
}
