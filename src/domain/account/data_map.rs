//! Every table that says something about a person: what becomes of it when the account is erased, and where it stands in
//! the copy that a person takes along. A test compares this list with the database, so that a new table is decided on.

use super::retention::Kept;

/// What becomes of a table's rows when their account is erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// They go.
    Deleted,
    /// The row stays as a name that nobody bears any more; all it says goes.
    Emptied,
    /// They stay for a while, without a name.
    Kept(Kept),
    /// They hold nothing but random names, and only until a job is done with them.
    Passing,
    /// They say that and when the account was erased.
    Record,
}

/// Where a table stands in a person's copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Copy {
    /// In the part of this name.
    In(&'static str),
    /// Not there, for a reason.
    Not(&'static str),
}

/// A table, what becomes of it, where it is copied to.
pub const TABLES: &[(&str, Fate, Copy)] = &[
    ("account", Fate::Emptied, Copy::In("profile")),
    ("account_bigram", Fate::Deleted, Copy::Not("made from the profile, for searching")),
    ("account_closure", Fate::Record, Copy::Not("an account that is closed makes no copies")),
    ("account_merge", Fate::Record, Copy::In("history")),
    ("account_hold", Fate::Deleted, Copy::In("holds")),
    ("account_source", Fate::Deleted, Copy::In("sign_in")),
    ("attempt", Fate::Deleted, Copy::Not("a sign-in that is open for some minutes")),
    ("audit_entry", Fate::Record, Copy::In("history")),
    ("audit_key", Fate::Deleted, Copy::Not("a key")),
    ("authorization_request", Fate::Deleted, Copy::Not("a page that is open for some minutes")),
    ("backchannel_request", Fate::Deleted, Copy::Not("a question that is open for some minutes")),
    ("consent", Fate::Deleted, Copy::In("apps")),
    ("data_export", Fate::Deleted, Copy::Not("a copy of what stands here")),
    ("decoupled_request", Fate::Deleted, Copy::Not("a question that is open for some minutes")),
    ("dormancy", Fate::Deleted, Copy::Not("a letter that was sent")),
    ("duplicate_account", Fate::Deleted, Copy::Not("a guess about two accounts, one of which is somebody else's")),
    ("email_address", Fate::Deleted, Copy::In("profile")),
    ("email_change", Fate::Deleted, Copy::Not("codes and links")),
    ("factor_reset", Fate::Deleted, Copy::Not("a wish that support takes a second factor away")),
    ("former_subject", Fate::Deleted, Copy::Not("random names, one for each app")),
    ("grant_", Fate::Deleted, Copy::In("apps")),
    ("idempotent_request", Fate::Deleted, Copy::Not("answers to an app, for a day")),
    ("kept_record", Fate::Record, Copy::Not("there is none before the erasure")),
    ("imported_identity", Fate::Deleted, Copy::In("sign_in")),
    ("known_browser", Fate::Deleted, Copy::Not("fingerprints of browsers' names")),
    ("known_network", Fate::Deleted, Copy::Not("fingerprints of networks' names")),
    ("likeness_key", Fate::Deleted, Copy::Not("fingerprints, for finding accounts of one person")),
    ("likeness_progress", Fate::Passing, Copy::Not("how far a job has come")),
    ("logout_party", Fate::Passing, Copy::Not("messages to apps that are on their way")),
    ("offered_unit", Fate::Deleted, Copy::In("apps")),
    ("ownership", Fate::Kept(Kept::Products), Copy::In("products")),
    ("passkey", Fate::Deleted, Copy::In("sign_in")),
    ("passkey_ceremony", Fate::Deleted, Copy::Not("a challenge that is open for some minutes")),
    ("passkey_offer", Fate::Deleted, Copy::Not("when to ask again")),
    ("password", Fate::Deleted, Copy::In("sign_in")),
    ("proof", Fate::Deleted, Copy::Not("codes and links")),
    ("recovery_code", Fate::Deleted, Copy::Not("fingerprints of codes")),
    ("registration", Fate::Kept(Kept::Products), Copy::In("products")),
    ("session", Fate::Deleted, Copy::In("sessions")),
    ("sign_in_code", Fate::Deleted, Copy::Not("codes and links")),
    ("sign_in_notice", Fate::Deleted, Copy::Not("links of letters, for a week")),
    ("terms_acceptance", Fate::Kept(Kept::Agreements), Copy::In("agreements")),
    ("staff_role", Fate::Deleted, Copy::In("sign_in")),
    ("totp", Fate::Deleted, Copy::Not("secrets; the names that applications were given stand on my page")),
    ("trusted_browser", Fate::Deleted, Copy::Not("fingerprints of browsers' names")),
    ("upstream_identity", Fate::Deleted, Copy::In("sign_in")),
    ("upstream_journey", Fate::Deleted, Copy::Not("a way to another provider that takes some minutes")),
];
