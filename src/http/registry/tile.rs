//! A product as a card: picture, name, what is left of its cover.

use super::cover;
use crate::domain::registry::registration::State;
use crate::http::part::{Badge, Cover, CoverState, Icon};
use crate::i18n::Words;
use crate::service::registry::my_products::ProductCard;

/// One card.
#[derive(Clone, Debug)]
pub(super) struct Tile {
    pub href: String,
    pub picture: Icon,
    pub brand: String,
    pub name: String,
    pub model_no: String,
    pub badge: Option<Badge>,
    pub cover: Cover,
}

impl Tile {
    /// The card of a product.
    pub fn of(words: Words, card: &ProductCard) -> Self {
        let waits = card.state.waits();
        let none = |text| Cover { state: CoverState::Over, label: words.cover(), left: text, until: None, share: 0 };
        Self {
            href: format!("/my/products/{}", card.registration),
            picture: Icon::of_category(&card.category),
            brand: card.brand.clone(),
            name: card.name.in_locale(words.locale()).to_owned(),
            model_no: card.model_no.clone(),
            badge: (card.state != State::Active).then(|| state_badge(words, card.state)),
            cover: match cover::headline(words, card) {
                Some(cover) => cover,
                None if waits => none(words.cover_waiting()),
                None => none(words.cover_none()),
            },
        }
    }
}

/// The state of a registration in a word.
pub(super) fn state_badge(words: Words, state: State) -> Badge {
    match state {
        State::Active => Badge::good(words.state_active()),
        State::Pending => Badge::warn(words.state_pending()),
        State::Disputed => Badge::warn(words.state_disputed()),
        State::Rejected => Badge::bad(words.state_rejected()),
        State::Withdrawn => Badge::plain(words.state_withdrawn()),
        State::Ended => Badge::plain(words.state_ended()),
    }
}
