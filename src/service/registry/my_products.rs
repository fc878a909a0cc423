//! What a customer sees of their products: cards, and one product with how every date came about.

use std::collections::HashMap;

use super::today;
use crate::app::Work;
use crate::base::id::Subject;
use crate::base::time::Date;
use crate::base::{Refusal, Result};
use crate::domain::registry::registration::{Next, Reason, State};
use crate::domain::registry::warranty::{Anchor, Cover, Step, explain};
use crate::domain::registry::warranty_plan::{Covers, WarrantyPlan, Zone};
use crate::domain::registry::{Bilingual, RegistrationId, UnitId, WarrantyId, WarrantyPlanId};
use crate::store;
use crate::store::registry::product::{Before, Product, Promise};

/// A product on a card.
#[derive(Clone, Debug)]
pub struct ProductCard {
    /// The registration, which names the product on every page.
    pub registration: RegistrationId,
    /// The unit.
    pub unit: UnitId,
    /// The model number.
    pub model_no: String,
    /// The model's name.
    pub name: Bilingual,
    /// The brand, or empty.
    pub brand: String,
    /// The category, or empty.
    pub category: String,
    /// The serial as on the label; as typed when no factory list has it.
    pub serial: String,
    /// Where the registration stands: active, pending or disputed.
    pub state: State,
    /// Why it waits.
    pub reasons: Vec<Reason>,
    /// When it was bought.
    pub purchased_on: Option<Date>,
    /// When it was registered.
    pub registered_on: Date,
    /// Where it was bought, or empty.
    pub dealer: String,
    /// Cover for each component, in the plan's order; none while the registration waits.
    pub cover: Vec<CoverLine>,
}

/// Cover for one component, and how its end came about.
#[derive(Clone, Debug)]
pub struct CoverLine {
    /// The maker's code for the component.
    pub component: String,
    /// What people call it.
    pub name: Bilingual,
    /// How long.
    pub months: u16,
    /// For what.
    pub covers: Vec<Covers>,
    /// The day it is counted from.
    pub starts_on: Date,
    /// The last day.
    pub ends_on: Date,
    /// Whether it holds today, in the plan's zone.
    pub in_force: bool,
    /// Days after today: zero on the last day, negative when it is over.
    pub days_left: i64,
    /// How the last day came about.
    pub steps: Vec<Step>,
}

/// A product with everything its owner may know.
#[derive(Clone, Debug)]
pub struct ProductDetail {
    /// What the card says.
    pub card: ProductCard,
    /// The trade item number.
    pub gtin: Option<String>,
    /// The serial as it was typed.
    pub serial_typed: String,
    /// What the unit was promised.
    pub plan: Option<PlanView>,
    /// What the customer can do about a claim that waits.
    pub next: Vec<Next>,
}

/// The plan of a product.
#[derive(Clone, Debug)]
pub struct PlanView {
    /// Code and version.
    pub label: String,
    /// What people call it.
    pub name: Bilingual,
    /// Where it holds.
    pub region: String,
    /// In which zone its days begin and end.
    pub zone: Zone,
    /// Whether the next owner has it too.
    pub transferable: bool,
    /// What it counts from.
    pub anchor: Anchor,
    /// Whether a better proof may still move it.
    pub provisional: bool,
}

/// More products than this are not shown on one page.
const MAX_CARDS: u32 = 500;

impl ProductCard {
    /// Whether any component is covered today.
    pub fn in_force(&self) -> bool {
        self.cover.iter().any(|line| line.in_force)
    }

    /// The one line that a card shows: the first of the plan while it holds, then whichever ends last.
    pub fn headline(&self) -> Option<&CoverLine> {
        let first = self.cover.first().filter(|line| line.in_force);
        first.or_else(|| self.cover.iter().max_by_key(|line| line.ends_on))
    }
}

/// Products and waiting claims of a customer, newest first.
pub async fn list(work: &mut Work, sub: &Subject) -> Result<Vec<ProductCard>> {
    let products = store::registry::product::list(work.tx(), sub, true, &Before::everything(), MAX_CARDS).await?;
    cards(work, sub, products).await
}

/// One product of a customer, or a claim of theirs that waits.
pub async fn get(work: &mut Work, sub: &Subject, id: &RegistrationId) -> Result<ProductDetail> {
    let found = store::registry::product::find(work.tx(), sub, id).await?;
    let Some(product) = found else { return Err(Refusal::NotFound.into()) };
    let (gtin, serial_typed) = (product.gtin.clone(), product.serial_typed.clone());
    let (disputed, can_prove) = (product.state == State::Disputed, product.has_claim_code && !product.possession_shown);
    let mut next = Vec::new();
    if disputed && can_prove {
        next.push(Next::ProvePossession);
    }
    if product.state.waits() {
        next.push(Next::WaitForDecision);
    }
    let promise = product.warranty.clone();
    let covers = store::registry::warranty::covers_of_unit(work.tx(), &product.unit).await?;
    let plan = match &promise {
        Some(promise) => store::registry::warranty_plan::find(work.tx(), &promise.plan).await?,
        None => None,
    };
    let lines = covers.into_iter().map(|(_, cover)| cover).collect();
    let card = card(work, product, plan.as_ref(), lines)?;
    let plan = plan.zip(promise).map(|(plan, promise)| PlanView {
        label: plan.terms.label(),
        name: plan.terms.name,
        region: plan.terms.region,
        zone: plan.terms.zone,
        transferable: plan.terms.transferable,
        provisional: promise.anchor.proof.is_provisional(),
        anchor: promise.anchor,
    });
    Ok(ProductDetail { card, gtin, serial_typed, plan, next })
}

async fn cards(work: &mut Work, sub: &Subject, products: Vec<Product>) -> Result<Vec<ProductCard>> {
    let mut covers: HashMap<WarrantyId, Vec<Cover>> = HashMap::new();
    if products.iter().any(|product| product.warranty.is_some()) {
        for (warranty, cover) in store::registry::warranty::covers_of(work.tx(), sub).await? {
            covers.entry(warranty).or_default().push(cover);
        }
    }
    let mut plans: HashMap<WarrantyPlanId, WarrantyPlan> = HashMap::new();
    let mut cards = Vec::with_capacity(products.len());
    for product in products {
        let (mut lines, mut plan) = (Vec::new(), None);
        if let Some(promise) = &product.warranty {
            lines = covers.remove(&promise.id).unwrap_or_default();
            if !plans.contains_key(&promise.plan)
                && let Some(found) = store::registry::warranty_plan::find(work.tx(), &promise.plan).await?
            {
                plans.insert(promise.plan.clone(), found);
            }
            plan = plans.get(&promise.plan);
        }
        cards.push(card(work, product, plan, lines)?);
    }
    Ok(cards)
}

fn card(work: &Work, product: Product, plan: Option<&WarrantyPlan>, covers: Vec<Cover>) -> Result<ProductCard> {
    let cover = match (&product.warranty, plan) {
        (Some(promise), Some(plan)) => {
            let today = today(work, Some(&promise.zone))?;
            covers.into_iter().map(|cover| line(cover, plan, promise, today)).collect()
        }
        _ => Vec::new(),
    };
    Ok(ProductCard {
        registration: product.registration,
        unit: product.unit,
        model_no: product.model_no,
        name: product.name,
        brand: product.brand,
        category: product.category,
        serial: product.serial,
        state: product.state,
        reasons: product.reasons,
        purchased_on: product.purchased_on,
        registered_on: product.declared_on,
        dealer: product.dealer,
        cover,
    })
}

fn line(cover: Cover, plan: &WarrantyPlan, promise: &Promise, today: Date) -> CoverLine {
    CoverLine {
        in_force: cover.in_force(today),
        days_left: cover.days_left(today),
        starts_on: promise.anchor.on,
        steps: explain(&plan.terms, &promise.dates, &promise.anchor, cover.months),
        component: cover.component,
        name: cover.name,
        months: cover.months,
        covers: cover.covers,
        ends_on: cover.ends_on,
    }
}
