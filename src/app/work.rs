//! The unit of work: at most one transaction, one instant, one actor.

use std::sync::Arc;

use super::{App, metrics, private_audit};
use crate::base::id::Id;
use crate::base::random::Random;
use crate::base::{Result, Timestamp};
use crate::domain::actor::{Actor, Origin};
use crate::domain::event::Event;
use crate::domain::letter::Letter;
use crate::jose::seal::Place;
use crate::store;
pub use crate::store::db::Access;
use crate::store::db::Tx;

/// One request or job. What it did becomes visible by [`Work::commit`] and in no other way; the transaction
/// opens at the first statement, so that work which touches no table costs no database round trip.
pub struct Work {
    app: Arc<App>,
    tx: Tx,
    now: Timestamp,
    actor: Actor,
    origin: Origin,
    events: Vec<Event>,
    letters: Vec<Letter>,
}

impl Work {
    /// Begin a unit of work.
    pub fn begin(app: &Arc<App>, access: Access, actor: Actor, origin: Origin) -> Self {
        Self {
            tx: app.db.begin(access),
            now: app.clock.now(),
            app: Arc::clone(app),
            actor,
            origin,
            events: Vec::new(),
            letters: Vec::new(),
        }
    }

    /// Begin the work of a command, which the operator gives.
    pub fn for_operator(app: &Arc<App>) -> Self {
        let origin = Origin { request_id: app.random.id(), ..Origin::default() };
        Self::begin(app, Access::Write, Actor::Operator, origin)
    }

    /// Begin the work of a job of the server.
    pub fn for_job(app: &Arc<App>, job: &'static str) -> Self {
        let origin = Origin { request_id: app.random.id(), ..Origin::default() };
        Self::begin(app, Access::Write, Actor::System(job), origin)
    }

    /// The transaction, for store functions.
    pub fn tx(&mut self) -> &mut Tx {
        &mut self.tx
    }

    /// The instant of this work: the same all through.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// What the program was built with.
    pub fn app(&self) -> &Arc<App> {
        &self.app
    }

    /// Who acts.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// Say who acts, once that is known.
    pub fn set_actor(&mut self, actor: Actor) {
        self.actor = actor;
    }

    /// From where the request came.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The source of randomness.
    pub fn random(&self) -> &Random {
        &self.app.random
    }

    /// A new identifier.
    pub fn new_id<T: Id>(&self) -> T {
        T::random(&self.app.random)
    }

    /// Record a fact: it becomes an audit entry in the same commit.
    pub fn record(&mut self, event: Event) {
        self.events.push(event);
    }

    /// Write a letter: it leaves after the commit.
    pub fn send(&mut self, letter: Letter) {
        self.letters.push(letter);
    }

    /// Make everything durable and visible.
    pub async fn commit(mut self) -> Result<()> {
        self.settle().await
    }

    /// Make durable what was done so far and go on in a second unit, with a new transaction and a new instant.
    /// For what must be counted even if the rest fails, and before anything slow: no transaction is open afterwards.
    pub async fn settle(&mut self) -> Result<()> {
        let events = std::mem::take(&mut self.events);
        let letters = std::mem::take(&mut self.letters);
        let wrote_letters = !letters.is_empty();
        for letter in &letters {
            let id = self.app.random.id();
            let composed = crate::gateway::mail::compose(letter, &self.app.config.top.display_name)?;
            let place = Place { table: "outbox_letter", column: "sealed", row: &id };
            let sealed = self.app.kek.seal(place, &composed.to_bytes(), &self.app.random)?;
            store::outbox::add(&mut self.tx, &id, sealed, self.now).await?;
        }
        if !events.is_empty() {
            let key = self.app.kek.derive("audit");
            let facts = private_audit::seal(&mut self.tx, &self.app, &self.actor, &self.origin, &events).await?;
            let request_id = &self.origin.request_id;
            store::admin::audit::append(&mut self.tx, &*key, &self.actor, request_id, &facts, self.now).await?;
        }
        self.tx.commit().await?;
        for event in &events {
            metrics::count(event.name);
        }
        if wrote_letters {
            self.app.outbox_ready.notify_one();
        }
        self.now = self.app.clock.now();
        Ok(())
    }

    /// Leave no trace of what was done since the last commit.
    pub async fn roll_back(&mut self) {
        self.events.clear();
        self.letters.clear();
        self.tx.roll_back().await;
    }

    /// A reading unit that found something to write: its next transaction may.
    pub async fn allow_writing(&mut self) -> Result<()> {
        if self.tx.access() == Access::Read {
            self.settle().await?;
            self.tx.set_access(Access::Write);
        }
        Ok(())
    }
}
