//! Whether what a person chose before answers a request, so that nobody is asked twice and nothing widens silently.

use super::{AuthorizationDetails, MOST_GRANTED, ProductOwnership};

/// A unit that an element can mean now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// What the client's sector calls it.
    pub unit_ref: String,
    /// Whether the person chose it when it was offered for at least as much; `None` where it never was.
    pub before: Option<bool>,
}

/// What is granted if everything was answered before: of each element the units that were chosen. `None` where
/// somebody must be asked: about a unit that is new, or because nothing at all would be granted.
pub fn settle<'a>(
    elements: impl IntoIterator<Item = (&'a ProductOwnership, Vec<Candidate>)>,
) -> Option<AuthorizationDetails> {
    let mut granted: Vec<ProductOwnership> = Vec::new();
    for (asked, candidates) in elements {
        // What can mean nothing any more grants nothing; it does not stand in the way of the rest.
        if candidates.is_empty() {
            continue;
        }
        let before = granted.len();
        for candidate in candidates {
            if candidate.before? {
                granted.push(asked.granted(candidate.unit_ref));
            }
        }
        if granted.len() == before {
            return None;
        }
    }
    let mut distinct: Vec<ProductOwnership> = Vec::new();
    for detail in granted {
        if !distinct.contains(&detail) {
            distinct.push(detail);
        }
    }
    (1..=MOST_GRANTED).contains(&distinct.len()).then_some(AuthorizationDetails(distinct))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn element() -> ProductOwnership {
        let asked = json!({"type": "product_ownership", "actions": ["read_unit"]});
        ProductOwnership::read(&asked, "https://id.example/registry/v1").unwrap()
    }

    fn settled(elements: &[&[(&str, Option<bool>)]]) -> Option<Vec<String>> {
        let asked = element();
        let candidates = elements.iter().map(|units| {
            let candidate =
                |(name, before): &(&str, Option<bool>)| Candidate { unit_ref: (*name).to_owned(), before: *before };
            (&asked, units.iter().map(candidate).collect())
        });
        settle(candidates).map(|details| details.iter().filter_map(|detail| detail.identifier.clone()).collect())
    }

    #[test]
    fn the_same_units_are_not_asked_about_again() {
        assert_eq!(settled(&[&[("a", Some(true)), ("b", Some(false))]]).unwrap(), ["a"]);
        assert_eq!(settled(&[&[("a", Some(true))], &[("a", Some(true)), ("b", Some(true))]]).unwrap(), ["a", "b"]);
    }

    #[test]
    fn a_unit_that_was_never_offered_is_asked_about() {
        assert_eq!(settled(&[&[("a", Some(true)), ("b", None)]]), None);
        assert_eq!(settled(&[&[("a", None)]]), None);
    }

    #[test]
    fn nothing_chosen_and_nothing_held_is_no_grant() {
        assert_eq!(settled(&[&[("a", Some(false))]]), None);
        assert_eq!(settled(&[&[]]), None);
        assert_eq!(settled(&[]), None);
        assert_eq!(settled(&[&[("a", Some(true))], &[]]).unwrap(), ["a"]);
        assert_eq!(settled(&[&[("a", Some(true))], &[("b", Some(false))]]), None);
    }

    #[test]
    fn more_than_a_token_can_carry_is_asked_about() {
        let names: Vec<String> = (0..=MOST_GRANTED).map(|number| format!("u{number}")).collect();
        let units: Vec<(&str, Option<bool>)> = names.iter().map(|name| (name.as_str(), Some(true))).collect();
        assert_eq!(settled(&[&units]), None);
        assert_eq!(settled(&[&units[1..]]).unwrap().len(), MOST_GRANTED);
    }
}
