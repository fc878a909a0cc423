//! Dates, numbers and numbers-as-names, as people of each language read them.

use super::Words;
use crate::base::time::Date;
use crate::base::{Locale, Timestamp};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// 2026年11月22日, 22 November 2026.
pub fn date(locale: Locale, date: Date) -> String {
    match locale {
        Locale::Ja => format!("{}年{}月{}日", date.year(), date.month(), date.day()),
        Locale::En => format!("{} {} {}", date.day(), english_month(date), date.year()),
    }
}

/// 2026年11月, November 2026.
pub fn month(locale: Locale, date: Date) -> String {
    match locale {
        Locale::Ja => format!("{}年{}月", date.year(), date.month()),
        Locale::En => format!("{} {}", english_month(date), date.year()),
    }
}

/// 2026年11月22日 15:30, 22 November 2026, 15:30: in the reader's time zone (UTC, and saying so, where
/// the zone is not one we know).
pub fn date_time(locale: Locale, at: Timestamp, zone: &str) -> String {
    let (local, suffix) = match at.zoned(zone) {
        Some(local) => (Some(local), ""),
        None => (at.zoned("UTC"), " UTC"),
    };
    let Some(local) = local else { return at.to_string() };
    let between = if locale == Locale::Ja { " " } else { ", " };
    let day = date(locale, local.date());
    format!("{day}{between}{:02}:{:02}{suffix}", local.hour(), local.minute())
}

/// The date alone of a moment, in the reader's time zone.
pub fn date_of(locale: Locale, at: Timestamp, zone: &str) -> String {
    match at.date_in(zone).or_else(|| at.date_in("UTC")) {
        Some(day) => date(locale, day),
        None => at.to_string(),
    }
}

/// 12か月, 12 months; whole years as years: 5年, 5 years.
pub fn duration_in_months(locale: Locale, months: i64) -> String {
    let words = Words::of(locale);
    if months >= 24 && months % 12 == 0 { words.years(months / 12) } else { words.months(months) }
}

/// How many days are left after today: あと123日, 123 days left; 今日まで, ends today; beyond two years the years;
/// nothing for what has ended.
pub fn days_left(locale: Locale, days: i64) -> Option<String> {
    let words = Words::of(locale);
    match days {
        ..=-1 => None,
        0 => Some(words.ends_today()),
        1..=730 => Some(words.days_left(days)),
        _ => Some(words.years_left(days / 365)),
    }
}

/// 1,234,567: digits in threes, in both languages.
pub fn number(value: i64) -> String {
    let digits = value.unsigned_abs().to_string();
    let sign = if value < 0 { "-" } else { "" };
    format!("{sign}{}", grouped_from_the_right(&digits, 3, ','))
}

/// A customer number as it is read out on the telephone: 123-4567-8901.
pub fn customer_number(digits: &str) -> String {
    match (digits.get(..3), digits.get(3..7), digits.get(7..)) {
        (Some(first), Some(second), Some(third)) if digits.len() == 11 => format!("{first}-{second}-{third}"),
        _ => digits.to_owned(),
    }
}

/// A serial number in groups of four, or three where one letter would be left over, for the eye; where it has separators of its own, it keeps them.
pub fn serial(text: &str) -> String {
    let plain = text.chars().all(|c| c.is_ascii_alphanumeric());
    if !plain || text.len() <= 6 {
        return text.to_owned();
    }
    let letters: Vec<char> = text.chars().collect();
    let size = [4, 3, 5].into_iter().find(|size| letters.len() % size != 1).unwrap_or(4);
    letters.chunks(size).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

/// A whole number that Fluent carries as a float.
pub(super) fn whole(value: f64) -> i64 {
    // Fluent's numbers are floats; every count we show is far below 2^53, where they are exact.
    value as i64
}

fn english_month(date: Date) -> &'static str {
    usize::try_from(date.month() - 1).ok().and_then(|index| MONTHS.get(index)).copied().unwrap_or("")
}

fn grouped_from_the_right(digits: &str, size: usize, separator: char) -> String {
    let mut grouped = String::with_capacity(digits.len() + digits.len() / size);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(size) {
            grouped.push(separator);
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn a_date_reads_naturally_in_both_languages() {
        assert_eq!(date(Locale::Ja, day("2026-11-02")), "2026年11月2日");
        assert_eq!(date(Locale::En, day("2026-11-02")), "2 November 2026");
        assert_eq!(month(Locale::Ja, day("2026-01-31")), "2026年1月");
        assert_eq!(month(Locale::En, day("2026-12-31")), "December 2026");
    }

    #[test]
    fn a_moment_is_told_in_the_readers_zone() {
        let evening = Timestamp::from_millis(1_795_361_400_000); // 2026-11-22T15:30:00Z
        assert_eq!(date_time(Locale::Ja, evening, "Asia/Tokyo"), "2026年11月23日 00:30");
        assert_eq!(date_time(Locale::En, evening, "UTC"), "22 November 2026, 15:30");
        assert_eq!(date_time(Locale::En, evening, "Nowhere/Land"), "22 November 2026, 15:30 UTC");
        assert_eq!(date_of(Locale::En, evening, "Asia/Tokyo"), "23 November 2026");
    }

    #[test]
    fn what_is_left_is_told_in_days_or_years() {
        assert_eq!(days_left(Locale::Ja, 123).as_deref(), Some("あと123日"));
        assert_eq!(days_left(Locale::En, 2).as_deref(), Some("2 days left"));
        assert_eq!(days_left(Locale::En, 0).as_deref(), Some("Ends today"));
        assert_eq!(days_left(Locale::Ja, 1826).as_deref(), Some("あと約5年"));
        assert_eq!(days_left(Locale::En, -1), None);
    }

    #[test]
    fn lengths_in_months_become_years_when_they_are() {
        assert_eq!(duration_in_months(Locale::Ja, 12), "12か月");
        assert_eq!(duration_in_months(Locale::Ja, 60), "5年");
        assert_eq!(duration_in_months(Locale::En, 30), "30 months");
        assert_eq!(duration_in_months(Locale::En, 24), "2 years");
    }

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(number(0), "0");
        assert_eq!(number(-1_234_567), "-1,234,567");
        assert_eq!(number(999), "999");
        assert_eq!(customer_number("12345678901"), "123-4567-8901");
        assert_eq!(customer_number("123"), "123");
        assert_eq!(serial("AB1234567X"), "AB12 3456 7X");
        assert_eq!(serial("AB-1234-567"), "AB-1234-567");
        assert_eq!(serial("AB123"), "AB123");
        assert_eq!(serial("H24A00001"), "H24 A00 001");
    }
}
