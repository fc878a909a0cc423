//! The fields of a profile: the claim each one is, and the form it must have. OpenID Connect Core §5.1, §5.1.1, §5.2.

use super::person_name::{self, NameError};
use crate::base::Timestamp;
use crate::base::text::{is_storable, nfkc};
use crate::base::time::Date;
use crate::base::url::is_showable_link;

/// One thing a person may say about themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// The whole name, where it is not simply its parts.
    Name,
    /// 姓
    FamilyName,
    /// 名
    GivenName,
    /// Names between the two.
    MiddleName,
    /// セイ
    FamilyNameKana,
    /// メイ
    GivenNameKana,
    /// 姓 in kanji, where `FamilyName` is written in another script.
    FamilyNameHani,
    /// 名 in kanji, where `GivenName` is written in another script.
    GivenNameHani,
    /// What friends say.
    Nickname,
    /// What the person would like to be called by at a relying party.
    PreferredUsername,
    /// A page about the person.
    ProfilePage,
    /// A picture of the person.
    Picture,
    /// The person's own site.
    Website,
    /// In any words.
    Gender,
    /// `YYYY-MM-DD`, `0000-MM-DD` or `YYYY`.
    Birthdate,
    /// Time zone, as in the IANA database.
    Zoneinfo,
    /// Language, as a BCP 47 tag.
    Locale,
    /// E.164.
    PhoneNumber,
    /// House and street; several lines are allowed.
    StreetAddress,
    /// City.
    Locality,
    /// Prefecture or state.
    Region,
    /// Postal code.
    PostalCode,
    /// Country.
    Country,
}

/// Why a text is not a value for its field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldError {
    /// Longer than is kept.
    TooLong,
    /// Characters that do not belong there.
    Characters,
    /// Not kana.
    Kana,
    /// Not an `https` link.
    Link,
    /// Not a date.
    Date,
    /// Not a time zone of the IANA database.
    TimeZone,
    /// Not a language tag.
    Language,
    /// Not a telephone number.
    Phone,
}

impl FieldError {
    /// The word for the reason.
    pub const fn word(self) -> &'static str {
        match self {
            Self::TooLong => "too_long",
            Self::Characters => "control_characters",
            Self::Kana => "kana",
            Self::Link => "not_an_url",
            Self::Date => "not_a_date",
            Self::TimeZone => "time_zone",
            Self::Language => "language",
            Self::Phone => "phone",
        }
    }
}

impl From<NameError> for FieldError {
    fn from(error: NameError) -> Self {
        match error {
            NameError::TooLong => Self::TooLong,
            NameError::Characters => Self::Characters,
            NameError::Kana => Self::Kana,
        }
    }
}

/// Field and claim name, side by side.
const CLAIMS: [(Field, &str); 23] = [
    (Field::Name, "name"),
    (Field::FamilyName, "family_name"),
    (Field::GivenName, "given_name"),
    (Field::MiddleName, "middle_name"),
    (Field::FamilyNameKana, "family_name#ja-Kana-JP"),
    (Field::GivenNameKana, "given_name#ja-Kana-JP"),
    (Field::FamilyNameHani, "family_name#ja-Hani-JP"),
    (Field::GivenNameHani, "given_name#ja-Hani-JP"),
    (Field::Nickname, "nickname"),
    (Field::PreferredUsername, "preferred_username"),
    (Field::ProfilePage, "profile"),
    (Field::Picture, "picture"),
    (Field::Website, "website"),
    (Field::Gender, "gender"),
    (Field::Birthdate, "birthdate"),
    (Field::Zoneinfo, "zoneinfo"),
    (Field::Locale, "locale"),
    (Field::PhoneNumber, "phone_number"),
    (Field::StreetAddress, "street_address"),
    (Field::Locality, "locality"),
    (Field::Region, "region"),
    (Field::PostalCode, "postal_code"),
    (Field::Country, "country"),
];

impl Field {
    /// The members of the `address` claim.
    pub const ADDRESS: [Self; 5] = [Self::StreetAddress, Self::Locality, Self::Region, Self::PostalCode, Self::Country];

    /// The claim, or for parts of the address the member of the `address` claim.
    pub fn claim(self) -> &'static str {
        CLAIMS.iter().find(|(field, _)| *field == self).map_or("", |(_, claim)| claim)
    }

    /// The field of a top-level claim.
    pub fn of_claim(claim: &str) -> Option<Self> {
        CLAIMS.iter().find(|(field, name)| *name == claim && !field.is_address()).map(|(field, _)| *field)
    }

    /// The field of the name it is stored by: its claim, or its member of the address.
    pub fn of_stored(name: &str) -> Option<Self> {
        CLAIMS.iter().find(|(_, stored)| *stored == name).map(|(field, _)| *field)
    }

    /// The field of a member of the `address` claim.
    pub fn of_address(member: &str) -> Option<Self> {
        Self::ADDRESS.into_iter().find(|field| field.claim() == member)
    }

    /// Whether it is a member of the `address` claim.
    pub fn is_address(self) -> bool {
        Self::ADDRESS.contains(&self)
    }

    /// Read a text as typed into the form that is kept; nothing entered is `None`.
    pub fn parse(self, text: &str) -> Result<Option<String>, FieldError> {
        // No form below keeps more than this, so nothing longer is looked at.
        if text.len() > 8192 {
            return Err(FieldError::TooLong);
        }
        let trimmed = text.trim();
        if trimmed.is_empty() {
            return Ok(None);
        }
        match self {
            Self::Name
            | Self::FamilyName
            | Self::GivenName
            | Self::MiddleName
            | Self::FamilyNameHani
            | Self::GivenNameHani
            | Self::Nickname
            | Self::PreferredUsername
            | Self::Gender => Ok(person_name::parse(text)?),
            Self::FamilyNameKana | Self::GivenNameKana => Ok(person_name::parse_kana(text)?),
            Self::ProfilePage | Self::Picture | Self::Website => link(trimmed).map(Some),
            Self::Birthdate => birthdate(trimmed).map(Some),
            Self::Zoneinfo => zone(trimmed).map(Some),
            Self::Locale => language(trimmed).map(Some),
            Self::PhoneNumber => phone(trimmed).map(Some),
            Self::PostalCode => postal_code(trimmed).map(Some),
            Self::StreetAddress | Self::Locality | Self::Region | Self::Country => place(self, trimmed).map(Some),
        }
    }
}

fn link(text: &str) -> Result<String, FieldError> {
    match is_showable_link(text) {
        true => Ok(text.to_owned()),
        false => Err(FieldError::Link),
    }
}

fn birthdate(text: &str) -> Result<String, FieldError> {
    let text = nfkc(text).replace('/', "-");
    let is_year = text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit());
    // A birthday without a year is checked in a leap year, so that 29 February is one.
    let full = text.strip_prefix("0000-").map_or_else(|| text.clone(), |day| format!("2000-{day}"));
    let is_day = full.len() == 10 && full.parse::<Date>().is_ok();
    (is_year || is_day).then_some(text).ok_or(FieldError::Date)
}

fn zone(text: &str) -> Result<String, FieldError> {
    let known = Timestamp::from_millis(0).zoned(text).is_some();
    (known && text.len() <= 64).then(|| text.to_owned()).ok_or(FieldError::TimeZone)
}

/// A tag of letters and digits in groups of at most eight. [RFC 5646 §2.1](https://www.rfc-editor.org/rfc/rfc5646#section-2.1)
fn language(text: &str) -> Result<String, FieldError> {
    let mut groups = text.split('-');
    let first_is_letters = groups
        .next()
        .is_some_and(|group| (2..=8).contains(&group.len()) && group.bytes().all(|b| b.is_ascii_alphabetic()));
    let rest_is_fine =
        groups.all(|group| (1..=8).contains(&group.len()) && group.bytes().all(|b| b.is_ascii_alphanumeric()));
    (first_is_letters && rest_is_fine && text.len() <= 35).then(|| text.to_owned()).ok_or(FieldError::Language)
}

/// E.164. A number that starts with a single zero is a Japanese one.
fn phone(text: &str) -> Result<String, FieldError> {
    let folded = nfkc(text);
    let digits: String = folded.chars().filter(char::is_ascii_digit).collect();
    let punctuation_only = folded.chars().all(|c| c.is_ascii_digit() || "+-()./ ー‐−".contains(c));
    let international = match (folded.trim_start().starts_with('+'), digits.strip_prefix('0')) {
        (true, _) => digits.clone(),
        (false, Some(rest)) if !rest.starts_with('0') => format!("81{rest}"),
        (false, _) => return Err(FieldError::Phone),
    };
    // "+81 (0)90…" is a common way to write both forms at once.
    let international = international.strip_prefix("810").map_or(international.clone(), |rest| format!("81{rest}"));
    let right_length = (7..=15).contains(&international.len()) && !international.starts_with('0');
    (punctuation_only && right_length).then(|| format!("+{international}")).ok_or(FieldError::Phone)
}

/// Japanese postal codes get their hyphen; others are kept as written.
fn postal_code(text: &str) -> Result<String, FieldError> {
    let folded = nfkc(text).replace(['ー', '‐', '−', '―'], "-");
    let code = folded.trim_start_matches('〒').trim();
    let digits: String = code.chars().filter(|c| *c != '-').collect();
    if digits.len() == 7 && digits.bytes().all(|b| b.is_ascii_digit()) {
        return Ok(format!("{}-{}", &digits[..3], &digits[3..]));
    }
    let plain = code.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == ' ');
    (plain && (1..=16).contains(&code.len())).then(|| code.to_owned()).ok_or(FieldError::Characters)
}

fn place(field: Field, text: &str) -> Result<String, FieldError> {
    if text.chars().count() > 200 {
        return Err(FieldError::TooLong);
    }
    let fine = is_storable(text, field == Field::StreetAddress) && !text.chars().any(person_name::is_invisible);
    fine.then(|| text.to_owned()).ok_or(FieldError::Characters)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_has_a_claim_and_finds_itself() {
        for (field, claim) in CLAIMS {
            assert_eq!(field.claim(), claim);
            let found = if field.is_address() { Field::of_address(claim) } else { Field::of_claim(claim) };
            assert_eq!(found, Some(field), "{claim}");
        }
        assert_eq!(Field::of_claim("postal_code"), None);
    }

    #[test]
    fn values_are_kept_in_one_form() {
        for (field, typed, kept) in [
            (Field::PhoneNumber, "０９０－１２３４－５６７８", "+819012345678"),
            (Field::PhoneNumber, "+81 (0)90 1234 5678", "+819012345678"),
            (Field::PhoneNumber, "+1 202 555 0143", "+12025550143"),
            (Field::PostalCode, "１０００００１", "100-0001"),
            (Field::PostalCode, "SW1A 1AA", "SW1A 1AA"),
            (Field::Birthdate, "1990/01/31", "1990-01-31"),
            (Field::Birthdate, "0000-02-29", "0000-02-29"),
            (Field::Birthdate, "1990", "1990"),
            (Field::Locale, "ja-JP", "ja-JP"),
            (Field::Zoneinfo, "Asia/Tokyo", "Asia/Tokyo"),
        ] {
            assert_eq!(field.parse(typed), Ok(Some(kept.to_owned())), "{typed}");
        }
        assert_eq!(Field::Nickname.parse(" \u{3000}"), Ok(None));
    }

    #[test]
    fn wrong_values_say_why() {
        for (field, typed, error) in [
            (Field::PhoneNumber, "12345", FieldError::Phone),
            (Field::PhoneNumber, "090-CALL-ME", FieldError::Phone),
            (Field::PhoneNumber, "00819012345678", FieldError::Phone),
            (Field::Birthdate, "1990-02-30", FieldError::Date),
            (Field::Birthdate, "yesterday", FieldError::Date),
            (Field::Website, "javascript:alert(1)", FieldError::Link),
            (Field::Locale, "日本語", FieldError::Language),
            (Field::Locality, "a\u{202e}b", FieldError::Characters),
            (Field::FamilyNameKana, "山田", FieldError::Kana),
        ] {
            assert_eq!(field.parse(typed), Err(error), "{typed}");
        }
        assert_eq!(Field::StreetAddress.parse(&"x".repeat(9000)), Err(FieldError::TooLong));
    }
}
