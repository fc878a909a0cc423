//! How much of a cover is left: words, and a thin bar that says the same.

use askama::Template;

/// Where a cover stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CoverState {
    /// In force for a good while.
    Good,
    /// In force, but its end is near.
    Soon,
    /// Over, or there is none.
    Over,
}

/// A cover as a line of words and a bar.
#[derive(Clone, Debug, Template)]
#[template(path = "part/cover.html")]
pub struct Cover {
    /// Where it stands.
    pub state: CoverState,
    /// What is covered: 「保証」, "Body".
    pub label: String,
    /// How much is left, in words: 「あと123日」.
    pub left: String,
    /// The end in words: 「2027年3月25日まで」.
    pub until: Option<String>,
    /// How much is left, of 100.
    pub share: u8,
}

impl askama::filters::HtmlSafe for Cover {}

impl Cover {
    /// The share of a cover of `total` days that is left, and its state: its end is near within 60 days.
    pub fn standing(days_left: i64, total: i64) -> (u8, CoverState) {
        if days_left < 0 {
            return (0, CoverState::Over);
        }
        let share = (days_left.saturating_mul(100) / total.max(1)).clamp(1, 100);
        let state = if days_left <= 60 { CoverState::Soon } else { CoverState::Good };
        (u8::try_from(share).unwrap_or(100), state)
    }

    fn class(&self) -> &'static str {
        match self.state {
            CoverState::Good => "cover cover-good",
            CoverState::Soon => "cover cover-soon",
            CoverState::Over => "cover cover-over",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_never_vanishes_before_the_cover_does() {
        assert_eq!(Cover::standing(365, 365), (100, CoverState::Good));
        assert_eq!(Cover::standing(60, 365), (16, CoverState::Soon));
        assert_eq!(Cover::standing(0, 3650), (1, CoverState::Soon));
        assert_eq!(Cover::standing(-1, 365), (0, CoverState::Over));
        assert_eq!(Cover::standing(400, 365), (100, CoverState::Good));
    }
}
