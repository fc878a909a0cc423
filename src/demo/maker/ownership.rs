//! Who has which piece: the first customer has a bit of everything, the others one to five products each, bought
//! at any time since the piece left the factory. Some claims wait, because the factory's list has no such serial.

use super::catalogue::{MODELS, Model};
use super::factory::{PIECES_PER_MODEL, Piece, days_after, mixed};
use super::people::PEOPLE;
use crate::base::time::Date;

/// A purchase that is registered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Purchase {
    /// Which of the [`PEOPLE`].
    pub person: usize,
    /// The number on the label's first line.
    pub model: &'static Model,
    /// The serial as the customer types it.
    pub serial: String,
    /// When it was bought.
    pub purchased_on: Date,
    /// Where it was bought.
    pub dealer: &'static str,
}

/// Shops that sell the maker's products.
const DEALERS: [&str; 6] =
    ["風待公式ストア", "あおぞら電器 松本店", "ホームセンター木の実", "みどり園芸", "駅前デンキ", "風待 直営 諏訪"];

/// What the sample customer has, by model, piece and days since the purchase: cover that has just begun, cover that
/// is about to end, one component still covered, nothing any more.
const OF_THE_FIRST: [(&str, usize, i32); 6] = [
    ("SR-A28", 31, 250),
    ("KM-R100D", 30, 352),
    ("NW-C360", 33, 20),
    ("SR-P20", 28, 700),
    ("KM-K10T", 12, 1300),
    ("NW-W110", 22, 800),
];

/// Every registered purchase. No piece is bought twice.
pub fn purchases(pieces: &[Piece], today: Date) -> Vec<Purchase> {
    let piece = |model: &str, number: usize| {
        let place = MODELS.iter().position(|other| other.model_no == model)?;
        pieces.get(place * PIECES_PER_MODEL + number)
    };
    let mut list: Vec<Purchase> = OF_THE_FIRST
        .iter()
        .filter_map(|&(model, number, days)| Some((piece(model, number)?, days)))
        .map(|(piece, days)| bought(0, piece, days_after(today, -days).max(piece.shipped_on)))
        .collect();
    for person in 1..PEOPLE.len() {
        for nth in 0..1 + mixed(person, 77) % 5 {
            // Each customer has their own number in every model, so that two never meet.
            let model = mixed(person, nth) % MODELS.len();
            let Some(piece) = pieces.get(model * PIECES_PER_MODEL + person % PIECES_PER_MODEL) else { continue };
            let after_shipment = i32::try_from(10 + mixed(person, nth + 20) % 120).unwrap_or(10);
            let purchased_on = days_after(piece.shipped_on, after_shipment).min(days_after(today, -1));
            let purchase = bought(person, piece, purchased_on);
            if !list.iter().any(|other| other.serial == purchase.serial) {
                list.push(purchase);
            }
        }
    }
    list
}

/// Claims on serials of a sound form that no factory list has yet.
pub fn claims_that_wait(today: Date) -> Vec<Purchase> {
    [(0, 5), (4, 17), (9, 26), (15, 2), (22, 31)]
        .into_iter()
        .filter_map(|(person, model)| {
            let model = MODELS.get(model)?;
            let letters = &model.model_no[..2];
            let body = format!("{:02}99{person:02}{:02}", today.year() % 100, mixed(person, 5) % 100);
            let check = model.category.line.check_digit.character_for(&format!("{letters}{body}"))?;
            let serial = format!("{letters}{body}{check}");
            let purchased_on = days_after(today, -3 - i32::try_from(person).unwrap_or(0));
            Some(Purchase { person, model, serial, purchased_on, dealer: DEALERS[person % DEALERS.len()] })
        })
        .collect()
}

fn bought(person: usize, piece: &Piece, purchased_on: Date) -> Purchase {
    let dealer = DEALERS[mixed(person, piece.serial.len() + usize::from(piece.serial.as_bytes()[8])) % DEALERS.len()];
    Purchase { person, model: piece.model, serial: piece.serial.clone(), purchased_on, dealer }
}

#[cfg(test)]
mod tests {
    use super::super::factory;
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn everybody_has_something_and_nothing_is_sold_twice() {
        let today = Date::constant(2026, 11, 22);
        let list = purchases(&factory::pieces(today), today);
        let serials: HashSet<&str> = list.iter().map(|purchase| purchase.serial.as_str()).collect();
        assert_eq!(serials.len(), list.len());
        assert!((0..PEOPLE.len()).all(|person| list.iter().any(|purchase| purchase.person == person)));
        assert!(list.iter().all(|purchase| purchase.purchased_on <= today));
        assert_eq!(list.iter().filter(|purchase| purchase.person == 0).count(), OF_THE_FIRST.len());
    }

    #[test]
    fn what_waits_is_in_no_factory_list() {
        let today = Date::constant(2026, 11, 22);
        let known: HashSet<String> = factory::pieces(today).into_iter().map(|piece| piece.serial).collect();
        assert!(claims_that_wait(today).iter().all(|claim| !known.contains(&claim.serial)));
    }
}
