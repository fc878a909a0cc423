//! What a relying party learns about somebody's products: no more than the granted scopes, under a name for
//! each unit that differs from sector to sector.

use super::warranty::Cover;
use super::{Bilingual, RegistrationId, UnitId};
use crate::base::time::Date;
use crate::base::{Locale, digest};

/// At most so many units are told in one claim; the rest comes by a distributed claim.
pub const MAX_UNITS: usize = 20;

/// Which lines of a product are told. The `products` scope is the first line and the condition of the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shown {
    /// `products`: model, name, category, month, whether something is in force.
    pub products: bool,
    /// `products.serial`: serial, day of purchase, dealer.
    pub serial: bool,
    /// `warranty`: the cover of each component.
    pub warranty: bool,
    /// `recalls`: how many recalls are open.
    pub recalls: bool,
}

impl Shown {
    /// What these scopes show; nothing without `products`.
    pub fn from_scopes<'a>(scopes: impl IntoIterator<Item = &'a str>) -> Self {
        let mut shown = Self { products: false, serial: false, warranty: false, recalls: false };
        for scope in scopes {
            match scope {
                "products" => shown.products = true,
                "products.serial" => shown.serial = true,
                "warranty" => shown.warranty = true,
                "recalls" => shown.recalls = true,
                _ => {}
            }
        }
        if !shown.products {
            return Self { products: false, serial: false, warranty: false, recalls: false };
        }
        shown
    }
}

impl Shown {
    /// The lines that either shows.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            products: self.products || other.products,
            serial: self.serial || other.serial,
            warranty: self.warranty || other.warranty,
            recalls: self.recalls || other.recalls,
        }
    }
}

/// What a customer lets an application see of one unit, beside what its scopes show of all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitRight {
    /// The unit's name in the sector.
    pub unit_ref: String,
    /// Whether the unit may be read.
    pub reads_unit: bool,
    /// Whether its cover may be read.
    pub reads_cover: bool,
    /// The lines that are told.
    pub shown: Shown,
    /// What became of it since it was given.
    pub standing: Standing,
}

/// What became of a right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The customer holds the unit, by this registration, and still lets the application see it.
    Holds(RegistrationId),
    /// The customer no longer holds the unit.
    Ended,
    /// The customer took it back.
    TakenBack,
}

/// A unit somebody holds, with everything that may be told about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldUnit {
    /// The unit.
    pub unit: UnitId,
    /// The model number.
    pub model: String,
    /// The trade item number.
    pub gtin: Option<String>,
    /// The model's name.
    pub name: Bilingual,
    /// The model's category, or empty.
    pub category: String,
    /// The first day of holding it.
    pub held_from: Date,
    /// The serial as on the label.
    pub serial: String,
    /// The day of purchase.
    pub purchased_on: Option<Date>,
    /// Where it was bought, or empty.
    pub dealer: String,
    /// Cover for each component.
    pub cover: Vec<Cover>,
    /// Today in the zone of its plan.
    pub today: Date,
}

/// What is told about a unit: what was not granted is absent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToldUnit {
    /// Its name in the sector.
    pub unit_ref: String,
    /// The model number.
    pub model: String,
    /// The trade item number.
    pub gtin: Option<String>,
    /// The model's name, in one language.
    pub name: String,
    /// The model's category.
    pub category: Option<String>,
    /// The month since when it is held.
    pub held_since: String,
    /// Whether anything is covered today.
    pub in_force: bool,
    /// With `products.serial`.
    pub serial: Option<String>,
    /// With `products.serial`.
    pub purchased_on: Option<Date>,
    /// With `products.serial`.
    pub dealer: Option<String>,
    /// With `warranty`.
    pub cover: Option<Vec<ToldCover>>,
    /// With `recalls`.
    pub recalls_open: Option<u32>,
}

/// What is told about the cover of a component.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToldCover {
    /// The maker's code for the component.
    pub component: String,
    /// For what.
    pub covers: Vec<&'static str>,
    /// The last day.
    pub ends_on: Date,
    /// Whether it holds today.
    pub in_force: bool,
}

impl HeldUnit {
    /// As much as the scopes show.
    pub fn told(&self, shown: Shown, unit_ref: String, locale: Locale) -> ToldUnit {
        let filled = |text: &String| (!text.is_empty()).then(|| text.clone());
        ToldUnit {
            unit_ref,
            model: self.model.clone(),
            gtin: self.gtin.clone(),
            name: self.name.in_locale(locale).to_owned(),
            category: filled(&self.category),
            held_since: self.held_since(),
            in_force: self.in_force(),
            serial: shown.serial.then(|| self.serial.clone()),
            purchased_on: self.purchased_on.filter(|_| shown.serial),
            dealer: filled(&self.dealer).filter(|_| shown.serial),
            cover: shown.warranty.then(|| self.told_cover()),
            // Hosho keeps no recalls yet, so none is open.
            recalls_open: shown.recalls.then_some(0),
        }
    }

    /// The cover of every component.
    pub fn told_cover(&self) -> Vec<ToldCover> {
        self.cover
            .iter()
            .map(|cover| ToldCover {
                component: cover.component.clone(),
                covers: cover.covers.iter().map(|kind| kind.name()).collect(),
                ends_on: cover.ends_on,
                in_force: cover.in_force(self.today),
            })
            .collect()
    }

    /// Since when, as a month: the purchase if it is known, else the registration.
    pub fn held_since(&self) -> String {
        let day = self.purchased_on.unwrap_or(self.held_from);
        format!("{:04}-{:02}", day.year(), day.month())
    }

    /// Whether any component is covered today.
    pub fn in_force(&self) -> bool {
        self.cover.iter().any(|cover| cover.in_force(self.today))
    }
}

/// The name of a unit for one sector: it opens nothing and cannot be compared between sectors.
pub fn unit_ref(key: &[u8], sector: &str, unit: &UnitId) -> String {
    format!("u_{}", pairwise(key, "unit", sector, unit.as_ref()))
}

/// The name of a registration for one sector, made in the same way.
pub fn registration_ref(key: &[u8], sector: &str, registration: &RegistrationId) -> String {
    format!("r_{}", pairwise(key, "registration", sector, registration.as_ref()))
}

fn pairwise(key: &[u8], kind: &str, sector: &str, id: &str) -> String {
    // The length in front keeps sector and id apart.
    let message = format!("{kind}:{}:{sector}:{id}", sector.len());
    digest::base64url(&digest::hmac_sha256(key, message)[..16])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::registry::warranty_plan::Covers;
    use jiff::civil::date;

    #[test]
    fn sectors_cannot_compare_units() {
        let unit = UnitId::from("unit");
        let shop = unit_ref(b"key", "shop.example", &unit);
        assert_eq!(shop, unit_ref(b"key", "shop.example", &unit));
        assert_ne!(shop, unit_ref(b"key", "support.example", &unit));
        assert_ne!(shop, unit_ref(b"other key", "shop.example", &unit));
        assert_ne!(shop, unit_ref(b"key", "shop.example", &UnitId::from("other")));
        assert_eq!(shop.len(), 2 + 22);
    }

    #[test]
    fn nothing_is_shown_without_the_products_scope() {
        let nothing = Shown::from_scopes(["openid", "products.serial", "warranty", "recalls"]);
        assert_eq!(nothing, Shown { products: false, serial: false, warranty: false, recalls: false });
        let some = Shown::from_scopes(["warranty", "products"]);
        assert_eq!(some, Shown { products: true, serial: false, warranty: true, recalls: false });
    }

    #[test]
    fn a_month_says_since_when_and_any_component_is_enough_to_be_in_force() {
        let cover = |ends_on| Cover {
            component: "body".into(),
            name: Bilingual::new("本体", "Body").unwrap(),
            months: 12,
            covers: vec![Covers::Parts],
            ends_on,
        };
        let held = HeldUnit {
            unit: UnitId::from("unit"),
            model: "X100".into(),
            gtin: None,
            name: Bilingual::new("エアコン", "Air conditioner").unwrap(),
            category: "aircon".into(),
            held_from: date(2026, 1, 5),
            serial: "A1".into(),
            purchased_on: Some(date(2025, 11, 22)),
            dealer: String::new(),
            cover: vec![cover(date(2026, 11, 21)), cover(date(2026, 11, 22))],
            today: date(2026, 11, 22),
        };
        assert_eq!(held.held_since(), "2025-11");
        assert!(held.in_force());
        let all = Shown { products: true, serial: true, warranty: true, recalls: true };
        let told = held.told(all, "u_1".into(), Locale::En);
        assert_eq!((told.serial.as_deref(), told.purchased_on), (Some("A1"), Some(date(2025, 11, 22))));
        assert_eq!(told.cover.unwrap().iter().map(|cover| cover.in_force).collect::<Vec<_>>(), [false, true]);
        let least = Shown::from_scopes(["products"]);
        let told = held.told(least, "u_1".into(), Locale::Ja);
        assert_eq!((told.serial, told.purchased_on, told.dealer, told.cover, told.recalls_open), Default::default());
        assert_eq!(told.name, "エアコン");

        let later = HeldUnit { today: date(2026, 11, 23), purchased_on: None, ..held };
        assert_eq!(later.held_since(), "2026-01");
        assert!(!later.in_force());
    }
}
