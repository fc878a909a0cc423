//! What becomes of claims, and what the customer then sees.

use hosho::base::{FieldError, Refusal};
use hosho::domain::registry::registration::{Next, Reason, State};
use hosho::domain::registry::warranty::{Proof, Step};
use hosho::service::registry::register_unit::{Claim, Outcome, register};
use hosho::service::registry::serial_check::{SerialCheck, check};
use hosho::service::registry::{my_products, review};

use super::shelf::{claim, customer, day, import_units, reading, registered, server, server_with};

#[tokio::test]
async fn a_listed_unit_becomes_yours_with_its_warranty_and_a_letter() {
    let server = server().await;
    let hanako = customer(&server, "hanako").await;
    let Outcome::Active(id) = registered(&server, &hanako, claim("X100", "AB000001")).await else { panic!() };

    let product = my_products::get(&mut reading(&server), &hanako, &id).await.unwrap();
    let ends: Vec<_> = product.card.cover.iter().map(|line| (line.component.as_str(), line.ends_on)).collect();
    assert_eq!(ends, [("body", day("2026-11-22")), ("compressor", day("2030-11-22"))]);
    // The test begins at 2026-11-22T00:00Z, nine o'clock in Tokyo: the last day.
    let body = &product.card.cover[0];
    assert!(body.in_force && body.days_left == 0);
    assert_eq!(body.steps.last(), Some(&Step::Until(day("2026-11-22"))));
    let plan = product.plan.unwrap();
    assert_eq!((plan.label.as_str(), plan.anchor.proof, plan.provisional), ("STD@1", Proof::Declared, true));

    let letter = server.last_letter_to("hanako@example.com").await;
    assert!(letter.text.contains("エアコン X100") && letter.text.contains(&format!("/my/products/{id}")));
}

#[tokio::test]
async fn cover_ends_when_the_day_ends_in_tokyo() {
    let server = server().await;
    let hanako = customer(&server, "hanako").await;
    let Outcome::Active(id) = registered(&server, &hanako, claim("X100", "AB000001")).await else { panic!() };
    server.clock.advance(hosho::base::time::hours(15));
    let card = my_products::get(&mut reading(&server), &hanako, &id).await.unwrap().card;
    assert!(!card.cover[0].in_force && card.cover[1].in_force && card.in_force());
    assert_eq!(card.headline().unwrap().component, "compressor");
}

/// (A175)
#[tokio::test]
async fn every_spelling_of_a_serial_is_the_same_unit() {
    for spelling in ["ok100200", "ＯＫ－１００２００", " ok 100-200 ", "0K1OO2OO", "OKI00200"] {
        let server = server().await;
        let hanako = customer(&server, "hanako").await;
        let first = registered(&server, &hanako, claim("x100", spelling)).await;
        let Outcome::Active(id) = first else { panic!("{spelling}: {first:?}") };
        let again = registered(&server, &hanako, claim("Ｘ１００", "OK100200")).await;
        assert_eq!(again, Outcome::AlreadyYours(id, State::Active), "{spelling}");
    }
}

#[tokio::test]
async fn the_number_under_the_bar_code_names_the_model_too() {
    let server = server().await;
    let hanako = customer(&server, "hanako").await;
    let outcome = registered(&server, &hanako, claim("4006381333931", "AB000002")).await;
    assert!(matches!(outcome, Outcome::Active(_)), "{outcome:?}");
}

#[tokio::test]
async fn an_unknown_serial_waits_and_the_factory_list_resolves_it() {
    let server = server().await;
    let (hanako, taro) = (customer(&server, "hanako").await, customer(&server, "taro").await);
    let first = registered(&server, &hanako, claim("X100", "ZZ999999")).await;
    let Outcome::Pending(first, reasons) = first else { panic!("{first:?}") };
    assert_eq!(reasons, [Reason::UnknownSerial]);
    server.clock.advance(hosho::base::time::seconds(1));
    let second = registered(&server, &taro, claim("X100", "zz-999999")).await;
    let Outcome::Pending(second, _) = second else { panic!("{second:?}") };
    let waiting = my_products::get(&mut reading(&server), &hanako, &first).await.unwrap();
    assert!(waiting.card.cover.is_empty() && waiting.next == [Next::WaitForDecision]);

    let report = import_units(&server, b"model_no,serial,made_on\nX100,ZZ-999999,2025-09-01\n").await;
    assert_eq!((report.added, report.changed), (0, 1));
    let mine = my_products::get(&mut reading(&server), &hanako, &first).await.unwrap();
    assert_eq!((mine.card.state, mine.card.cover.len()), (State::Active, 2));
    let theirs = my_products::get(&mut reading(&server), &taro, &second).await.unwrap();
    assert_eq!((theirs.card.state, theirs.card.reasons.as_slice()), (State::Disputed, &[Reason::HeldByOther][..]));
    assert!(server.last_letter_to("hanako@example.com").await.subject.contains("製品を登録しました"));
}

#[tokio::test]
async fn a_claim_on_a_held_unit_is_kept_and_says_nothing_about_who() {
    let server = server().await;
    let (hanako, taro) = (customer(&server, "hanako").await, customer(&server, "taro").await);
    let Outcome::Active(held) = registered(&server, &hanako, claim("X100", "AB000001")).await else { panic!() };
    let outcome = registered(&server, &taro, claim("X100", "AB000001")).await;
    let Outcome::HeldByOther(kept, next) = outcome else { panic!("{outcome:?}") };
    assert_eq!(next, [Next::ProvePossession, Next::WaitForDecision]);

    let letter = server.last_letter_to("hanako@example.com").await;
    assert!(letter.text.contains("別の方から") && !letter.text.contains("taro"));
    let letter = server.last_letter_to("taro@example.com").await;
    assert!(!letter.text.contains("hanako"));

    // The claim again, with the code from the box: the same claim, now with evidence.
    let wrong = Claim { claim_code: Some("0000-0000".into()), ..claim("X100", "AB000001") };
    assert_eq!(registered(&server, &taro, wrong).await, Outcome::Wrong(vec![FieldError::new("claim_code", "wrong")]));
    let shown = Claim { claim_code: Some("k7q29xwd".into()), ..claim("X100", "AB000001") };
    assert_eq!(
        registered(&server, &taro, shown).await,
        Outcome::HeldByOther(kept.clone(), vec![Next::WaitForDecision])
    );

    // The holder keeps every right meanwhile, and the claimant sees nothing of the unit but the claim.
    let mine = my_products::get(&mut reading(&server), &hanako, &held).await.unwrap();
    assert_eq!((mine.card.state, mine.card.cover.len()), (State::Active, 2));
    let theirs = my_products::get(&mut reading(&server), &taro, &kept).await.unwrap();
    assert!(theirs.card.cover.is_empty() && theirs.plan.is_none());
    let foreign = my_products::get(&mut reading(&server), &taro, &held).await.unwrap_err();
    assert!(matches!(foreign, hosho::base::Error::Refused(Refusal::NotFound)));
}

#[tokio::test]
async fn a_decision_moves_the_unit_or_leaves_it() {
    let server = server().await;
    let (hanako, taro) = (customer(&server, "hanako").await, customer(&server, "taro").await);
    let Outcome::Active(held) = registered(&server, &hanako, claim("X100", "AB000001")).await else { panic!() };
    let Outcome::HeldByOther(kept, _) = registered(&server, &taro, claim("X100", "AB000001")).await else { panic!() };

    let mut work = server.work();
    review::accept(&mut work, &kept).await.unwrap();
    work.commit().await.unwrap();
    assert!(my_products::list(&mut reading(&server), &hanako).await.unwrap().is_empty());
    let theirs = my_products::list(&mut reading(&server), &taro).await.unwrap();
    // The warranty belongs to the unit: the dates are those that were promised first.
    assert_eq!((theirs[0].state, theirs[0].cover[0].ends_on), (State::Active, day("2026-11-22")));

    let decided = review::accept(&mut server.work(), &kept).await.unwrap_err();
    assert!(matches!(decided, hosho::base::Error::Refused(Refusal::Conflict("decided_already"))));
    let Outcome::HeldByOther(again, _) = registered(&server, &hanako, claim("X100", "AB000001")).await else {
        panic!("the first holder may claim again")
    };
    assert_ne!(again, held);
    let mut work = server.work();
    review::decline(&mut work, &again).await.unwrap();
    work.commit().await.unwrap();
    assert!(my_products::list(&mut reading(&server), &hanako).await.unwrap().is_empty());
}

#[tokio::test]
async fn dates_that_cannot_be_are_refused_and_unlikely_ones_are_asked_about() {
    let server = server().await;
    let hanako = customer(&server, "hanako").await;
    let bought = |on: &str| Claim { purchased_on: Some(day(on)), ..claim("X100", "AB000001") };
    for (on, reason) in [("2026-11-23", "in_future"), ("1900-01-01", "too_long_ago"), ("9999-12-31", "in_future")] {
        let outcome = registered(&server, &hanako, bought(on)).await;
        assert_eq!(outcome, Outcome::Wrong(vec![FieldError::new("purchased_on", reason)]), "{on}");
    }
    let reasons = vec![Reason::BeforeManufacture, Reason::BeforeLaunch];
    assert_eq!(registered(&server, &hanako, bought("2024-02-29")).await, Outcome::Ask(reasons.clone()));
    assert!(my_products::list(&mut reading(&server), &hanako).await.unwrap().is_empty());
    let confirmed = Claim { confirmed: true, ..bought("2024-02-29") };
    let Outcome::Pending(_, kept) = registered(&server, &hanako, confirmed).await else { panic!() };
    assert_eq!(kept, reasons);
}

#[tokio::test]
async fn today_in_tokyo_is_not_the_future() {
    let server = server().await;
    let hanako = customer(&server, "hanako").await;
    server.clock.advance(hosho::base::time::hours(15));
    let today = Claim { purchased_on: Some(day("2026-11-23")), ..claim("X100", "AB000001") };
    assert!(matches!(registered(&server, &hanako, today).await, Outcome::Active(_)));
}

#[tokio::test]
async fn without_a_day_of_purchase_the_shipment_counts() {
    let server = server().await;
    let hanako = customer(&server, "hanako").await;
    let unknown = Claim { purchased_on: None, ..claim("X100", "AB000001") };
    let Outcome::Active(id) = registered(&server, &hanako, unknown).await else { panic!() };
    let product = my_products::get(&mut reading(&server), &hanako, &id).await.unwrap();
    let anchor = product.plan.unwrap().anchor;
    assert_eq!((anchor.on, anchor.proof), (day("2025-07-10"), Proof::Shipped));
    assert_eq!(product.card.cover[0].ends_on, day("2026-07-10"));
}

#[tokio::test]
async fn wrong_fields_are_named() {
    let server = server().await;
    let hanako = customer(&server, "hanako").await;
    let wrong = [
        (claim("X999", "AB000001"), "model", "unknown"),
        (claim("", "AB000001"), "model", "required"),
        (claim("X100", "--"), "serial", "required"),
        (claim("X100", "12345678"), "serial", "serial_form"),
        (claim("X100", "製造番号"), "serial", "serial_form"),
        (claim("L7", "79927391"), "serial", "check_digit"),
        (claim("L7", "7992"), "serial", "serial_form"),
        (Claim { dealer: "店".repeat(101), ..claim("X100", "AB000001") }, "dealer", "too_long"),
        (Claim { dealer: "店\0".into(), ..claim("X100", "AB000001") }, "dealer", "control_character"),
    ];
    for (claim, field, reason) in wrong {
        let outcome = registered(&server, &hanako, claim).await;
        assert_eq!(outcome, Outcome::Wrong(vec![FieldError::new(field, reason)]));
    }
}

/// (A168), (A171)
#[tokio::test]
async fn hostile_texts_are_only_texts() {
    let server = server().await;
    let hanako = customer(&server, "hanako").await;
    for text in [
        "' OR '1'='1",
        "\"; DROP TABLE unit; --",
        "AB000001' --",
        "AB000001\0",
        "%",
        "_",
        "\\",
        "\u{202E}100000BA",
        "${jndi:ldap://x}",
        "1; SELECT pg_sleep(5)",
    ] {
        for hostile in [claim("X100", text), claim(text, "AB000001")] {
            let outcome = registered(&server, &hanako, hostile).await;
            assert!(matches!(outcome, Outcome::Wrong(_)), "{text:?}: {outcome:?}");
        }
    }
    let shop = Claim { dealer: "'; DROP TABLE registration; --<script>".into(), ..claim("X100", "AB000001") };
    let Outcome::Active(id) = registered(&server, &hanako, shop).await else { panic!() };
    let card = my_products::get(&mut reading(&server), &hanako, &id).await.unwrap().card;
    assert_eq!(card.dealer, "'; DROP TABLE registration; --<script>");
}

/// (A174)
#[tokio::test]
async fn guessing_serials_is_slowed_down() {
    let server = server_with(&[("HOSHO_LIMIT_SERIALS_PER_HOUR", "3")]).await;
    let hanako = customer(&server, "hanako").await;
    for number in 0..3 {
        registered(&server, &hanako, claim("X100", &format!("QQ00000{number}"))).await;
    }
    let refused = register(&mut server.work(), &hanako, claim("X100", "AB000001")).await.unwrap_err();
    assert!(matches!(refused, hosho::base::Error::Refused(Refusal::TooMany { .. })));
    let taro = customer(&server, "taro").await;
    assert!(matches!(registered(&server, &taro, claim("X100", "AB000001")).await, Outcome::Active(_)));
    server.clock.advance(hosho::base::time::hours(1));
    assert!(matches!(registered(&server, &hanako, claim("X100", "AB000002")).await, Outcome::Active(_)));
}

/// (A174)
#[tokio::test]
async fn the_check_while_typing_tells_the_form_and_nothing_else() {
    let server = server().await;
    let (hanako, taro) = (customer(&server, "hanako").await, customer(&server, "taro").await);
    registered(&server, &hanako, claim("X100", "AB000001")).await;
    for serial in ["ab-00000i", "AB000002", "ZZ999999"] {
        let said = check(&mut reading(&server), &taro, "X100", serial).await.unwrap();
        let SerialCheck::Understood { model_no, .. } = said else { panic!("{serial}: {said:?}") };
        assert_eq!(model_no, "X100");
    }
    let said = check(&mut reading(&server), &taro, "X100", "ab-00000i").await.unwrap();
    let SerialCheck::Understood { serial, respelled, swapped, .. } = said else { panic!() };
    assert_eq!((serial.as_str(), respelled, swapped.len()), ("AB000001", true, 1));
    assert!(matches!(
        check(&mut reading(&server), &taro, "L7", "79927391").await.unwrap(),
        SerialCheck::Wrong("check_digit")
    ));
    assert!(matches!(check(&mut reading(&server), &taro, "X1", "AB000001").await.unwrap(), SerialCheck::UnknownModel));
}
