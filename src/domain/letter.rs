//! A letter to a person: what is said, in which language, to which address.

use crate::base::Locale;

/// A letter that leaves with the unit of work that wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// The address, verified or to be verified.
    pub to: String,
    /// The reader's language.
    pub locale: Locale,
    /// What it says.
    pub content: Content,
}

/// What letters say. Each has a text and an HTML template per language in `templates/mail`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// A code and a link that prove the address, at sign-up.
    SignUpCode {
        /// To type on the page.
        code: String,
        /// To open instead.
        link: String,
        /// How long both are good, in minutes.
        minutes: u32,
    },
    /// Somebody tried to sign up with an address that has an account.
    AlreadyRegistered {
        /// Where to sign in.
        sign_in: String,
        /// Where to set a new password.
        recover: String,
    },
    /// A code and a link to set a new password.
    PasswordReset {
        /// To type on the page.
        code: String,
        /// To open instead.
        link: String,
        /// How long both are good, in minutes.
        minutes: u32,
    },
    /// Somebody asked for a new password for an address without an account.
    NoAccount {
        /// Where to sign up.
        sign_up: String,
    },
    /// A code and a link that prove a new address of an account.
    EmailChangeCode {
        /// To type on the page.
        code: String,
        /// To open instead.
        link: String,
        /// How long both are good, in minutes.
        minutes: u32,
    },
    /// Somebody wanted to use an address for their account that has one already.
    EmailTaken {
        /// Where to sign in.
        sign_in: String,
        /// Where to set a new password.
        recover: String,
    },
    /// The account has another address now: to the old one.
    EmailChanged {
        /// When, in the reader's words.
        at: String,
        /// Until when it can be undone, in the reader's words.
        until: String,
        /// Where to undo it.
        undo: String,
    },
    /// The old address is back.
    EmailBroughtBack {
        /// When, in the reader's words.
        at: String,
        /// Where to set a new password.
        recover: String,
    },
    /// Another telephone number stands in the account, or none.
    PhoneChanged {
        /// When, in the reader's words.
        at: String,
        /// Where to look.
        link: String,
    },
    /// The account was closed.
    AccountClosed {
        /// Until when its owner may come back, in the reader's words.
        until: String,
        /// Where to come back.
        link: String,
    },
    /// The account is erased in a few days.
    ErasureNear {
        /// When, in the reader's words.
        until: String,
        /// Where to come back.
        link: String,
    },
    /// The account was erased.
    AccountErased {
        /// What is kept of it, in the reader's words; empty for nothing.
        kept: String,
    },
    /// Nobody has used the account for long.
    AccountUnused {
        /// When it is closed, in the reader's words.
        until: String,
        /// Where to sign in.
        link: String,
    },
    /// Two accounts of one person became one.
    AccountsMerged {
        /// When, in the reader's words.
        at: String,
        /// The address of the account that stays.
        stays: String,
        /// Until when it can be undone, in the reader's words.
        until: String,
    },
    /// They are two again.
    AccountsApart {
        /// When, in the reader's words.
        at: String,
    },
    /// The copy of everything about a person is ready.
    ExportReady {
        /// Until when it can be fetched, in the reader's words.
        until: String,
        /// Where.
        link: String,
    },
    /// The password was changed.
    PasswordChanged {
        /// When, in the reader's words.
        at: String,
        /// Where to go if it was not them.
        recover: String,
    },
    /// A passkey was added to the account.
    PasskeyAdded {
        /// What its owner calls it.
        name: String,
        /// When, in the reader's words.
        at: String,
        /// Where to look at it, and take it back.
        link: String,
    },
    /// A passkey was removed from the account.
    PasskeyRemoved {
        /// What its owner called it.
        name: String,
        /// When, in the reader's words.
        at: String,
        /// Where to look at what is left.
        link: String,
    },
    /// Another provider was linked to the account: one can sign in with it.
    ProviderLinked {
        /// Which.
        provider: String,
        /// When, in the reader's words.
        at: String,
        /// Where to unlink it.
        link: String,
    },
    /// Another provider was unlinked from the account.
    ProviderUnlinked {
        /// Which.
        provider: String,
        /// When, in the reader's words.
        at: String,
        /// Where to look.
        link: String,
    },
    /// An app asks for the person's approval while they are elsewhere.
    ApprovalAsked {
        /// Which.
        app: String,
        /// What the other side shows too; empty for nothing.
        message: String,
        /// How long it waits, in minutes.
        minutes: u32,
        /// Where to decide.
        link: String,
    },
    /// A device was connected to the account.
    DeviceConnected {
        /// The application on it.
        app: String,
        /// What it is, as far as it tells.
        device: String,
        /// When, in the reader's words.
        at: String,
        /// Where to take it back.
        link: String,
    },
    /// Somebody signed in from elsewhere.
    NewSignIn {
        /// When, in the reader's words.
        at: String,
        /// Browser and system, as far as they tell.
        device: String,
        /// The network, shortened.
        network: String,
        /// Where to say that it was somebody else.
        link: String,
    },
    /// A product was registered, or its registration waits for a decision.
    ProductRegistered {
        /// Its name.
        product: String,
        /// Its serial number.
        serial: String,
        /// Whether it counts already.
        active: bool,
        /// The page of the product.
        link: String,
    },
    /// Somebody else claims a product that this person holds. Not a word about who.
    ProductClaimed {
        /// Its name.
        product: String,
        /// Its serial number.
        serial: String,
        /// The page of the product.
        link: String,
    },
    /// A registration that waited was decided against.
    RegistrationDeclined {
        /// The product's name.
        product: String,
        /// The serial number as it was typed.
        serial: String,
        /// Where to register a product.
        link: String,
    },
    /// A code and a link that begin a sign-in.
    SignInCode {
        /// To type where the sign-in began.
        code: String,
        /// To open instead.
        link: String,
        /// How long both are good, in minutes.
        minutes: u32,
        /// Where the sign-in began, as far as it tells.
        device: String,
    },
    /// Support was asked to take the second factor away.
    FactorResetAsked {
        /// From when on it happens, in the reader's words.
        at: String,
        /// Where to stop it.
        keep: String,
    },
    /// The ways of signing in have changed, or one that is for emergencies was used.
    FactorChanged {
        /// What happened.
        change: FactorChange,
        /// When, in the reader's words.
        at: String,
        /// Where to look at the settings.
        link: String,
    },
    /// A test by the operator.
    Test,
}

/// What happened to the ways of signing in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FactorChange {
    /// An authenticator application was added.
    TotpAdded {
        /// What its owner calls it.
        name: String,
    },
    /// One was removed.
    TotpRemoved {
        /// What its owner called it.
        name: String,
    },
    /// There is a new list of recovery codes.
    CodesRenewed,
    /// Support took the second factor away.
    Reset,
    /// A recovery code was used.
    CodeUsed {
        /// How many are left.
        left: i64,
    },
}

impl FactorChange {
    /// The word for it in templates and in the log.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::TotpAdded { .. } => "totp_added",
            Self::TotpRemoved { .. } => "totp_removed",
            Self::CodesRenewed => "codes_renewed",
            Self::Reset => "reset",
            Self::CodeUsed { .. } => "code_used",
        }
    }

    /// The name it is about, and how many codes are left.
    pub fn details(&self) -> (&str, i64) {
        match self {
            Self::TotpAdded { name } | Self::TotpRemoved { name } => (name, 0),
            Self::CodesRenewed | Self::Reset => ("", 0),
            Self::CodeUsed { left } => ("", *left),
        }
    }
}
