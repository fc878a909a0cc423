//! What staff find a person by: names in any script and order, e-mail address, telephone and customer number.

use super::{Account, Field};
use crate::base::text::{bigrams, search_form};

/// The text that is kept beside an account and searched: one line for every way to write a name, an address or a
/// number, each without blanks, so that 山田花子 and 山田 花子 find the same person.
pub fn search_text(account: &Account) -> String {
    let profile = &account.profile;
    let mut lines: Vec<String> = Vec::new();
    let pairs = [
        (Field::FamilyName, Field::GivenName),
        (Field::FamilyNameKana, Field::GivenNameKana),
        (Field::FamilyNameHani, Field::GivenNameHani),
    ];
    for (family, given) in pairs {
        let (family, given) = (profile.get(family).unwrap_or_default(), profile.get(given).unwrap_or_default());
        lines.push(format!("{family}{given}"));
        lines.push(format!("{given}{family}"));
    }
    lines.extend([Field::Name, Field::Nickname].iter().filter_map(|field| profile.get(*field)).map(str::to_owned));
    lines.extend(account.email.as_ref().map(|email| email.address.normal()));
    lines.push(account.number.digits().to_owned());
    if let Some(phone) = profile.get(Field::PhoneNumber) {
        lines.push(phone.to_owned());
        lines.extend(phone.strip_prefix("+81").map(|rest| format!("0{rest}")));
    }
    let mut lines: Vec<String> = lines.iter().map(|line| folded(line)).filter(|line| !line.is_empty()).collect();
    lines.sort();
    lines.dedup();
    lines.join("\n")
}

/// The pairs of neighbouring characters of a search text; a pair never spans two lines.
pub fn search_bigrams(text: &str) -> Vec<String> {
    let mut found: Vec<String> = text.lines().flat_map(bigrams).collect();
    found.sort();
    found.dedup();
    found
}

/// What a person typed into a search field, in the form of the search text. Hyphens in numbers are dropped.
pub fn query(typed: &str) -> String {
    let text = folded(typed);
    let is_number = text.chars().all(|c| c.is_ascii_digit() || matches!(c, '-' | 'ー' | '+' | '(' | ')'));
    match is_number {
        true => text.chars().filter(char::is_ascii_digit).collect(),
        false => text,
    }
}

fn folded(text: &str) -> String {
    search_form(text).replace(' ', "")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Timestamp;
    use crate::base::id::Subject;
    use crate::domain::account::{CustomerNumber, EmailAddress, HeldEmail, Profile, State};

    fn hanako() -> Account {
        let mut profile = Profile::default();
        for (field, value) in [
            (Field::FamilyName, "山田"),
            (Field::GivenName, "花子"),
            (Field::FamilyNameKana, "ヤマダ"),
            (Field::GivenNameKana, "ハナコ"),
            (Field::PhoneNumber, "090-1234-5678"),
        ] {
            profile.set(field, value).unwrap();
        }
        let at = Timestamp::from_seconds(0);
        Account {
            sub: Subject::from("hanako"),
            number: CustomerNumber::parse("860-9574-2719").unwrap(),
            state: State::Active,
            profile,
            email: Some(HeldEmail { address: EmailAddress::parse("Hanako@mail.example").unwrap(), verified: true }),
            opened_at: at,
            updated_at: at,
            signed_out_at: at,
        }
    }

    #[test]
    fn every_spelling_finds_the_person() {
        let text = search_text(&hanako());
        for typed in [
            "山田花子",
            "山田　花子",
            "花子",
            "ﾔﾏﾀﾞ ﾊﾅｺ",
            "やまだ",
            "HANAKO@mail",
            "860-9574",
            "８６０９５７４",
            "090-1234-5678",
            "+81 90",
        ] {
            let wanted = query(typed);
            assert!(!wanted.is_empty() && text.contains(&wanted), "{typed} -> {wanted} in {text}");
            let all = search_bigrams(&text);
            assert!(search_bigrams(&wanted).iter().all(|pair| all.contains(pair)), "{typed}");
        }
        assert!(!text.contains(&query("田中")));
    }
}
