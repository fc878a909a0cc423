//! What is kept of an erased account, why, and until when. Everything else goes; nothing of this says who it was.

use crate::base::time::Date;

/// A kind of record that outlives its account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// Which product was held from when to when, and its cover: whoever made it answers for its safety for ten years
    /// after it was handed over (製造物責任法 Art. 5), and for its cover until that ends.
    Products,
    /// Which terms were accepted when: claims from the contract can be raised for five years (民法 Art. 166).
    Agreements,
    /// What was allowed for letters of advertising and taken back: the sender has to be able to show it
    /// (特定電子メール法 Art. 3), for a year here.
    Choices,
}

/// What is known when an account is erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The day of the erasure.
    pub today: Date,
    /// The last day on which a product was bought, or registered where that is all that is known.
    pub last_handed_over: Option<Date>,
    /// The last day of any cover of these products.
    pub last_covered: Option<Date>,
}

impl Kept {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Products, Self::Agreements, Self::Choices];

    /// The word that is stored and that the API shows.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Products => "products",
            Self::Agreements => "agreements",
            Self::Choices => "choices",
        }
    }

    /// Read a stored word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kept| kept.word() == word)
    }

    /// The last day on which it is kept.
    pub fn until(self, facts: &Facts) -> Date {
        match self {
            Self::Products => {
                let answered_for = years_after(facts.last_handed_over.unwrap_or(facts.today), 10);
                answered_for.max(facts.last_covered.unwrap_or(answered_for))
            }
            Self::Agreements => years_after(facts.today, 5),
            Self::Choices => years_after(facts.today, 1),
        }
    }
}

fn years_after(day: Date, years: i64) -> Date {
    day.checked_add(jiff::Span::new().years(years)).unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_are_kept_for_ten_years_or_as_long_as_they_are_covered() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        let mut facts =
            Facts { today: day("2026-11-22"), last_handed_over: Some(day("2024-02-29")), last_covered: None };
        assert_eq!(Kept::Products.until(&facts), day("2034-02-28"));
        facts.last_covered = Some(day("2040-01-01"));
        assert_eq!(Kept::Products.until(&facts), day("2040-01-01"));
        assert_eq!(Kept::Agreements.until(&facts), day("2031-11-22"));
    }

    #[test]
    fn words_come_back() {
        for kept in Kept::ALL {
            assert_eq!(Kept::from_word(kept.word()), Some(kept));
        }
    }
}
