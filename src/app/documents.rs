//! Documents of clients, remembered by URL: keys, request objects, sectors, client ID metadata.
//!
//! Asking for one may wait for another server. Neither function takes a unit of work, and none may have its
//! transaction open meanwhile: `work.settle()` comes first.
//!
//! - A document is good for as long as its server says, from 60 seconds to an hour, else for five minutes. If it
//!   cannot be fetched anew then, the old one is still good for an hour.
//! - A URL is asked once at a time; whoever comes meanwhile gets the same answer. What was begun comes to its end,
//!   even if whoever began it has hung up: hanging up is no way around the limits.
//! - A failure is remembered for ten seconds.
//! - What is missing in a document, such as a new key, makes it be fetched again at most once in a minute.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::base::time::{hours, minutes, seconds};
use crate::base::{Clock, Timestamp};
use crate::gateway::fetch::{Document, Fetch, FetchError, Purpose};

/// The shortest time a document is good for, whatever its server says.
const SHORTEST: Duration = seconds(60);
/// The longest.
const LONGEST: Duration = hours(1);
/// Where its server says nothing.
const USUAL: Duration = minutes(5);
/// How long an old document serves in place of one that cannot be fetched.
const STALE: Duration = hours(1);
/// How long a failure is remembered.
const FAILURE: Duration = seconds(10);
/// How often a document is fetched again for what it does not have.
const AGAIN: Duration = seconds(60);
/// The most that is remembered: bytes of documents and of their names, with a fixed sum for each, so that their
/// number is bounded, too.
const REMEMBERED: u64 = 32 << 20;
/// The fixed sum.
const EACH: usize = 1 << 10;

/// The documents that were asked for lately.
pub struct Documents {
    fetch: Fetch,
    clock: Clock,
    places: moka::sync::Cache<Name, Arc<Place>>,
}

/// The whole URL with its fragment: a fragment that changes names another document
/// ([OpenID Connect Core §6.2](https://openid.net/specs/openid-connect-core-1_0.html#RequestUriRationale)).
type Name = (Purpose, String);

/// What is known of one URL.
#[derive(Default)]
struct Place {
    known: Mutex<Known>,
    /// Held by whoever is asking.
    asking: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct Known {
    /// With the moment from which it is old.
    document: Option<(Arc<Document>, Timestamp)>,
    failed: Option<(Timestamp, FetchError)>,
    asked_again_at: Option<Timestamp>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Want {
    Fresh,
    Again,
}

impl Documents {
    /// None known yet.
    pub fn new(fetch: Fetch, clock: Clock) -> Self {
        let weigh = |(_, url): &Name, place: &Arc<Place>| {
            let body = place.known().document.as_ref().map_or(0, |(document, _)| document.body.len());
            u32::try_from(EACH + url.len() + body).unwrap_or(u32::MAX)
        };
        Self { fetch, clock, places: moka::sync::Cache::builder().max_capacity(REMEMBERED).weigher(weigh).build() }
    }

    /// The document at a URL, remembered while it is fresh.
    pub async fn get(&self, purpose: Purpose, url: &str) -> Result<Arc<Document>, FetchError> {
        let name = (purpose, url.to_owned());
        let place = self.places.get_with_by_ref(&name, Arc::default);
        let known = place.known().settle(Want::Fresh, self.clock.now());
        match known {
            Some(answer) => answer,
            None => self.ask(name, place, Want::Fresh).await,
        }
    }

    /// The document once more, because something was not in it that may be by now. It is the one that is known if
    /// this was asked within the last minute: unknown key identifiers, which anybody can invent, cost no more.
    /// [A new document is another `Arc`](Arc::ptr_eq).
    pub async fn again(&self, purpose: Purpose, url: &str) -> Result<Arc<Document>, FetchError> {
        let name = (purpose, url.to_owned());
        let place = self.places.get_with_by_ref(&name, Arc::default);
        self.ask(name, place, Want::Again).await
    }

    /// Forget what is known of a URL, for whoever says that something new is there now. How often they may say so is
    /// theirs to limit.
    pub fn forget(&self, purpose: Purpose, url: &str) {
        self.places.invalidate(&(purpose, url.to_owned()));
    }

    /// How much is remembered, in bytes.
    pub fn bytes(&self) -> u64 {
        self.places.run_pending_tasks();
        self.places.weighted_size()
    }

    /// Fetch in a task of its own, after whoever is fetching the same.
    async fn ask(&self, name: Name, place: Arc<Place>, want: Want) -> Result<Arc<Document>, FetchError> {
        let (fetch, clock, places) = (self.fetch.clone(), self.clock.clone(), self.places.clone());
        let asking = tokio::spawn(async move {
            let _alone = place.asking.lock().await;
            let begun = place.known().begin(want, clock.now());
            if let Some(answer) = begun {
                return answer;
            }
            let fetched = fetch.get(name.0, &name.1, &name.0.wanted()).await;
            let answer = place.known().take(fetched, clock.now());
            // Its weight has changed.
            places.insert(name, Arc::clone(&place));
            answer
        });
        asking.await.unwrap_or(Err(FetchError::Unreachable))
    }
}

impl Place {
    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    /// The answer where nobody needs to be asked.
    fn settle(&self, want: Want, now: Timestamp) -> Option<Result<Arc<Document>, FetchError>> {
        if let Some((_, error)) = self.failed.filter(|(at, _)| is_within(FAILURE, *at, now)) {
            return Some(self.usable(now).ok_or(error));
        }
        let asked_again = self.asked_again_at.is_some_and(|at| is_within(AGAIN, at, now));
        if want == Want::Again && !asked_again {
            return None;
        }
        let fresh = self.document.as_ref().filter(|(_, old_at)| now < *old_at);
        fresh.map(|(document, _)| Ok(Arc::clone(document)))
    }

    /// The same by whoever would ask otherwise; that it is asked again is noted before it is.
    fn begin(&mut self, want: Want, now: Timestamp) -> Option<Result<Arc<Document>, FetchError>> {
        let answer = self.settle(want, now);
        if answer.is_none() && want == Want::Again {
            self.asked_again_at = Some(now);
        }
        answer
    }

    /// Remember what came of asking.
    fn take(&mut self, fetched: Result<Document, FetchError>, now: Timestamp) -> Result<Arc<Document>, FetchError> {
        match fetched {
            Ok(document) => {
                let fresh_for = document.max_age.unwrap_or(USUAL).clamp(SHORTEST, LONGEST);
                let document = Arc::new(document);
                self.document = Some((Arc::clone(&document), now.plus(fresh_for)));
                self.failed = None;
                Ok(document)
            }
            Err(error) => {
                self.failed = Some((now, error));
                self.usable(now).ok_or(error)
            }
        }
    }

    /// The document, unless it is too old even in place of none.
    fn usable(&self, now: Timestamp) -> Option<Arc<Document>> {
        let usable = self.document.as_ref().filter(|(_, old_at)| now < old_at.plus(STALE));
        usable.map(|(document, _)| Arc::clone(document))
    }
}

/// Whether a moment is less than a span ago. A clock that was set back makes nothing last longer.
fn is_within(span: Duration, at: Timestamp, now: Timestamp) -> bool {
    now >= at && now < at.plus(span)
}
