//! What a person says about themselves: the standard claims of OpenID Connect Core §5.1 (everything but the
//! e-mail address, which is proved and therefore has a life of its own), with §5.2 language tags for Japanese names.

use std::collections::BTreeMap;

use super::person_name;
use super::profile_field::{Field, FieldError};

/// The values a person gave, each in its checked form. What was not given is absent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    values: BTreeMap<Field, String>,
    phone_verified: bool,
}

/// The value of one claim, before it becomes JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClaimValue {
    /// A string.
    Text(String),
    /// A boolean.
    Flag(bool),
    /// A JSON object of strings: `address`.
    Object(Vec<(&'static str, String)>),
}

/// A claim that cannot be taken over, by its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrongClaim {
    /// The claim's name; a member of `address` is written `address.postal_code`.
    pub claim: String,
    /// Why.
    pub error: FieldError,
}

impl Profile {
    /// One value, if it was given.
    pub fn get(&self, field: Field) -> Option<&str> {
        self.values.get(&field).map(String::as_str)
    }

    /// Set one value from text as typed; an empty text removes it.
    pub fn set(&mut self, field: Field, text: &str) -> Result<(), FieldError> {
        let value = field.parse(text)?;
        if field == Field::PhoneNumber && value.as_deref() != self.get(field) {
            self.phone_verified = false;
        }
        match value {
            Some(value) => self.values.insert(field, value),
            None => self.values.remove(&field),
        };
        Ok(())
    }

    /// Every value that was given, as it is stored.
    pub fn values(&self) -> impl Iterator<Item = (Field, &str)> {
        self.values.iter().map(|(field, value)| (*field, value.as_str()))
    }

    /// Put a profile together from stored values, which were checked when they were taken.
    pub fn restore(values: impl IntoIterator<Item = (Field, String)>, phone_verified: bool) -> Self {
        Self { values: values.into_iter().collect(), phone_verified }
    }

    /// Whether the telephone number was proved to be the person's.
    pub fn phone_verified(&self) -> bool {
        self.phone_verified
    }

    /// The whole name in the order of its script: 山田 花子, Hanako Yamada. What the person set as `name` comes first.
    pub fn full_name(&self) -> Option<String> {
        if let Some(name) = self.get(Field::Name) {
            return Some(name.to_owned());
        }
        let (family, given) = (self.get(Field::FamilyName), self.get(Field::GivenName));
        let japanese = [family, given].into_iter().flatten().any(person_name::is_japanese);
        let parts = match japanese {
            true => [family, self.get(Field::MiddleName), given],
            false => [given, self.get(Field::MiddleName), family],
        };
        joined(parts)
    }

    /// How pages and letters address the person: the name that is used with さん or 様, or a nickname.
    pub fn greeting_name(&self) -> Option<String> {
        self.full_name().or_else(|| self.get(Field::Nickname).map(str::to_owned))
    }

    /// The person's own words, which must not make up a password.
    pub fn personal_words(&self) -> Vec<String> {
        let is_personal = |field: &Field| {
            !matches!(field, Field::Zoneinfo | Field::Locale | Field::Gender | Field::Country | Field::Region)
        };
        self.values.iter().filter(|(field, _)| is_personal(field)).map(|(_, value)| value.clone()).collect()
    }

    /// All claims, by the names of OpenID Connect Core §5.1.
    pub fn claims(&self) -> Vec<(&'static str, ClaimValue)> {
        let mut claims: Vec<(&'static str, ClaimValue)> = Vec::new();
        for (field, value) in &self.values {
            if !field.is_address() {
                claims.push((field.claim(), ClaimValue::Text(value.clone())));
            }
        }
        self.derive_names(&mut claims);
        if self.get(Field::PhoneNumber).is_some() {
            claims.push(("phone_number_verified", ClaimValue::Flag(self.phone_verified)));
        }
        let address = self.address();
        if !address.is_empty() {
            claims.push(("address", ClaimValue::Object(address)));
        }
        claims
    }

    /// Take over claims by their names, for instance from an import. Unknown names are left out and given back,
    /// so that the caller may say so; e-mail claims are not the profile's.
    pub fn from_claims<'c>(
        claims: impl IntoIterator<Item = (&'c str, ClaimValue)>,
    ) -> Result<(Self, Vec<&'c str>), WrongClaim> {
        let (mut profile, mut unknown) = (Self::default(), Vec::new());
        let mut phone_verified = false;
        // Put together from their parts when claims are given out, so not taken over.
        const DERIVED: [&str; 3] = ["name#ja-Hani-JP", "name#ja-Kana-JP", "updated_at"];
        for (name, value) in claims {
            match (name, value) {
                ("phone_number_verified", ClaimValue::Flag(flag)) => phone_verified = flag,
                ("address", ClaimValue::Object(members)) => {
                    for (member, text) in members {
                        match Field::of_address(member) {
                            Some(field) => profile.take(&format!("address.{member}"), field, &text)?,
                            // `formatted` is put together from its parts.
                            None => continue,
                        }
                    }
                }
                (name, _) if DERIVED.contains(&name) => {}
                (name, ClaimValue::Text(text)) => match Field::of_claim(name) {
                    Some(field) => profile.take(name, field, &text)?,
                    None => unknown.push(name),
                },
                (name, ClaimValue::Flag(_) | ClaimValue::Object(_)) => unknown.push(name),
            }
        }
        profile.phone_verified = phone_verified && profile.get(Field::PhoneNumber).is_some();
        profile.forget_what_follows();
        Ok((profile, unknown))
    }

    /// Drop a whole name and tagged names that say no more than the parts do, so that they follow later changes.
    fn forget_what_follows(&mut self) {
        if let Some(name) = self.values.remove(&Field::Name)
            && self.full_name().as_deref() != Some(&name)
        {
            self.values.insert(Field::Name, name);
        }
        for (tagged, plain) in [(Field::FamilyNameHani, Field::FamilyName), (Field::GivenNameHani, Field::GivenName)] {
            if self.get(tagged).is_some_and(person_name::is_japanese) && self.get(tagged) == self.get(plain) {
                self.values.remove(&tagged);
            }
        }
    }

    fn take(&mut self, claim: &str, field: Field, text: &str) -> Result<(), WrongClaim> {
        self.set(field, text).map_err(|error| WrongClaim { claim: claim.to_owned(), error })
    }

    /// `name` from its parts, and the tagged kanji form of a name that is written in Japanese anyway.
    fn derive_names(&self, claims: &mut Vec<(&'static str, ClaimValue)>) {
        if self.get(Field::Name).is_none()
            && let Some(name) = self.full_name()
        {
            claims.push(("name", ClaimValue::Text(name)));
        }
        for (plain, tagged) in [(Field::FamilyName, Field::FamilyNameHani), (Field::GivenName, Field::GivenNameHani)] {
            if let (Some(name), None) = (self.get(plain), self.get(tagged))
                && person_name::is_japanese(name)
            {
                claims.push((tagged.claim(), ClaimValue::Text(name.to_owned())));
            }
        }
        let hani = joined([
            self.hani(Field::FamilyNameHani, Field::FamilyName),
            None,
            self.hani(Field::GivenNameHani, Field::GivenName),
        ]);
        let kana = joined([self.get(Field::FamilyNameKana), None, self.get(Field::GivenNameKana)]);
        for (claim, name) in [("name#ja-Hani-JP", hani), ("name#ja-Kana-JP", kana)] {
            if let Some(name) = name {
                claims.push((claim, ClaimValue::Text(name)));
            }
        }
    }

    fn hani(&self, tagged: Field, plain: Field) -> Option<&str> {
        self.get(tagged).or_else(|| self.get(plain).filter(|name| person_name::is_japanese(name)))
    }

    fn address(&self) -> Vec<(&'static str, String)> {
        let mut members: Vec<(&'static str, String)> =
            Field::ADDRESS.into_iter().filter_map(|field| Some((field.claim(), self.get(field)?.to_owned()))).collect();
        if !members.is_empty() {
            members.insert(0, ("formatted", self.formatted_address()));
        }
        members
    }

    /// The address as it is written on a parcel: from large to small in Japan, from small to large elsewhere.
    fn formatted_address(&self) -> String {
        let [street, locality, region, postal_code, country] = Field::ADDRESS.map(|field| self.get(field));
        let in_japan = [locality, region].into_iter().flatten().any(person_name::is_japanese);
        let lines: Vec<String> = match in_japan {
            true => vec![
                postal_code.map(|code| format!("〒{code}")).unwrap_or_default(),
                [region, locality, street].into_iter().flatten().collect(),
            ],
            false => vec![
                street.unwrap_or_default().to_owned(),
                joined([locality, region, postal_code]).unwrap_or_default(),
                country.unwrap_or_default().to_owned(),
            ],
        };
        lines.into_iter().filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
    }
}

fn joined(parts: [Option<&str>; 3]) -> Option<String> {
    let present: Vec<&str> = parts.into_iter().flatten().collect();
    (!present.is_empty()).then(|| present.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(value: &str) -> ClaimValue {
        ClaimValue::Text(value.to_owned())
    }

    fn claim(profile: &Profile, name: &str) -> Option<ClaimValue> {
        profile.claims().into_iter().find(|(claim, _)| *claim == name).map(|(_, value)| value)
    }

    #[test]
    fn a_japanese_name_travels_in_kanji_and_kana() {
        let mut profile = Profile::default();
        profile.set(Field::FamilyName, "山田").unwrap();
        profile.set(Field::GivenName, "花子").unwrap();
        profile.set(Field::FamilyNameKana, "ﾔﾏﾀﾞ").unwrap();
        profile.set(Field::GivenNameKana, "はなこ").unwrap();
        assert_eq!(claim(&profile, "name"), Some(text("山田 花子")));
        assert_eq!(claim(&profile, "family_name#ja-Kana-JP"), Some(text("ヤマダ")));
        assert_eq!(claim(&profile, "family_name#ja-Hani-JP"), Some(text("山田")));
        assert_eq!(claim(&profile, "name#ja-Kana-JP"), Some(text("ヤマダ ハナコ")));
    }

    #[test]
    fn a_latin_name_puts_the_given_name_first() {
        let mut profile = Profile::default();
        profile.set(Field::FamilyName, "Müller").unwrap();
        profile.set(Field::GivenName, "Ada").unwrap();
        assert_eq!(profile.full_name().as_deref(), Some("Ada Müller"));
        assert_eq!(claim(&profile, "family_name#ja-Hani-JP"), None);
    }

    #[test]
    fn claims_read_back_are_the_same_profile() {
        let (profile, unknown) = Profile::from_claims([
            ("family_name", text("Yamada")),
            ("family_name#ja-Hani-JP", text("山田")),
            ("phone_number", text("090-1234-5678")),
            ("phone_number_verified", ClaimValue::Flag(true)),
            ("zoneinfo", text("Asia/Tokyo")),
            (
                "address",
                ClaimValue::Object(vec![("postal_code", "1000001".to_owned()), ("region", "東京都".to_owned())]),
            ),
            ("favourite_colour", text("blue")),
        ])
        .unwrap();
        assert_eq!(unknown, ["favourite_colour"]);
        assert_eq!(claim(&profile, "phone_number"), Some(text("+819012345678")));
        assert_eq!(claim(&profile, "phone_number_verified"), Some(ClaimValue::Flag(true)));
        assert_eq!(Profile::from_claims(profile.claims()).unwrap(), (profile.clone(), vec![]));
        assert_eq!(profile.get(Field::PostalCode), Some("100-0001"));
    }

    #[test]
    fn a_wrong_claim_is_named() {
        let wrong = Profile::from_claims([("zoneinfo", text("Mars/Olympus"))]).unwrap_err();
        assert_eq!((wrong.claim.as_str(), wrong.error.word()), ("zoneinfo", "time_zone"));
    }

    #[test]
    fn a_changed_telephone_number_is_no_longer_verified() {
        let claims = [("phone_number", text("+819012345678")), ("phone_number_verified", ClaimValue::Flag(true))];
        let mut profile = Profile::from_claims(claims).unwrap().0;
        profile.set(Field::PhoneNumber, "090 1234 5678").unwrap();
        assert!(profile.phone_verified());
        profile.set(Field::PhoneNumber, "090 1234 5679").unwrap();
        assert!(!profile.phone_verified());
    }

    #[test]
    fn an_address_is_formatted_as_on_a_parcel() {
        let mut profile = Profile::default();
        for (field, value) in [
            (Field::PostalCode, "〒100-0001"),
            (Field::Region, "東京都"),
            (Field::Locality, "千代田区"),
            (Field::StreetAddress, "千代田1-1"),
        ] {
            profile.set(field, value).unwrap();
        }
        let Some(ClaimValue::Object(members)) = claim(&profile, "address") else { panic!("no address") };
        assert_eq!(members[0], ("formatted", "〒100-0001\n東京都千代田区千代田1-1".to_owned()));
    }
}
