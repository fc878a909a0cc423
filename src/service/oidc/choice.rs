//! Choosing the units that authorization details are about (RFC 9396, `product_ownership`). What can be chosen is what
//! the person holds at this moment, asked for anew at every step.

use std::collections::BTreeSet;

use crate::app::Work;
use crate::base::Result;
use crate::base::id::Subject;
use crate::domain::event::Event;
use crate::domain::registry::product_model::ModelNo;
use crate::oidc::OAuthError;
use crate::oidc::authorization_details::{self, AuthorizationDetails, Candidate, MOST_GRANTED, ProductOwnership};
use crate::oidc::client::Client;
use crate::service;
use crate::store;
use crate::store::oidc::offered_unit::{self, Offered};
use crate::store::registry::product::{self, Before, Product};

/// One element of a request, and the units it can mean.
pub struct Element {
    /// What is asked for.
    pub asked: ProductOwnership,
    /// What can be chosen, newest first.
    pub units: Vec<Choosable>,
    /// The model numbers it is about that are in the catalogue, as printed; empty means any.
    pub models: Vec<String>,
}

/// A unit that can be chosen.
pub struct Choosable {
    /// The unit as its owner knows it.
    pub product: Product,
    /// What the client's sector calls it.
    pub unit_ref: String,
    /// Whether it was chosen before; `None` where it was never offered.
    pub before: Option<bool>,
}

/// Why a choice does not do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// Nothing was chosen for one of the elements.
    Nothing,
    /// More than a token can carry.
    TooMany,
    /// Something that is not, or no longer, the person's.
    NotHeld,
}

/// The units chosen: the position of the element, and what the client's sector calls the unit.
pub type Ticked = BTreeSet<(usize, String)>;

/// More products of one person are not looked through.
const MOST_PRODUCTS: u32 = 500;

/// What each element of a request can mean for this person. A request about models that do not exist is the client's
/// mistake, and no page could explain it to a person.
pub async fn elements(
    work: &mut Work,
    client: &Client,
    sub: &Subject,
    details: &AuthorizationDetails,
) -> Result<Result<Vec<Element>, OAuthError>> {
    if details.is_empty() {
        return Ok(Ok(Vec::new()));
    }
    let held = product::list(work.tx(), sub, false, &Before::everything(), MOST_PRODUCTS).await?;
    let offered = offered_unit::list(work.tx(), sub, &client.id).await?;
    let sector = client.sector();
    let mut elements = Vec::new();
    for asked in details.iter() {
        let models = known(work, &asked.models).await?;
        if models.is_empty() && !asked.models.is_empty() {
            let sentence = "models names nothing that is in the catalogue";
            return Ok(Err(OAuthError::invalid_authorization_details(sentence)));
        }
        let is_meant = |product: &&Product| asked.models.is_empty() || models.contains(&product.model_no);
        let units = held.iter().filter(is_meant).map(|product| Choosable {
            unit_ref: service::registry::claims::name_unit(work, &sector, &product.unit),
            before: before(&offered, asked, product),
            product: product.clone(),
        });
        let is_named = |unit: &Choosable| asked.identifier.as_ref().is_none_or(|name| *name == unit.unit_ref);
        elements.push(Element { asked: asked.clone(), units: units.filter(is_named).collect(), models });
    }
    Ok(Ok(elements))
}

/// What is granted where everything was answered before; `None` where the person must choose.
pub fn settled(elements: &[Element]) -> Option<AuthorizationDetails> {
    let candidates = |element: &Element| {
        let units = element.units.iter();
        units.map(|unit| Candidate { unit_ref: unit.unit_ref.clone(), before: unit.before }).collect()
    };
    authorization_details::settle(elements.iter().map(|element| (&element.asked, candidates(element))))
}

/// The person has chosen: remember what was offered, and what of it they ticked. `elements` is what they hold now.
pub async fn choose(
    work: &mut Work,
    client: &Client,
    sub: &Subject,
    elements: &[Element],
    ticked: &Ticked,
) -> Result<Result<(), Unfit>> {
    if let Err(unfit) = check(elements, ticked) {
        return Ok(Err(unfit));
    }
    let now = work.now();
    let (mut before, mut after) = (BTreeSet::new(), BTreeSet::new());
    let mut answers = Vec::new();
    for (position, element) in elements.iter().enumerate() {
        for unit in &element.units {
            let is_chosen = ticked.contains(&(position, unit.unit_ref.clone()));
            let (wish, registration) = (element.asked.wish.clone(), unit.product.registration.clone());
            if unit.before == Some(true) {
                before.insert(registration.to_string());
            }
            if is_chosen {
                after.insert(registration.to_string());
            } else if unit.before == Some(true) {
                // It was allowed in answer to some wish, perhaps a wider one: passing it over now takes that back.
                offered_unit::take_back(work.tx(), sub, &client.id, &registration, now).await?;
            }
            answers.push(Offered { wish, registration, is_chosen });
        }
    }
    for answer in &answers {
        offered_unit::put(work.tx(), sub, &client.id, answer, now).await?;
    }
    let list = |units: BTreeSet<String>| units.into_iter().collect::<Vec<_>>().join(" ");
    let event = Event::new("consent.units_chosen").about("client", &client.id).of(sub);
    work.record(event.change("units", Some(&list(before)), Some(&list(after))));
    Ok(Ok(()))
}

fn check(elements: &[Element], ticked: &Ticked) -> Result<(), Unfit> {
    let is_offered = |position: usize, name: &str| {
        elements.get(position).is_some_and(|element| element.units.iter().any(|unit| unit.unit_ref == name))
    };
    if ticked.iter().any(|(position, name)| !is_offered(*position, name)) {
        return Err(Unfit::NotHeld);
    }
    if ticked.len() > MOST_GRANTED {
        return Err(Unfit::TooMany);
    }
    let offers = elements.iter().enumerate().filter(|(_, element)| !element.units.is_empty());
    let positions: Vec<usize> = offers.map(|(position, _)| position).collect();
    let all_answered = positions.iter().all(|position| ticked.iter().any(|(own, _)| own == position));
    if positions.is_empty() || !all_answered { Err(Unfit::Nothing) } else { Ok(()) }
}

/// The models that are in the catalogue, as printed there, however they are spelled.
async fn known(work: &mut Work, models: &[String]) -> Result<Vec<String>> {
    let mut known = Vec::new();
    for model in models.iter().filter_map(|text| ModelNo::parse(text)) {
        let found = store::registry::product_model::find_by_key(work.tx(), model.key()).await?;
        known.extend(found.map(|found| found.model_no.printed().to_owned()));
    }
    Ok(known)
}

/// What the person said about a unit when it was offered for at least as much.
fn before(offered: &[Offered], asked: &ProductOwnership, product: &Product) -> Option<bool> {
    let answers = offered.iter().filter(|one| one.registration == product.registration && one.wish.covers(&asked.wish));
    answers.map(|one| one.is_chosen).reduce(|any, one| any || one)
}
