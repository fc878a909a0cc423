//! The ways to prove to be the holder of an account, and what several of them are worth together.
//! NIST SP 800-63B-4 §2 and §3, RFC 8176.
//!
//! # Decisions
//! - A mailbox is no second factor, and no possession: whoever has the password of the account may have the mailbox
//!   too. A code by mail begins a sign-in and never completes one.
//! - What an application on the telephone shows, what the telephone receives and what was printed are all possession:
//!   two of them are two proofs and still one kind of factor.

use std::collections::BTreeMap;

use super::amr::Method;
use super::{Acr, Amr, Passkey};
use crate::base::Timestamp;

/// One way to prove it. The order is the one in which they are offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Factor {
    /// A passkey that was unlocked by its holder and may be copied between devices.
    Passkey,
    /// The same, bound to one device.
    DevicePasskey,
    /// A password.
    Password,
    /// Another provider, where the account is linked to one.
    Provider,
    /// A code of an authenticator application (RFC 6238).
    Totp,
    /// A code sent to the telephone.
    SmsCode,
    /// A code from the list that was printed when the second factor was set up.
    RecoveryCode,
    /// A code or link sent by mail.
    MailCode,
}

impl Factor {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Passkey,
        Self::DevicePasskey,
        Self::Password,
        Self::Provider,
        Self::Totp,
        Self::SmsCode,
        Self::RecoveryCode,
        Self::MailCode,
    ];

    /// What somebody proves with a passkey.
    pub const fn of_passkey(passkey: &Passkey) -> Self {
        if passkey.backup_eligible { Self::Passkey } else { Self::DevicePasskey }
    }

    /// The word that is stored.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Passkey => "passkey",
            Self::DevicePasskey => "device_passkey",
            Self::Password => "password",
            Self::Provider => "provider",
            Self::Totp => "totp",
            Self::SmsCode => "sms_code",
            Self::RecoveryCode => "recovery_code",
            Self::MailCode => "mail_code",
        }
    }

    /// The factor of a stored word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|factor| factor.word() == word)
    }

    /// Whether a sign-in may begin with it. A short code or a printed one says who somebody is to nobody but those who
    /// know whom to expect.
    pub const fn may_begin(self) -> bool {
        !matches!(self, Self::Totp | Self::RecoveryCode)
    }

    /// Whether it may stand as the second factor that an account has chosen to be asked for.
    pub const fn may_complete(self) -> bool {
        matches!(self, Self::Totp | Self::SmsCode | Self::RecoveryCode)
    }

    /// Whether it is two factors by itself: a device that is held, and unlocked by its holder.
    pub const fn is_passkey(self) -> bool {
        matches!(self, Self::Passkey | Self::DevicePasskey)
    }

    /// Something known, here or at another provider.
    const fn is_knowledge(self) -> bool {
        matches!(self, Self::Password | Self::Provider)
    }

    /// How tokens name it.
    const fn methods(self) -> &'static [Method] {
        match self {
            Self::Passkey => &[Method::Swk, Method::User],
            Self::DevicePasskey => &[Method::Hwk, Method::User],
            Self::Password => &[Method::Pwd],
            // What the other provider asked for is not ours to say.
            Self::Provider => &[],
            Self::Totp | Self::RecoveryCode | Self::MailCode => &[Method::Otp],
            Self::SmsCode => &[Method::Sms],
        }
    }
}

/// What was proven, and when: each factor once, with its latest moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proofs(BTreeMap<Factor, Timestamp>);

impl Proofs {
    /// One proof.
    pub fn of(factor: Factor, at: Timestamp) -> Self {
        Self(BTreeMap::from([(factor, at)]))
    }

    /// These, and one more.
    #[must_use]
    pub fn and(&self, factor: Factor, at: Timestamp) -> Self {
        self.with(&Self::of(factor, at))
    }

    /// These and those.
    #[must_use]
    pub fn with(&self, others: &Self) -> Self {
        let mut proofs = self.0.clone();
        for (factor, at) in &others.0 {
            let latest = proofs.entry(*factor).or_insert(*at);
            *latest = (*latest).max(*at);
        }
        Self(proofs)
    }

    /// Those that are no older than a moment.
    #[must_use]
    pub fn since(&self, moment: Timestamp) -> Self {
        Self(self.0.iter().filter(|(_, at)| **at >= moment).map(|(factor, at)| (*factor, *at)).collect())
    }

    /// Whether nothing was proven.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What was proven.
    pub fn factors(&self) -> impl Iterator<Item = Factor> + '_ {
        self.0.keys().copied()
    }

    /// Whether this was proven.
    pub fn contains(&self, factor: Factor) -> bool {
        self.0.contains_key(&factor)
    }

    /// The moment of the oldest proof: a sign-in is as old as its oldest part.
    pub fn oldest(&self) -> Option<Timestamp> {
        self.0.values().min().copied()
    }

    /// What they are worth; nothing is worth nothing.
    pub fn acr(&self) -> Option<Acr> {
        worth(self.factors())
    }

    /// How tokens name them.
    pub fn amr(&self) -> Amr {
        let mfa = self.acr() >= Some(Acr::Aal2);
        let methods = self.factors().flat_map(|factor| factor.methods().iter().copied());
        Amr::of(methods.chain(mfa.then_some(Method::Mfa)))
    }

    /// Whether a second factor was proven beside something else: the same channel twice is one proof.
    pub fn are_two(&self) -> bool {
        are_two(self.factors())
    }

    /// One text, as it is stored.
    pub fn to_text(&self) -> String {
        let words: Vec<String> =
            self.0.iter().map(|(factor, at)| format!("{}@{}", factor.word(), at.millis())).collect();
        words.join(" ")
    }

    /// Read the stored text back; what is not understood proves nothing.
    pub fn from_text(text: &str) -> Self {
        let read = |word: &str| {
            let (factor, at) = word.split_once('@')?;
            Some((Factor::from_word(factor)?, Timestamp::from_millis(at.parse().ok()?)))
        };
        Self(text.split(' ').filter_map(read).collect())
    }
}

/// Whether factors are two steps: a passkey by itself, or one that may complete a sign-in beside another. A telephone
/// that receives text messages shows the mailbox too, so it completes only what begins with something known or with
/// another device.
pub fn are_two(factors: impl IntoIterator<Item = Factor>) -> bool {
    let all: Vec<Factor> = factors.into_iter().collect();
    let completes = |second: &Factor| {
        second.may_complete()
            && all.iter().any(|first| first != second && !(*second == Factor::SmsCode && *first == Factor::MailCode))
    };
    all.iter().any(|factor| factor.is_passkey() || completes(factor))
}

/// The class that factors reach together; none by no factor.
pub fn worth(factors: impl IntoIterator<Item = Factor>) -> Option<Acr> {
    let (mut any, mut knowledge, mut possession) = (false, false, false);
    for factor in factors {
        if factor.is_passkey() {
            return Some(Acr::Phr);
        }
        any = true;
        knowledge |= factor.is_knowledge();
        possession |= factor.may_complete();
    }
    any.then_some(if knowledge && possession { Acr::Aal2 } else { Acr::Aal1 })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proofs(factors: &[Factor]) -> Proofs {
        factors.iter().fold(Proofs::default(), |proofs, factor| proofs.and(*factor, Timestamp::from_seconds(1)))
    }

    #[test]
    fn two_kinds_of_factor_are_two_factors_and_two_of_one_kind_are_not() {
        use Factor::{DevicePasskey, MailCode, Passkey, Password, Provider, RecoveryCode, SmsCode, Totp};
        let rows: [(&[Factor], Option<Acr>, &[&str]); 11] = [
            (&[], None, &[]),
            (&[Password], Some(Acr::Aal1), &["pwd"]),
            (&[MailCode], Some(Acr::Aal1), &["otp"]),
            (&[Provider], Some(Acr::Aal1), &[]),
            (&[Password, MailCode], Some(Acr::Aal1), &["pwd", "otp"]),
            (&[MailCode, Totp], Some(Acr::Aal1), &["otp"]),
            (&[SmsCode, Totp], Some(Acr::Aal1), &["otp", "sms"]),
            (&[Password, Totp], Some(Acr::Aal2), &["pwd", "otp", "mfa"]),
            (&[Provider, RecoveryCode], Some(Acr::Aal2), &["otp", "mfa"]),
            (&[Passkey], Some(Acr::Phr), &["swk", "user", "mfa"]),
            (&[Password, DevicePasskey], Some(Acr::Phr), &["hwk", "user", "pwd", "mfa"]),
        ];
        for (factors, acr, amr) in rows {
            assert_eq!(proofs(factors).acr(), acr, "{factors:?}");
            assert_eq!(proofs(factors).amr().values(), amr, "{factors:?}");
        }
    }

    /// (A118)
    #[test]
    fn the_same_channel_twice_is_one_proof_a118() {
        let twice = proofs(&[Factor::SmsCode]).and(Factor::SmsCode, Timestamp::from_seconds(9));
        assert!(!twice.are_two());
        assert_eq!(twice.oldest(), Some(Timestamp::from_seconds(9)));
        assert!(!proofs(&[Factor::Password, Factor::MailCode]).are_two(), "mail completes nothing");
        assert!(!proofs(&[Factor::SmsCode, Factor::MailCode]).are_two(), "both are on the telephone");
        assert!(proofs(&[Factor::MailCode, Factor::Totp]).are_two());
    }

    #[test]
    fn the_stored_text_reads_back_and_nothing_else_proves_anything() {
        let kept = proofs(&[Factor::Password, Factor::Totp]);
        assert_eq!(kept.to_text(), "password@1000 totp@1000");
        assert_eq!(Proofs::from_text(&kept.to_text()), kept);
        assert_eq!(Proofs::from_text("password totp@x magic@5  @"), Proofs::default());
        for factor in Factor::ALL {
            assert_eq!(Factor::from_word(factor.word()), Some(factor));
        }
    }

    #[test]
    fn old_proofs_are_left_behind() {
        let kept = proofs(&[Factor::Password]).and(Factor::Totp, Timestamp::from_seconds(50));
        assert_eq!(kept.since(Timestamp::from_seconds(2)), Proofs::of(Factor::Totp, Timestamp::from_seconds(50)));
        assert_eq!(kept.oldest(), Some(Timestamp::from_seconds(1)));
    }
}
