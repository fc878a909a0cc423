//! Two accounts of one person become one, and can be two again for thirty days.
//!
//! # Decisions
//! - What the account that goes away had is moved where there is room for it, and stays under it where there is not:
//!   one password, one profile value, one consent for each client. What stays is dead with its account, and alive
//!   again when the merge is undone.
//! - A client that knew only the account that goes away keeps the subject it knows: nobody comes back to it as a
//!   stranger. A client that knew both sees the subject of the account that stays.
//! - Grants are neither revoked nor renewed by a merge; sessions of the account that goes away end.
//! - Staff have no second account: whoever holds a role is not merged.

use std::time::Duration;

use crate::base::Timestamp;
use crate::base::id::Subject;
use crate::base::time::days;

crate::id! {
    /// The merge of two accounts.
    MergeId,
}

/// How long a merge can be undone.
pub const UNDO: Duration = days(30);

/// Where a merge stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// One member of staff proposed it; another must agree.
    Proposed,
    /// Another one did not.
    Rejected,
    /// Done, and can be undone.
    Merged,
    /// Both accounts are what they were.
    Undone,
    /// Done for good.
    Final,
}

impl Stage {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Proposed, Self::Rejected, Self::Merged, Self::Undone, Self::Final];

    /// The word that is stored and that the API shows.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Rejected => "rejected",
            Self::Merged => "merged",
            Self::Undone => "undone",
            Self::Final => "final",
        }
    }

    /// The stage of a stored word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.word() == word)
    }
}

/// What a merge rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// Their owner proved to hold both accounts.
    Owner,
    /// Two members of staff agreed.
    Staff,
}

impl Proof {
    /// The word that is stored and that the API shows.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Staff => "staff",
        }
    }

    /// The proof of a stored word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Owner, Self::Staff].into_iter().find(|proof| proof.word() == word)
    }
}

/// The merge of two accounts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merge {
    /// Its name.
    pub id: MergeId,
    /// The account that stays.
    pub kept: Subject,
    /// The account that goes away.
    pub gone: Subject,
    /// Where it stands.
    pub stage: Stage,
    /// What it rests on.
    pub proof: Proof,
    /// Why, in a sentence.
    pub reason: String,
    /// Who proposed it, or the owner who did it.
    pub proposed_by: String,
    /// When.
    pub proposed_at: Timestamp,
    /// Who agreed or did not.
    pub decided_by: Option<String>,
    /// When.
    pub decided_at: Option<Timestamp>,
    /// Until when it can be undone, once it is done.
    pub undo_until: Option<Timestamp>,
}

/// Why a merge cannot be undone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotUndone {
    /// It was never done, or was undone already.
    NotMerged,
    /// The thirty days are over.
    TooLate,
}

impl Merge {
    /// Whether it can be undone now.
    pub fn may_be_undone(&self, now: Timestamp) -> Result<(), NotUndone> {
        match (self.stage, self.undo_until) {
            (Stage::Merged, Some(until)) if now < until => Ok(()),
            (Stage::Merged | Stage::Final, _) => Err(NotUndone::TooLate),
            (Stage::Proposed | Stage::Rejected | Stage::Undone, _) => Err(NotUndone::NotMerged),
        }
    }
}

/// What a merge moved or changed. Each kind is given back in its own way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// An address, by its compared form.
    Email,
    /// An address that the account that stays had given up, and has again.
    EmailAgain,
    /// A value that the profile of the account that stays did not have, by its claim.
    ProfileValue,
    /// A registration with its ownership.
    Registration,
    /// A claim on a unit that the same person holds: withdrawn. Before it stood as it is written there.
    WithdrawnClaim,
    /// What a client was allowed, by the client.
    Consent,
    /// A grant.
    Grant,
    /// The subject by which a client goes on to know the person, by the client.
    KnownAs,
    /// Another provider that one can sign in with, by what is linked.
    Identity,
}

impl Part {
    /// All of them, in the order in which they are given back.
    pub const ALL: [Self; 9] = [
        Self::Email,
        Self::EmailAgain,
        Self::ProfileValue,
        Self::Registration,
        Self::WithdrawnClaim,
        Self::Consent,
        Self::Grant,
        Self::KnownAs,
        Self::Identity,
    ];

    /// The word that is stored and that the API shows.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::EmailAgain => "email_again",
            Self::ProfileValue => "profile_value",
            Self::Registration => "registration",
            Self::WithdrawnClaim => "withdrawn_claim",
            Self::Consent => "consent",
            Self::Grant => "grant",
            Self::KnownAs => "known_as",
            Self::Identity => "identity",
        }
    }

    /// The kind of a stored word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.word() == word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_merge_is_undone_within_its_days_and_once() {
        let at = Timestamp::from_seconds;
        let merge = |stage| Merge {
            id: MergeId::from("m"),
            kept: Subject::from("a"),
            gone: Subject::from("b"),
            stage,
            proof: Proof::Owner,
            reason: String::new(),
            proposed_by: "a".into(),
            proposed_at: at(0),
            decided_by: None,
            decided_at: Some(at(0)),
            undo_until: Some(at(100)),
        };
        assert_eq!(merge(Stage::Merged).may_be_undone(at(99)), Ok(()));
        assert_eq!(merge(Stage::Merged).may_be_undone(at(100)), Err(NotUndone::TooLate));
        assert_eq!(merge(Stage::Undone).may_be_undone(at(1)), Err(NotUndone::NotMerged));
        for stage in Stage::ALL {
            assert_eq!(Stage::from_word(stage.word()), Some(stage));
        }
    }
}
