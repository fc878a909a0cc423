//! The factory's list: forty pieces of every model, with serial, lot, dates and the code in the box. The same on
//! every machine on the same day, so that pictures and tests can be repeated.

use super::catalogue::{MODELS, Model};
use crate::base::time::Date;

/// One piece that left the factory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// What it is.
    pub model: &'static Model,
    /// The number on its label.
    pub serial: String,
    /// The lot it was made in.
    pub lot: String,
    /// When it was made.
    pub made_on: Date,
    /// When it left the factory.
    pub shipped_on: Date,
    /// The code on the card in its box.
    pub claim_code: String,
}

/// How many pieces of each model there are.
pub const PIECES_PER_MODEL: usize = 40;

/// Every piece that has left the factory by today, model by model, the oldest first.
pub fn pieces(today: Date) -> Vec<Piece> {
    MODELS
        .iter()
        .enumerate()
        .flat_map(|(place, model)| (0..PIECES_PER_MODEL).map(move |number| piece(place, model, number, today)))
        .collect()
}

fn piece(place: usize, model: &'static Model, number: usize, today: Date) -> Piece {
    let first = Date::new(model.launched, 2, 1).unwrap_or(today);
    let last = days_after(today, -35);
    // Spread evenly from the first sale to a few weeks ago.
    let span = first.until(last).map_or(0, |span| span.get_days()).max(0);
    let step = i32::try_from(number).unwrap_or(0) * span / i32::try_from(PIECES_PER_MODEL - 1).unwrap_or(1);
    let made_on = days_after(first, step);
    let shipped_on = days_after(made_on, 14);
    let letters = &model.model_no[..2];
    let running = format!("{:02}{:02}{number:02}", made_on.year() % 100, place + 11);
    let body = format!("{running}{:02}", mixed(place, number) % 100);
    let check = model.category.line.check_digit.character_for(&format!("{letters}{body}")).unwrap_or('0');
    Piece {
        model,
        serial: format!("{letters}{body}{check}"),
        lot: format!("{}{:02}{}", made_on.year(), made_on.month(), ["A", "B", "C"][number % 3]),
        made_on,
        shipped_on,
        claim_code: claim_code(place, number),
    }
}

/// A date so many days later.
pub fn days_after(date: Date, days: i32) -> Date {
    date.checked_add(jiff::Span::new().days(days)).unwrap_or(date)
}

/// Eight letters that cannot be taken for digits.
fn claim_code(place: usize, number: usize) -> String {
    const LETTERS: &[u8; 24] = b"ABCDEFGHJKLMNPQRSTUVWXYZ";
    let mut rest = mixed(place, number);
    let mut code = String::with_capacity(9);
    for at in 0..8 {
        if at == 4 {
            code.push('-');
        }
        code.push(char::from(LETTERS[rest % LETTERS.len()]));
        rest /= LETTERS.len();
    }
    code
}

/// A number that looks drawn by lot and is the same every time. (`SplitMix64`)
pub fn mixed(one: usize, other: usize) -> usize {
    let mut value = (one as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(other as u64 + 1);
    value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    usize::try_from((value ^ (value >> 31)) >> 8).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::registry::serial_number::SerialNumber;
    use crate::domain::registry::serial_scheme::SerialScheme;
    use std::collections::HashSet;

    #[test]
    fn every_piece_has_a_serial_of_its_lines_form_and_nobody_elses() {
        let pieces = pieces(Date::constant(2026, 11, 22));
        assert_eq!(pieces.len(), MODELS.len() * PIECES_PER_MODEL);
        let mut seen = HashSet::new();
        for piece in &pieces {
            let line = piece.model.category.line;
            let scheme = SerialScheme::new(line.serial_regex, line.check_digit).unwrap();
            let understood = scheme.understand(&SerialNumber::parse(&piece.serial).unwrap()).unwrap();
            assert!(!understood.respelled, "{}", piece.serial);
            assert!(seen.insert(piece.serial.clone()), "{} twice", piece.serial);
            assert!(piece.made_on.year() >= piece.model.launched && piece.shipped_on < Date::constant(2026, 11, 22));
        }
    }
}
