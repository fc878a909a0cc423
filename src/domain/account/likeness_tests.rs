//! Whether the likeness of accounts is judged as a person would.

use super::*;
use crate::base::Timestamp;
use crate::base::id::Subject;
use crate::domain::account::{CustomerNumber, EmailAddress, HeldEmail, Profile, State};

fn account(email: &str, fields: &[(Field, &str)]) -> Account {
    let mut profile = Profile::default();
    for (field, value) in fields {
        profile.set(*field, value).unwrap();
    }
    let at = Timestamp::from_seconds(0);
    Account {
        sub: Subject::from(email),
        number: CustomerNumber::parse("860-9574-2719").unwrap(),
        state: State::Active,
        profile,
        email: Some(HeldEmail { address: EmailAddress::parse(email).unwrap(), verified: true }),
        opened_at: at,
        updated_at: at,
        signed_out_at: at,
    }
}

fn traits(email: &str, fields: &[(Field, &str)]) -> Traits {
    Traits::of(&account(email, fields), Vec::new())
}

const HANAKO: [(Field, &str); 7] = [
    (Field::FamilyName, "渡邊"),
    (Field::GivenName, "花子"),
    (Field::FamilyNameKana, "ワタナベ"),
    (Field::GivenNameKana, "ハナコ"),
    (Field::PhoneNumber, "090-1234-5678"),
    (Field::PostalCode, "100-0001"),
    (Field::StreetAddress, "千代田一丁目２番３号"),
];

#[test]
fn spellings_of_one_person_meet_and_say_why() {
    let other = traits(
        "h.watanabe@work.example",
        &[
            (Field::FamilyName, "渡辺"),
            (Field::GivenName, "花子"),
            (Field::PostalCode, "1000001"),
            (Field::StreetAddress, "千代田1-2-3 コーポ千代田203"),
        ],
    );
    let mine = traits("hanako@mail.example", &HANAKO);
    let found = mine.likeness(&other);
    assert_eq!(found.reasons, [Reason::SameName, Reason::SameAddress]);
    assert!(found.is_proposed());
    assert_eq!(found, other.likeness(&mine));
    assert!(mine.keys().iter().any(|key| other.keys().contains(key)));
}

#[test]
fn people_of_one_household_are_not_one_person() {
    let mut daughter = HANAKO;
    daughter[1].1 = "桜";
    daughter[3].1 = "サクラ";
    let found = traits("a@mail.example", &HANAKO).likeness(&traits("b@mail.example", &daughter));
    assert!(found.reasons.contains(&Reason::OtherGivenName), "{found:?}");
    assert!(found.score < POSSIBLE, "{found:?}");
}

#[test]
fn without_a_name_nothing_is_put_forward() {
    let nameless = traits("c@mail.example", &HANAKO[4..]);
    let found = traits("hanako@mail.example", &HANAKO).likeness(&nameless);
    assert_eq!(found.reasons, [Reason::SamePhone, Reason::SameAddress]);
    assert!(!found.is_proposed() && found.score >= POSSIBLE, "{found:?}");
}

#[test]
fn a_common_name_needs_more_than_a_birthday() {
    let born = [(Field::FamilyName, "佐藤"), (Field::GivenName, "花子"), (Field::Birthdate, "1980-04-01")];
    let found = traits("a@mail.example", &born).likeness(&traits("b@mail.example", &born));
    assert!(!found.is_proposed(), "{found:?}");
    let year = [(Field::FamilyName, "佐藤"), (Field::GivenName, "花子"), (Field::Birthdate, "1980")];
    let found = traits("a@mail.example", &born).likeness(&traits("b@mail.example", &year));
    assert_eq!(found.reasons, [Reason::SameName]);
}

#[test]
fn a_family_name_alone_is_no_name() {
    let family = traits("a@mail.example", &[HANAKO[0], HANAKO[4], HANAKO[5], HANAKO[6]]);
    assert!(!traits("hanako@mail.example", &HANAKO).likeness(&family).reasons.contains(&Reason::SameName));
    assert!(!family.likeness(&family).is_proposed());
}

#[test]
fn an_empty_account_is_like_nobody() {
    let empty = traits("a@mail.example", &[]);
    assert_eq!(empty.likeness(&traits("b@mail.example", &[])), Likeness { score: 0, reasons: vec![] });
    assert!(empty.keys().is_empty());
}

/// Some thousand people in households that share address and telephone, a tenth of whom have a second account that
/// is written otherwise; names are as common as real ones.
#[test]
fn of_what_is_put_forward_almost_everything_is_right() {
    let people = population(3000);
    let (mut right, mut wrong, mut wanted) = (0, 0, 0);
    let mut meeting: std::collections::HashMap<String, Vec<usize>> = std::collections::HashMap::new();
    let told: Vec<Traits> = people.iter().map(|(_, account)| Traits::of(account, Vec::new())).collect();
    for (at, one) in told.iter().enumerate() {
        for key in one.keys() {
            meeting.entry(key).or_default().push(at);
        }
    }
    let mut pairs: Vec<(usize, usize)> = meeting
        .values()
        .flat_map(|all| all.iter().flat_map(|a| all.iter().map(|b| (*a, *b))))
        .filter(|(a, b)| a < b)
        .collect();
    pairs.sort_unstable();
    pairs.dedup();
    for (a, b) in pairs {
        if told[a].likeness(&told[b]).is_proposed() {
            if people[a].0 == people[b].0 { right += 1 } else { wrong += 1 }
        }
    }
    for (at, (person, _)) in people.iter().enumerate() {
        wanted += people[at + 1..].iter().filter(|(other, _)| other == person).count();
    }
    assert!(right * 100 >= 98 * (right + wrong), "{right} right, {wrong} wrong");
    assert!(right * 100 >= 50 * wanted, "{right} of {wanted}");
}

/// Who each account belongs to.
fn population(people: usize) -> Vec<(usize, Account)> {
    const FAMILIES: [(&str, &str); 10] = [
        ("佐藤", "サトウ"),
        ("鈴木", "スズキ"),
        ("高橋", "タカハシ"),
        ("田中", "タナカ"),
        ("渡辺", "ワタナベ"),
        ("伊藤", "イトウ"),
        ("山本", "ヤマモト"),
        ("中村", "ナカムラ"),
        ("斉藤", "サイトウ"),
        ("浜崎", "ハマサキ"),
    ];
    const GIVEN: [(&str, &str); 12] = [
        ("翔", "ショウ"),
        ("蓮", "レン"),
        ("健太", "ケンタ"),
        ("大輔", "ダイスケ"),
        ("誠", "マコト"),
        ("隆", "タカシ"),
        ("花子", "ハナコ"),
        ("陽子", "ヨウコ"),
        ("美咲", "ミサキ"),
        ("愛", "アイ"),
        ("恵子", "ケイコ"),
        ("真由美", "マユミ"),
    ];
    let mut state: u64 = 7;
    let mut pick = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % below
    };
    let mut all = Vec::new();
    for person in 0..people {
        // Three people to a household: they share name, address and often the telephone.
        let household = person / 3;
        let family = FAMILIES[household % FAMILIES.len()];
        let given = GIVEN[(person % 3 * 4 + pick(4)) % GIVEN.len()];
        let phone = match pick(3) {
            0 => format!("03-{:04}-{:04}", household % 10_000, household / 7 % 10_000),
            _ => format!("090-{:04}-{:04}", person % 10_000, person * 7 % 10_000),
        };
        let born = format!("{}-{:02}-{:02}", 1940 + pick(70), 1 + pick(12), 1 + pick(28));
        let postal = format!("{:07}", 1_000_000 + household % 400);
        let street = format!("本町{}-{}-{}", household % 9 + 1, household % 40 + 1, household % 25 + 1);
        let fields = [
            (Field::FamilyName, family.0),
            (Field::GivenName, given.0),
            (Field::FamilyNameKana, family.1),
            (Field::GivenNameKana, given.1),
            (Field::PhoneNumber, &phone),
            (Field::Birthdate, &born),
            (Field::PostalCode, &postal),
            (Field::StreetAddress, &street),
        ];
        let said: Vec<(Field, &str)> = fields.iter().copied().filter(|_| pick(5) > 0).collect();
        all.push((person, account(&format!("p{person}@mail.example"), &said)));
        if person % 10 == 0 {
            let respelled = family.0.replace('高', "髙").replace('崎', "﨑").replace('斉', "齋").replace('辺', "邉");
            let street = street.replacen('-', "丁目", 1).replacen('-', "番", 1) + "号 メゾン101";
            let mut again = fields;
            again[0].1 = &respelled;
            again[7].1 = &street;
            let said: Vec<(Field, &str)> = again.iter().copied().filter(|_| pick(8) > 0).collect();
            all.push((person, account(&format!("p{person}@work.example"), &said)));
        }
    }
    all
}
