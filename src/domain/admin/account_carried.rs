//! What travels with an account from one installation of ours to another, beside what any system could give.

use crate::base::Timestamp;
use crate::base::id::{ClientId, Subject};
use crate::base::time::Date;
use crate::domain::account::CustomerNumber;
use crate::domain::registry::product_model::ModelNo;
use crate::domain::registry::registration::{Channel, Reason, State};
use crate::domain::registry::unit::Provenance;
use crate::domain::registry::warranty::Anchor;

/// Everything that travels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Carried {
    /// What relying parties know it by. It is kept.
    pub sub: Subject,
    /// What the person says on the telephone. It is kept.
    pub number: CustomerNumber,
    /// When the profile changed last.
    pub updated_at: Timestamp,
    /// What it was in other systems before.
    pub sources: Vec<Source>,
    /// What the person allowed applications.
    pub consents: Vec<Consent>,
    /// What they registered and what of that is open.
    pub registrations: Vec<CarriedRegistration>,
}

/// An account's name in another system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The other system.
    pub source: String,
    /// The account's name there.
    pub source_id: String,
}

/// What a person allowed an application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    /// The application.
    pub client: ClientId,
    /// Scopes, with blanks between them.
    pub scope: String,
    /// When it was first given.
    pub given_at: Timestamp,
    /// When it changed last.
    pub updated_at: Timestamp,
}

/// A registration, with its unit by what is printed on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CarriedRegistration {
    /// The model.
    pub model_no: ModelNo,
    /// The serial as it is compared.
    pub serial: String,
    /// The serial as on the label.
    pub serial_label: String,
    /// Whether the factory's list had the unit.
    pub provenance: Provenance,
    /// Where it stands.
    pub state: State,
    /// Why it waits.
    pub reasons: Vec<Reason>,
    /// Through what it was claimed.
    pub channel: Channel,
    /// The serial as typed.
    pub serial_typed: String,
    /// The code in the box was given.
    pub possession_shown: bool,
    /// Where it was bought, or empty.
    pub dealer: String,
    /// When it was bought.
    pub purchased_on: Option<Date>,
    /// The claimant's date on the day of claiming.
    pub declared_on: Date,
    /// When.
    pub created_at: Timestamp,
    /// The first day on which the unit was held, where it is held.
    pub held_from: Option<Date>,
    /// The code and the version of the plan that was promised with it, and what that counts from.
    pub warranty: Option<(String, u32, Anchor)>,
}
