//! Runs the jobs until the process ends. Every instance runs them; claiming decides who does a thing.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;

use super::{
    accounts, back_channel_logout, ciba_notification, duplicates, encryption_keys, exports, outbox, purge, signing_keys,
};
use crate::app::App;

/// Start all of them. They end when their handles are dropped or aborted.
pub fn start(app: &Arc<App>) -> Vec<JoinHandle<()>> {
    vec![
        tokio::spawn(send_letters(Arc::clone(app))),
        tokio::spawn(tell_of_sign_outs(Arc::clone(app))),
        tokio::spawn(tell_of_decisions(Arc::clone(app))),
        tokio::spawn(remove_what_expired(Arc::clone(app))),
        tokio::spawn(keep_keys(Arc::clone(app))),
        tokio::spawn(look_for_duplicates(Arc::clone(app))),
        tokio::spawn(look_after_accounts(Arc::clone(app))),
        tokio::spawn(make_exports(Arc::clone(app))),
    ]
}

async fn send_letters(app: Arc<App>) {
    loop {
        if let Err(error) = outbox::deliver_due(&app).await {
            tracing::error!(%error, "letters could not be sent");
        }
        // A letter written here wakes us; the rest (tries that are due again, letters of an instance that
        // was killed) is found by looking.
        let _ = tokio::time::timeout(Duration::from_secs(5), app.outbox_ready.notified()).await;
    }
}

async fn tell_of_sign_outs(app: Arc<App>) {
    loop {
        if let Err(error) = back_channel_logout::tell_due(&app).await {
            tracing::error!(%error, "applications could not be told of sign-outs");
        }
        // A sign-out at this instance wakes us; sessions that end otherwise are found by looking.
        let _ = tokio::time::timeout(Duration::from_secs(2), app.logout_ready.notified()).await;
    }
}

async fn tell_of_decisions(app: Arc<App>) {
    loop {
        if let Err(error) = ciba_notification::tell_due(&app).await {
            tracing::error!(%error, "clients could not be told of decisions");
        }
        // A decision at this instance wakes us; what another instance left behind is found by looking.
        let _ = tokio::time::timeout(Duration::from_secs(2), app.notification_ready.notified()).await;
    }
}

async fn remove_what_expired(app: Arc<App>) {
    loop {
        if let Err(error) = purge::remove_what_expired(&app).await {
            tracing::error!(%error, "expired rows could not be removed");
        }
        tokio::time::sleep(Duration::from_secs(600)).await;
    }
}

async fn look_for_duplicates(app: Arc<App>) {
    loop {
        if let Err(error) = duplicates::look(&app).await {
            tracing::error!(%error, "accounts could not be compared");
        }
        tokio::time::sleep(Duration::from_secs(60)).await;
    }
}

async fn make_exports(app: Arc<App>) {
    loop {
        if let Err(error) = exports::make_exports(&app).await {
            tracing::error!(%error, "a copy of somebody's data could not be made");
        }
        tokio::time::sleep(Duration::from_secs(5)).await;
    }
}

async fn look_after_accounts(app: Arc<App>) {
    loop {
        if let Err(error) = accounts::look_after_accounts(&app).await {
            tracing::error!(%error, "accounts that end could not be looked after");
        }
        tokio::time::sleep(Duration::from_secs(60)).await;
    }
}

async fn keep_keys(app: Arc<App>) {
    loop {
        if let Err(error) = signing_keys::keep(&app).await {
            tracing::error!(%error, "signing keys could not be looked after");
        }
        if let Err(error) = encryption_keys::keep(&app).await {
            tracing::error!(%error, "encryption keys could not be looked after");
        }
        // Keys that another process made are published here within this time, long before they sign.
        tokio::time::sleep(Duration::from_secs(5)).await;
    }
}
