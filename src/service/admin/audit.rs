//! Looking at audit entries, and checking their chain.

use std::sync::Arc;

use crate::app::{Work, private_audit};
use crate::base::Result;
use crate::base::id::Subject;
use crate::domain::admin::audit::{Broken, Entry, Verifier};
use crate::domain::event::Event;
use crate::store::admin::audit::{self, Wanted};

/// What a check found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing was tampered with.
    Intact {
        /// How many entries there are.
        entries: i64,
    },
    /// The chain is broken.
    Broken {
        /// Where and how, for the operator.
        sentence: String,
    },
}

/// The newest entries that are wanted. They speak of customers, so that looking at them is recorded too.
pub async fn list(work: &mut Work, wanted: &Wanted, limit: u32) -> Result<Vec<Entry>> {
    let mut found = audit::list(work.tx(), wanted, limit).await?;
    let app = Arc::clone(work.app());
    private_audit::open(work.tx(), &app, &mut found).await?;
    let event = Event::new("audit.listed").about("audit", &wanted.object_id).showing(&["changes"]);
    work.record(match wanted.subject.as_str() {
        "" => event,
        subject => event.of(&Subject::from(subject)),
    });
    Ok(found)
}

const PAGE: u32 = 1000;

/// Follow the chain from its beginning to its head. Entries may be added meanwhile.
pub async fn verify(work: &mut Work) -> Result<Verdict> {
    let key = work.app().kek.derive("audit");
    let head = audit::head(work.tx()).await?;
    let mut verifier = Verifier::new(&*key);
    let mut seq = 0;
    loop {
        let entries = audit::list_after(work.tx(), seq, PAGE).await?;
        let Some(last) = entries.last() else { break };
        seq = last.seq;
        for entry in entries.iter().filter(|entry| entry.seq <= head.seq) {
            if let Err(broken) = verifier.follow(entry) {
                return Ok(Verdict::Broken { sentence: sentence_of(&broken) });
            }
        }
        if seq >= head.seq {
            break;
        }
    }
    Ok(match verifier.finish(head.seq, &head.hash) {
        Ok(entries) => Verdict::Intact { entries },
        Err(broken) => Verdict::Broken { sentence: sentence_of(&broken) },
    })
}

fn sentence_of(broken: &Broken) -> String {
    match broken {
        Broken::Missing(seq) => format!("the audit chain is broken: entry {seq} is missing or out of order"),
        Broken::Altered(seq) => format!("the audit chain is broken: entry {seq} is not what was written"),
        Broken::Truncated { expected, found } => {
            format!("the audit chain is broken: it ends at entry {found}, but {expected} were written")
        }
    }
}
