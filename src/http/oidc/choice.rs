//! The part of the consent page where a person chooses which units an application may see. RFC 9396.

use crate::http::extract::form::Fields;
use crate::http::part::{Icon, serial_ending, told_of_unit};
use crate::i18n::Words;
use crate::oidc::authorization_details::MOST_GRANTED;
use crate::service::oidc::choice::{Choosable, Element, Ticked, Unfit};

/// One wish, and the units to choose from.
pub(super) struct Choice {
    pub id: String,
    pub purpose: Option<String>,
    pub tells: Vec<String>,
    pub units: Vec<UnitBox>,
    /// What would have to be registered first, where there is nothing to choose.
    pub nothing: Option<String>,
}

/// A unit with its box.
pub(super) struct UnitBox {
    pub field: String,
    pub picture: Icon,
    pub name: String,
    pub which: String,
    pub is_ticked: bool,
}

/// What stands before the fields of the boxes.
const PREFIX: &str = "unit.";

/// The choices of a page. `ticked` is what was sent before, where the page comes back.
pub(super) fn choices(words: Words, elements: &[Element], ticked: Option<&Ticked>) -> Vec<Choice> {
    let choice = |(position, element): (usize, &Element)| Choice {
        id: format!("choice-{position}"),
        purpose: element.asked.wish.purpose.clone(),
        tells: element.asked.wish.datatypes.iter().map(|datatype| told_of_unit(words, *datatype)).collect(),
        nothing: element.units.is_empty().then(|| nothing(words, &element.models)),
        units: element.units.iter().map(|unit| unit_box(words, position, element, unit, ticked)).collect(),
    };
    elements.iter().enumerate().map(choice).collect()
}

/// The boxes that were ticked.
pub(super) fn ticked(fields: &Fields) -> Ticked {
    let named = fields.iter().filter(|(_, value)| !value.is_empty()).filter_map(|(name, _)| {
        let (position, unit_ref) = name.strip_prefix(PREFIX)?.split_once('.')?;
        Some((position.parse().ok()?, unit_ref.to_owned()))
    });
    named.collect()
}

/// Why the page comes back.
pub(super) fn sentence(words: Words, unfit: Unfit) -> String {
    match unfit {
        Unfit::Nothing => words.choice_nothing(),
        Unfit::TooMany => words.choice_too_many(MOST_GRANTED),
        Unfit::NotHeld => words.choice_not_held(),
    }
}

fn unit_box(words: Words, position: usize, element: &Element, unit: &Choosable, ticked: Option<&Ticked>) -> UnitBox {
    let product = &unit.product;
    UnitBox {
        field: format!("{PREFIX}{position}.{}", unit.unit_ref),
        picture: Icon::of_category(&product.category),
        name: product.name.in_locale(words.locale()).to_owned(),
        which: words.choice_which(product.model_no.as_str(), serial_ending(&product.serial)),
        is_ticked: match ticked {
            Some(ticked) => ticked.contains(&(position, unit.unit_ref.clone())),
            // What was chosen before stays chosen. Where nothing was and there is but one, saying yes means it.
            None => unit.before == Some(true) || (unit.before.is_none() && element.units.len() == 1),
        },
    }
}

fn nothing(words: Words, models: &[String]) -> String {
    if models.is_empty() {
        words.choice_none_text()
    } else {
        words.choice_none_of(models.join(words.list_separator().as_str()))
    }
}
