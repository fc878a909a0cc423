//! Sends the letters of the outbox: claimed one by one, at least once, tried again with growing pauses.

use std::sync::Arc;
use std::time::Duration;

use crate::app::{App, Work, metrics};
use crate::base::time::{hours, seconds};
use crate::base::{Error, Result};
use crate::gateway::mail::Composed;
use crate::jose::seal::Place;
use crate::store::outbox::{self, Waiting};

/// Send every letter that is due; how many left.
pub async fn deliver_due(app: &Arc<App>) -> Result<usize> {
    let mut count = 0;
    loop {
        // The claim is committed before the mail server is asked: nothing slow happens inside a transaction.
        let mut work = Work::for_job(app, "outbox");
        let now = work.now();
        let claimed = outbox::claim(work.tx(), now).await?;
        if claimed.is_none() {
            metrics::letters_waiting(outbox::waiting(work.tx()).await?);
        }
        work.commit().await?;
        let Some(letter) = claimed else { return Ok(count) };

        let sent = send(app, &letter).await;
        metrics::letter(sent.is_ok());
        let mut work = Work::for_job(app, "outbox");
        match sent {
            Ok(()) => {
                outbox::sent(work.tx(), &letter.id).await?;
                count += 1;
            }
            Err(error) => {
                let reason = reason_of(&error);
                let is_last = letter.attempts >= i64::from(app.config.mail.attempts);
                tracing::warn!(letter = letter.id, reason, is_last, "a letter did not leave");
                let next_at = (!is_last).then(|| work.now().plus(pause_after(letter.attempts)));
                outbox::postpone(work.tx(), &letter.id, &reason, next_at).await?;
            }
        }
        work.commit().await?;
    }
}

async fn send(app: &App, letter: &Waiting) -> Result<()> {
    let place = Place { table: "outbox_letter", column: "sealed", row: &letter.id };
    let opened = app
        .kek
        .open(place, &letter.sealed)
        .map_err(|error| crate::base::Fault::because("a letter of the outbox does not open", error))?;
    app.mailer.send(&letter.id, &Composed::from_bytes(&opened)?).await
}

/// 10 s, 40 s, 2 min 40 s, … up to four hours.
fn pause_after(attempts: i64) -> Duration {
    let doublings = u32::try_from(attempts.clamp(1, 12) - 1).unwrap_or(0) * 2;
    seconds(10).saturating_mul(1 << doublings).min(hours(4))
}

fn reason_of(error: &Error) -> String {
    match error {
        Error::Fault(fault) => fault.chain().chars().take(500).collect(),
        Error::Refused(_) => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_stay_within_four_hours() {
        assert_eq!(pause_after(1), seconds(10));
        assert_eq!(pause_after(2), seconds(40));
        assert_eq!(pause_after(50), hours(4));
    }
}
