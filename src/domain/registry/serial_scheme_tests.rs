//! What schemes read out of typed serial numbers.

use super::*;

fn scheme(pattern: &str, check_digit: CheckDigit) -> SerialScheme {
    SerialScheme::new(pattern, check_digit).unwrap()
}

fn read(scheme: &SerialScheme, text: &str) -> Result<String, SerialFormError> {
    scheme.understand(&SerialNumber::parse(text).unwrap()).map(|understood| understood.normalised)
}

#[test]
fn look_alikes_are_read_the_way_the_scheme_allows() {
    let letters_then_digits = scheme("[A-Z]{2}[0-9]{6}", CheckDigit::None);
    for typed in ["OK100200", "0K100200", "oki002oo", "ＯＫ－１００２００", "OKIOO2OO"] {
        assert_eq!(read(&letters_then_digits, typed).as_deref(), Ok("OK100200"), "{typed}");
    }
}

#[test]
fn what_was_understood_is_told() {
    let letters_then_digits = scheme("[A-Z]{2}[0-9]{6}", CheckDigit::None);
    let understood = letters_then_digits.understand(&SerialNumber::parse("kx-1oo200").unwrap()).unwrap();
    assert!(understood.respelled);
    assert_eq!(
        understood.swapped,
        [Swap { place: 4, typed: 'O', read: '0' }, Swap { place: 5, typed: 'O', read: '0' }]
    );
    let plain = letters_then_digits.understand(&SerialNumber::parse("KX100200").unwrap()).unwrap();
    assert!(!plain.respelled && plain.swapped.is_empty());
}

#[test]
fn where_both_of_a_pair_are_allowed_nothing_is_guessed() {
    let anything = scheme("[A-Z0-9]{6}", CheckDigit::None);
    assert_eq!(read(&anything, "O0I1AA").as_deref(), Ok("O0I1AA"));
    let alphabet_without_o = scheme("[A-HJ-NP-Z0-9]{6}", CheckDigit::None);
    assert_eq!(read(&alphabet_without_o, "OO12IX").as_deref(), Ok("00121X"));
}

#[test]
fn two_possible_readings_are_not_one() {
    let either = scheme("O1[0-9]{2}|0I[0-9]{2}", CheckDigit::None);
    assert_eq!(read(&either, "0123"), Err(SerialFormError::Form));
    assert_eq!(read(&either, "O123").as_deref(), Ok("O123"));
}

#[test]
fn a_wrong_check_digit_is_not_repaired_by_look_alikes() {
    let checked = scheme("[0-9]{11}", CheckDigit::Luhn);
    assert_eq!(read(&checked, "79927398713").as_deref(), Ok("79927398713"));
    assert_eq!(read(&checked, "79927398714"), Err(SerialFormError::CheckDigit));
    let mixed = scheme("[A-Z0-9]{8}", CheckDigit::Mod37_36);
    let good = format!("A0B1C2D{}", CheckDigit::Mod37_36.character_for("A0B1C2D").unwrap());
    assert_eq!(read(&mixed, &good).as_deref(), Ok(good.as_str()));
    assert_eq!(read(&mixed, &good.replace('0', "O")), Err(SerialFormError::CheckDigit));
}

#[test]
fn lost_leading_zeros_are_recognised() {
    let eight = scheme("[0-9]{8}", CheckDigit::None);
    assert_eq!(read(&eight, "12345"), Err(SerialFormError::LeadingZerosLost));
    assert_eq!(read(&eight, "123456789"), Err(SerialFormError::Form));
    assert_eq!(read(&eight, "ABC"), Err(SerialFormError::Form));
}

#[test]
fn the_pattern_must_fit_the_whole_serial() {
    for pattern in ["[0-9]{4}", "^[0-9]{4}$", "[0-9]{4}|[A-Z]{4}"] {
        let four = scheme(pattern, CheckDigit::None);
        assert_eq!(read(&four, "1234").as_deref(), Ok("1234"), "{pattern}");
        assert_eq!(read(&four, "12345"), Err(SerialFormError::Form), "{pattern}");
    }
}

#[test]
fn the_understood_form_is_understood_as_itself() {
    let letters_then_digits = scheme("[A-Z]{2}[0-9]{6}", CheckDigit::None);
    for typed in ["0k-i00200", "ab 123456", "OI101010"] {
        let once = read(&letters_then_digits, typed).unwrap();
        assert_eq!(read(&letters_then_digits, &once).as_deref(), Ok(once.as_str()));
    }
}

#[test]
fn a_pattern_that_cannot_work_is_refused() {
    assert!(matches!(SerialScheme::new("[0-9", CheckDigit::None), Err(SchemeError::Pattern(_))));
    assert!(matches!(SerialScheme::new("(((a{99}){99}){99})", CheckDigit::None), Err(SchemeError::Pattern(_))));
    assert_eq!(SerialScheme::new("X-[0-9]{4}", CheckDigit::None).err(), Some(SchemeError::AsksForHyphen));
    assert_eq!(SerialScheme::new(r"X\-[0-9]{4}", CheckDigit::None).err(), Some(SchemeError::AsksForHyphen));
    assert!(SerialScheme::new("[A-Z0-9-]{4}", CheckDigit::None).is_ok());
    assert_eq!(SerialScheme::new(&"a".repeat(201), CheckDigit::None).err(), Some(SchemeError::TooLong));
}

#[test]
fn a_hostile_pattern_costs_little() {
    // Backtracking engines need exponential time for this one.
    let nested = scheme("(A+)+B", CheckDigit::None);
    assert_eq!(read(&nested, &"A".repeat(40)), Err(SerialFormError::Form));
}
