//! A product as both apps show it: from the claims they were given, in the visitor's language.

use serde_json::Value;

use super::maker::catalogue::{Model, PLANS};
use super::relying_party::{Cover, Product};
use crate::base::Locale;
use crate::base::time::Date;
use crate::i18n::{Words, format};

/// A product, ready to be shown.
pub struct ProductCard {
    /// Its name for this app.
    pub unit_ref: String,
    /// The model number.
    pub model_no: String,
    /// The model's name.
    pub name: String,
    /// The code of its drawing.
    pub category: &'static str,
    /// Since when, in words.
    pub since: String,
    /// Whether any component is covered.
    pub in_force: bool,
    /// The serial, grouped; empty if it was not granted.
    pub serial: String,
    /// The day of purchase in words; empty if it was not granted.
    pub purchased_on: String,
    /// The shop; empty if it was not granted.
    pub dealer: String,
    /// Cover for each component.
    pub lines: Vec<CoverLine>,
}

/// Cover for one component, ready to be shown.
pub struct CoverLine {
    /// The component's name.
    pub component: String,
    /// Parts, labour and so on.
    pub covers: String,
    /// The last day, in words.
    pub until: String,
    /// Whether that day is still to come.
    pub in_force: bool,
}

impl ProductCard {
    /// Put a product into words.
    pub fn new(product: &Product, locale: Locale) -> Self {
        let words = Words::of(locale);
        let model = Model::find(&product.model);
        let in_words = |day: &str| day.parse::<Date>().map_or_else(|_| day.to_owned(), |day| format::date(locale, day));
        let month = format!("{}-01", product.held_since).parse::<Date>();
        let plan = model.map(|model| model.category.plan).unwrap_or_default();
        Self {
            unit_ref: product.unit_ref.clone(),
            model_no: product.model.clone(),
            name: model.map_or_else(|| product.name.clone(), |model| pick(locale, model.name).to_owned()),
            category: model.map(|model| model.category.code).unwrap_or_default(),
            since: month.map(|month| words.demo_held_since(format::month(locale, month))).unwrap_or_default(),
            in_force: product.in_force,
            serial: product.serial.clone().unwrap_or_default(),
            purchased_on: product.purchased_on.as_deref().map(in_words).unwrap_or_default(),
            dealer: product.dealer.clone().unwrap_or_default(),
            lines: product.cover.iter().map(|cover| line(cover, plan, locale)).collect(),
        }
    }
}

fn line(cover: &Cover, plan: &str, locale: Locale) -> CoverLine {
    let words = Words::of(locale);
    let covers: Vec<String> = cover
        .covers
        .iter()
        .map(|kind| match kind.as_str() {
            "parts" => words.demo_covers_parts(),
            "labour" => words.demo_covers_labour(),
            "visit" => words.demo_covers_visit(),
            "shipping" => words.demo_covers_shipping(),
            other => other.to_owned(),
        })
        .collect();
    let until = match cover.ends_on.parse::<Date>() {
        Ok(day) => words.demo_until(format::date(locale, day)),
        Err(_) => cover.ends_on.clone(),
    };
    CoverLine {
        component: component(plan, &cover.component, locale).unwrap_or_else(|| cover.component.clone()),
        covers: covers.join(pick(locale, ("・", ", "))),
        until,
        in_force: cover.in_force,
    }
}

/// What the maker's own plan calls a component: the apps belong to the maker and know its plans.
fn component(plan: &str, code: &str, locale: Locale) -> Option<String> {
    let plans: Vec<Value> = serde_json::from_str(PLANS).ok()?;
    let plan = plans.iter().find(|other| other["code"] == plan)?;
    let line = plan["lines"].as_array()?.iter().find(|line| line["component"] == code)?;
    line["name"][locale.tag()].as_str().map(str::to_owned)
}

fn pick(locale: Locale, both: (&'static str, &'static str)) -> &'static str {
    if locale == Locale::Ja { both.0 } else { both.1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn claims_become_words_of_the_visitors_language() {
        let product: Product = serde_json::from_str(
            r#"{"unit_ref": "u_1", "model": "SR-A28", "name": "?", "category": "aircon", "held_since": "2026-03",
                "in_force": true, "cover": [{"component": "compressor", "covers": ["parts", "labour"],
                "ends_on": "2031-03-17", "in_force": true}]}"#,
        )
        .unwrap();
        let ja = ProductCard::new(&product, Locale::Ja);
        assert_eq!((ja.name.as_str(), ja.since.as_str()), ("エアコン 凪 10畳用", "2026年3月から"));
        assert_eq!(ja.lines[0].component, "冷媒回路・圧縮機");
        assert_eq!(ja.lines[0].covers, "部品・修理料");
        let en = ProductCard::new(&product, Locale::En);
        assert_eq!(en.lines[0].component, "Refrigerant circuit and compressor");
        assert_eq!(en.lines[0].until, "Until 17 March 2031");
    }
}
