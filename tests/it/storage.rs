//! Units of work on a real database: what is committed is there, what is not leaves no trace.

use hosho::app::Work;
use hosho::base::Refusal;
use hosho::domain::event::Event;
use hosho::service::admin::audit::{Verdict, verify};
use hosho::store::query::{Count, sql};

use crate::support::Server;

async fn entries(work: &mut Work) -> i64 {
    sql("SELECT COUNT(*) AS count FROM audit_entry").one::<Count>(work.tx()).await.unwrap().count
}

#[tokio::test]
async fn an_uncommitted_unit_leaves_no_trace() {
    let server = Server::start().await;
    let mut work = server.work();
    work.record(Event::new("test.happened").about("thing", "1"));
    work.roll_back().await;
    work.commit().await.unwrap();
    assert_eq!(entries(&mut server.work()).await, 0);
}

#[tokio::test]
async fn many_units_at_once_make_one_chain() {
    let server = Server::start().await;
    let mut tasks = Vec::new();
    for number in 0..40 {
        let mut work = server.work();
        tasks.push(tokio::spawn(async move {
            work.record(Event::new("test.happened").about("thing", number.to_string()));
            work.commit().await.unwrap();
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(verify(&mut server.work()).await.unwrap(), Verdict::Intact { entries: 40 });
}

#[tokio::test]
async fn an_edited_or_removed_audit_entry_is_found() {
    for tampering in [
        "UPDATE audit_entry SET object_id = 'other' WHERE seq = 2",
        "DELETE FROM audit_entry WHERE seq = 2",
        "DELETE FROM audit_entry WHERE seq = 3",
        "UPDATE audit_entry SET seq = 9 WHERE seq = 1",
    ] {
        let server = Server::start().await;
        for number in 1..=3 {
            let mut work = server.work();
            work.record(Event::new("test.happened").about("thing", number.to_string()));
            work.commit().await.unwrap();
        }
        let mut work = server.work();
        sql(tampering).run(work.tx()).await.unwrap();
        work.commit().await.unwrap();
        let verdict = verify(&mut server.work()).await.unwrap();
        assert!(matches!(verdict, Verdict::Broken { .. }), "{tampering}: {verdict:?}");
    }
}

/// (A171)
#[tokio::test]
async fn nul_is_refused_before_it_reaches_a_database() {
    let server = Server::start().await;
    let mut work = server.work();
    let answer = sql("SELECT COUNT(*) AS count FROM audit_entry WHERE name = $1").bind("a\0b").one::<Count>(work.tx());
    let error = answer.await.map(|row| row.count).unwrap_err();
    assert!(matches!(error, hosho::base::Error::Refused(Refusal::Malformed(_))), "{error}");
}

#[tokio::test]
async fn a_reading_unit_cannot_write() {
    let server = Server::start().await;
    let mut work = Work::begin(
        &server.app,
        hosho::app::work::Access::Read,
        hosho::domain::actor::Actor::System("test"),
        hosho::domain::actor::Origin::default(),
    );
    assert!(sql("UPDATE audit_head SET seq = 5").run(work.tx()).await.is_err());
    work.roll_back().await;
    work.allow_writing().await.unwrap();
    assert!(sql("UPDATE audit_head SET seq = 0").run(work.tx()).await.is_ok());
}
