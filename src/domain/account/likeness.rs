//! Whether two accounts look like one person's (名寄せ): what they share, what speaks against it, and how much that
//! weighs. The answer is a list of reasons that staff can read, never a bare number.
//!
//! # Decisions
//! - A likeness is put forward only where the name agrees: people of one household share everything else.
//! - A birthdate or a given name that differs weighs more than any one thing that is the same.
//! - Only whole dates are compared; `1980` says nothing about `1980-04-01`.

use super::{Account, Field};
use crate::base::text::{nfkc, search_form};

/// From this score on two accounts are put forward as one person's.
pub const PROPOSED: u8 = 75;
/// From this score on they are worth a look.
pub const POSSIBLE: u8 = 50;

/// What can be told of an account and compared with another's, each in a form in which spellings meet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Traits {
    family: Option<String>,
    given: Option<String>,
    family_reading: Option<String>,
    given_reading: Option<String>,
    /// As one text, where it is not given in parts.
    whole_name: Option<String>,
    birthdate: Option<String>,
    phone: Option<String>,
    postal_code: Option<String>,
    street: Option<String>,
    mailbox: Option<String>,
    /// The units that the account holds or claims, by their ids.
    units: Vec<String>,
}

/// One thing that two accounts have in common, or that sets them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// The name is written the same, variants of kanji taken together.
    SameName,
    /// The name is read the same.
    SameReading,
    /// The same telephone number.
    SamePhone,
    /// The same birthdate.
    SameBirthdate,
    /// The same postal code and street.
    SameAddress,
    /// The same postal code.
    SamePostalCode,
    /// The same mailbox name at another host.
    SameMailbox,
    /// Both claim one unit.
    SameUnit,
    /// Another given name.
    OtherGivenName,
    /// Another birthdate.
    OtherBirthdate,
}

impl Reason {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::SameName,
        Self::SameReading,
        Self::SamePhone,
        Self::SameBirthdate,
        Self::SameAddress,
        Self::SamePostalCode,
        Self::SameMailbox,
        Self::SameUnit,
        Self::OtherGivenName,
        Self::OtherBirthdate,
    ];

    /// The word that is stored and that the API shows.
    pub const fn word(self) -> &'static str {
        match self {
            Self::SameName => "same_name",
            Self::SameReading => "same_reading",
            Self::SamePhone => "same_phone",
            Self::SameBirthdate => "same_birthdate",
            Self::SameAddress => "same_address",
            Self::SamePostalCode => "same_postal_code",
            Self::SameMailbox => "same_mailbox",
            Self::SameUnit => "same_unit",
            Self::OtherGivenName => "other_given_name",
            Self::OtherBirthdate => "other_birthdate",
        }
    }

    /// The reason of a stored word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.word() == word)
    }

    const fn weight(self) -> i32 {
        match self {
            Self::SameName => 35,
            Self::SameReading => 30,
            Self::SamePhone | Self::SameAddress => 40,
            Self::SameBirthdate | Self::SameUnit => 25,
            Self::SamePostalCode => 10,
            Self::SameMailbox => 15,
            Self::OtherGivenName | Self::OtherBirthdate => -60,
        }
    }
}

/// How alike two accounts are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Likeness {
    /// From 0 to 100.
    pub score: u8,
    /// Why, what speaks for it first.
    pub reasons: Vec<Reason>,
}

impl Likeness {
    /// Whether it is put forward, rather than worth a look.
    pub fn is_proposed(&self) -> bool {
        self.score >= PROPOSED
    }
}

impl Traits {
    /// What an account tells, with the units it holds or claims.
    pub fn of(account: &Account, units: Vec<String>) -> Self {
        let profile = &account.profile;
        let folded = |field: Field| profile.get(field).map(compact).filter(|text| !text.is_empty());
        let either = |tagged: Field, plain: Field| folded(tagged).or_else(|| folded(plain));
        Self {
            family: either(Field::FamilyNameHani, Field::FamilyName),
            given: either(Field::GivenNameHani, Field::GivenName),
            family_reading: folded(Field::FamilyNameKana),
            given_reading: folded(Field::GivenNameKana),
            whole_name: folded(Field::Name).filter(|name| name.chars().count() > 2),
            birthdate: profile.get(Field::Birthdate).filter(|date| is_whole(date)).map(str::to_owned),
            phone: folded(Field::PhoneNumber),
            postal_code: profile.get(Field::PostalCode).map(digits).filter(|code| code.len() == 7),
            street: profile.get(Field::StreetAddress).map(street).filter(|street| street.contains('-')),
            mailbox: account
                .email
                .as_ref()
                .map(|email| mailbox(&email.address.normal()))
                .filter(|name| name.len() >= 6),
            units,
        }
    }

    /// The keys under which accounts that could be alike meet, so that not every pair has to be compared.
    pub fn keys(&self) -> Vec<String> {
        let name = self.written();
        let with = |kind: &str, one: &Option<String>, other: &Option<String>| {
            one.as_ref().zip(other.as_ref()).map(|(one, other)| format!("{kind}:{one}:{other}"))
        };
        let mut keys: Vec<String> = [
            self.phone.as_ref().map(|phone| format!("phone:{phone}")),
            with("reading-born", &self.read(), &self.birthdate),
            with("reading-lives", &self.read(), &self.postal_code),
            with("name-born", &name, &self.birthdate),
            with("name-lives", &name, &self.postal_code),
            with("name-mailbox", &name, &self.mailbox),
        ]
        .into_iter()
        .flatten()
        .collect();
        keys.extend(self.units.iter().map(|unit| format!("unit:{unit}")));
        keys
    }

    /// How alike two accounts are.
    pub fn likeness(&self, other: &Self) -> Likeness {
        let name = same(&self.written(), &other.written());
        let reading = same(&self.read(), &other.read());
        let address = same(&self.postal_code, &other.postal_code) && same(&self.street, &other.street);
        let holds = [
            (Reason::SameName, name),
            (Reason::SameReading, reading),
            (Reason::SamePhone, same(&self.phone, &other.phone)),
            (Reason::SameAddress, address),
            (Reason::SameBirthdate, same(&self.birthdate, &other.birthdate)),
            (Reason::SameUnit, self.units.iter().any(|unit| other.units.contains(unit))),
            (Reason::SameMailbox, same(&self.mailbox, &other.mailbox)),
            (Reason::SamePostalCode, !address && same(&self.postal_code, &other.postal_code)),
            (Reason::OtherGivenName, !name && !reading && self.is_called_otherwise(other)),
            (Reason::OtherBirthdate, differs(&self.birthdate, &other.birthdate)),
        ];
        let reasons: Vec<Reason> = holds.into_iter().filter(|(_, holds)| *holds).map(|(reason, _)| reason).collect();
        let both_names = name && reading;
        // A name that is written and read the same is one thing, not two.
        let sum: i32 = reasons.iter().map(|reason| reason.weight()).sum::<i32>()
            - if both_names { Reason::SameReading.weight() - 5 } else { 0 };
        let most = if name || reading { 100 } else { i32::from(PROPOSED) - 15 };
        Likeness { score: u8::try_from(sum.clamp(0, most)).unwrap_or_default(), reasons }
    }

    fn written(&self) -> Option<String> {
        let parts = self.family.as_ref().zip(self.given.as_ref()).map(|(family, given)| format!("{family}{given}"));
        parts.or_else(|| self.whole_name.clone())
    }

    fn read(&self) -> Option<String> {
        Some(format!("{}{}", self.family_reading.as_ref()?, self.given_reading.as_ref()?))
    }

    /// By the reading where both have one: 花子 and はなこ are one name in two scripts.
    fn is_called_otherwise(&self, other: &Self) -> bool {
        match (&self.given_reading, &other.given_reading) {
            (Some(mine), Some(theirs)) => mine != theirs,
            _ => differs(&self.given, &other.given),
        }
    }
}

fn same(one: &Option<String>, other: &Option<String>) -> bool {
    one.is_some() && one == other
}

fn differs(one: &Option<String>, other: &Option<String>) -> bool {
    one.is_some() && other.is_some() && one != other
}

fn compact(text: &str) -> String {
    search_form(text).replace(' ', "")
}

fn digits(text: &str) -> String {
    nfkc(text).chars().filter(char::is_ascii_digit).collect()
}

fn is_whole(birthdate: &str) -> bool {
    birthdate.len() == 10 && !birthdate.starts_with("0000")
}

/// One spelling for 一丁目２番３号, 1-2-3 and 1‐2−3: the town, and the numbers between hyphens.
fn street(text: &str) -> String {
    const HYPHENS: [char; 8] = ['-', '‐', '‑', '–', '—', '−', 'ー', '－'];
    let text = compact(text).replace("丁目", "-").replace("番地", "-").replace("番", "-").replace('号', "");
    let letters: Vec<char> = text.chars().collect();
    let spelled: String = letters
        .iter()
        .enumerate()
        .map(|(at, c)| match c {
            c if HYPHENS.contains(c) => '-',
            c if letters.get(at + 1) == Some(&'-') => numeral(*c),
            c => *c,
        })
        .collect();
    let joined = spelled.split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-");
    // What follows the numbers is a building, which one writes and the other leaves out.
    let Some(first) = joined.find(|c: char| c.is_ascii_digit()) else { return joined };
    let numbers = joined[first..].find(|c: char| !c.is_ascii_digit() && c != '-');
    numbers.map_or(joined.as_str(), |end| &joined[..first + end]).trim_end_matches('-').to_owned()
}

fn numeral(c: char) -> char {
    const NUMERALS: &str = "一二三四五六七八九";
    let found = NUMERALS.chars().position(|numeral| numeral == c).and_then(|at| u32::try_from(at + 1).ok());
    found.and_then(|number| char::from_digit(number, 10)).unwrap_or(c)
}

/// What stands before the @ without what many hosts ignore: dots, and a tag after a plus sign.
fn mailbox(address: &str) -> String {
    let local = address.split('@').next().unwrap_or_default();
    local.split('+').next().unwrap_or_default().replace('.', "")
}

#[cfg(test)]
#[path = "likeness_tests.rs"]
mod tests;
