//! Rows of import files, sound and damaged.

use jiff::civil::date as day;

use super::*;

fn model(pairs: &[(&'static str, &'static str)]) -> Result<ModelRow, Vec<RowError>> {
    let pairs = pairs.to_vec();
    ModelRow::read(move |column| value(&pairs, column, &[("model_no", "KX-100")]))
}

fn unit(pairs: &[(&'static str, &'static str)]) -> Result<UnitRow, Vec<RowError>> {
    let pairs = pairs.to_vec();
    UnitRow::read(move |column| value(&pairs, column, &[("model_no", "KX-100"), ("serial", "AB123456")]))
}

fn value(
    pairs: &[(&'static str, &'static str)],
    column: &str,
    defaults: &[(&'static str, &'static str)],
) -> &'static str {
    pairs.iter().chain(defaults).find(|(name, _)| *name == column).map_or("", |(_, value)| value)
}

#[test]
fn a_full_model_row_is_read() {
    let row = model(&[
        ("brand", "Kaze"),
        ("name_ja", "エアコン X100"),
        ("category", "aircon"),
        ("gtin", "4006381333931"),
        ("serial_namespace", "KAZE"),
        ("serial_regex", "[A-Z]{2}[0-9]{6}"),
        ("check_digit", "luhn"),
        ("launched_on", "2024/4/1"),
        ("warranty_plan", "STD"),
    ])
    .unwrap();
    assert_eq!(row.name.en(), "エアコン X100");
    assert_eq!(row.gtin.unwrap().as_str(), "04006381333931");
    assert_eq!(row.namespace, "KAZE");
    assert_eq!(row.launched_on, Some(day(2024, 4, 1)));
    assert_eq!(row.scheme.check_digit(), CheckDigit::Luhn);
    assert_eq!(row.plan.as_deref(), Some("STD"));
}

#[test]
fn a_model_alone_has_its_own_namespace_and_its_number_as_name() {
    let row = model(&[]).unwrap();
    assert_eq!((row.namespace.as_str(), row.name.ja()), ("KX-100", "KX-100"));
}

#[test]
fn every_damaged_model_value_says_column_and_reason() {
    for (column, value, reason) in [
        ("model_no", "", "required"),
        ("model_no", "1.23E+12", "scientific_notation"),
        ("gtin", "4.00638E+12", "scientific_notation"),
        ("gtin", "36000291452", "leading_zeros_lost"),
        ("gtin", "4006381333932", "check_digit"),
        ("gtin", "12ab", "not_digits"),
        ("serial_regex", "[0-9", "pattern"),
        ("serial_regex", "AB-[0-9]{4}", "hyphen"),
        ("check_digit", "crc32", "unknown"),
        ("launched_on", "45983", "day_number"),
        ("launched_on", "2026-02-29", "date"),
        ("launched_on", "22.11.2026", "date"),
        ("launched_on", "0026-11-22", "date"),
        ("warranty_plan", "標準", "form"),
        ("brand", "A\0", "control_character"),
    ] {
        let errors = model(&[(column, value)]).unwrap_err();
        assert_eq!(errors.iter().map(|e| (e.column, e.reason)).collect::<Vec<_>>(), [(column, reason)], "{value}");
    }
}

#[test]
fn all_faults_of_a_row_are_told_at_once() {
    let errors = model(&[("gtin", "1"), ("launched_on", "x"), ("check_digit", "y")]).unwrap_err();
    assert_eq!(errors.len(), 3);
}

#[test]
fn a_unit_row_is_read() {
    let row = unit(&[
        ("serial", "ａｂ-123456"),
        ("lot", "L01"),
        ("made_on", "2025-06-01"),
        ("shipped_on", "２０２５／６／１０"),
        ("claim_code", "K7Q2-9XWD"),
    ])
    .unwrap();
    assert_eq!(row.serial.folded(), "AB123456");
    assert_eq!((row.made_on, row.shipped_on), (Some(day(2025, 6, 1)), Some(day(2025, 6, 10))));
    assert_eq!(row.claim_code_hash, Some(crate::domain::registry::unit::claim_code_hash("k7q29xwd")));
}

#[test]
fn every_damaged_unit_value_says_column_and_reason() {
    for (column, value, reason) in [
        ("serial", "1.23E+12", "scientific_notation"),
        ("serial", "123E+12", "scientific_notation"),
        ("serial", "", "required"),
        ("serial", "製造", "serial_form"),
        ("made_on", "2025-13-01", "date"),
        ("claim_code", "1", "length"),
    ] {
        let errors = unit(&[(column, value)]).unwrap_err();
        assert_eq!(errors.iter().map(|e| (e.column, e.reason)).collect::<Vec<_>>(), [(column, reason)], "{value}");
    }
    let swapped = unit(&[("made_on", "2025-06-10"), ("shipped_on", "2025-06-01")]).unwrap_err();
    assert_eq!(swapped[0].reason, "before_made_on");
}

#[test]
fn a_serial_that_only_looks_scientific_is_one() {
    assert!(unit(&[("serial", "12E345")]).is_ok());
    assert!(unit(&[("serial", "7E12")]).is_ok());
    assert!(unit(&[("serial", "1.5E12")]).is_ok());
}

#[test]
fn the_scheme_of_the_model_reads_the_serial() {
    let eight_digits = SerialScheme::new("[0-9]{8}", CheckDigit::None).unwrap();
    let read = |serial| unit(&[("serial", serial)]).unwrap().normalised(&eight_digits);
    assert_eq!(read("1234-5678").as_deref(), Ok("12345678"));
    assert_eq!(read("12345").unwrap_err().reason, "leading_zeros_lost");
    assert_eq!(read("ABC").unwrap_err().reason, "serial_form");
}
