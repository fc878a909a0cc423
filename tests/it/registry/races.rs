//! Many at once: one unit has one owner, whatever the order. A175.
//!
//! `HOSHO_TEST_ROUNDS` asks for more than two dozen rounds.

use std::sync::Arc;

use hosho::app::Work;
use hosho::base::time::minutes;
use hosho::service::registry::my_products;
use hosho::service::registry::register_unit::{Outcome, register};

use crate::support::rounds;

use super::shelf::{claim, customer, reading, server};

const CLAIMANTS: usize = 16;

/// (A175)
#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_register_one_unit_at_once_exactly_one_succeeds() {
    let server = server().await;
    let (second, _) = server.another_instance().await;
    let mut people = Vec::new();
    for number in 0..CLAIMANTS {
        people.push(customer(&server, &format!("person{number}")).await);
    }
    let spellings = ["RC{}", "rc-{}", "ＲＣ{}", "R C {}"];
    for round in 0..rounds(24) {
        // Nobody is slowed down for registering too often.
        server.clock.advance(minutes(5));
        let number = format!("{:06}", 200_000 + round);
        let list = format!("model_no,serial\nX100,RC{number}\n");
        // On even rounds the factory list has the unit; on odd ones it is unknown and everybody waits.
        if round % 2 == 0 {
            super::shelf::import_units(&server, list.as_bytes()).await;
        }
        let mut tasks = Vec::new();
        for (place, sub) in people.iter().enumerate() {
            let app = Arc::clone(if place % 2 == 0 { &server.app } else { &second });
            let (sub, serial) = (sub.clone(), spellings[place % spellings.len()].replace("{}", &number));
            tasks.push(tokio::spawn(async move {
                let mut work = Work::for_operator(&app);
                let outcome = register(&mut work, &sub, claim("X100", &serial)).await.unwrap();
                work.commit().await.unwrap();
                outcome
            }));
        }
        let mut outcomes = Vec::new();
        for task in tasks {
            outcomes.push(task.await.unwrap());
        }
        let count = |wanted: fn(&Outcome) -> bool| outcomes.iter().filter(|outcome| wanted(outcome)).count();
        if round % 2 == 0 {
            assert_eq!(count(|outcome| matches!(outcome, Outcome::Active(_))), 1, "{outcomes:?}");
            assert_eq!(count(|outcome| matches!(outcome, Outcome::HeldByOther(..))), CLAIMANTS - 1);
        } else {
            assert_eq!(count(|outcome| matches!(outcome, Outcome::Pending(..))), CLAIMANTS, "{outcomes:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_person_who_presses_twice_has_one_registration() {
    let server = server().await;
    let hanako = customer(&server, "hanako").await;
    let mut tasks = Vec::new();
    for place in 0..CLAIMANTS {
        let (app, sub) = (Arc::clone(&server.app), hanako.clone());
        let serial = if place % 2 == 0 { "AB000001" } else { "YY000001" };
        tasks.push(tokio::spawn(async move {
            let mut work = Work::for_operator(&app);
            let outcome = register(&mut work, &sub, claim("X100", serial)).await.unwrap();
            work.commit().await.unwrap();
            outcome
        }));
    }
    let mut first_times = 0;
    for task in tasks {
        match task.await.unwrap() {
            Outcome::Active(_) | Outcome::Pending(..) => first_times += 1,
            Outcome::AlreadyYours(..) => {}
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(first_times, 2);
    assert_eq!(my_products::list(&mut reading(&server), &hanako).await.unwrap().len(), 2);
}
