//! Imports: repeats, damage, encodings, and what they change for customers.

use hosho::service::registry::import::{self, Failure, Report};
use hosho::service::registry::my_products;
use hosho::service::registry::register_unit::Outcome;

use super::shelf::{
    MODELS, PLAN, UNITS, claim, customer, day, file, import_models, import_plans, import_units, reading, registered,
    server,
};
use crate::support::Server;

fn told(report: &Report) -> Vec<(u64, &str, &str)> {
    report.failures.iter().map(|Failure { row, column, reason, .. }| (*row, column.as_str(), *reason)).collect()
}

fn cp932(text: &str) -> Vec<u8> {
    encoding_rs::SHIFT_JIS.encode(text).0.into_owned()
}

#[tokio::test]
async fn a_repeat_changes_nothing() {
    let server = server().await;
    assert_eq!(import_plans(&server, PLAN).await, Report { unchanged: 1, ..Report::default() });
    assert_eq!(import_models(&server, MODELS.as_bytes()).await, Report { unchanged: 2, ..Report::default() });
    let units = import_units(&server, UNITS.as_bytes()).await;
    assert_eq!((units.added, units.changed, units.unchanged, units.refused), (0, 0, 4, 0));
}

#[tokio::test]
async fn a_published_plan_does_not_change() {
    let server = server().await;
    let changed = import_plans(&server, &PLAN.replace("\"months\": 12", "\"months\": 24")).await;
    assert_eq!(told(&changed), [(1, "version", "published")]);
    let newer = PLAN.replace("\"version\": 1", "\"version\": 2").replace("\"months\": 12", "\"months\": 24");
    assert_eq!(import_plans(&server, &newer).await.added, 1);

    let hanako = customer(&server, "hanako").await;
    let Outcome::Active(id) = registered(&server, &hanako, claim("X100", "AB000001")).await else { panic!() };
    let product = my_products::get(&mut reading(&server), &hanako, &id).await.unwrap();
    assert_eq!(product.plan.unwrap().label, "STD@2");
    assert_eq!(product.card.cover[0].ends_on, day("2027-11-22"));
}

#[tokio::test]
async fn plans_that_cannot_be_are_refused_one_by_one() {
    let server = Server::start().await;
    let report = import_plans(
        &server,
        r#"[{"code": "A", "lines": []}, {"code": "B", "zone": "Asia/Edo", "name": {"ja": "保証"}, "lines": []},
            7,
            {"code": "C", "name": {"ja": "保証"}, "colour": "red", "lines": []},
            {"code": "D", "name": {"ja": "保証"}, "lines": [{"component": "body", "name": {"ja": "本体"},
             "months": 12, "covers": ["everything"]}]},
            {"code": "E", "name": {"ja": "保証"}, "lines": [{"component": "body", "name": {"ja": "本体"},
             "months": 12, "covers": ["parts"]}]}]"#,
    )
    .await;
    assert_eq!((report.added, report.refused), (1, 5));
    assert_eq!(
        report.failures.iter().map(|f| f.column.as_str()).collect::<Vec<_>>(),
        ["name", "zone", "", "", "covers"]
    );
    for (text, hint) in [("{}", "array"), ("[", "not JSON"), ("", "not JSON")] {
        let error = import::plan::import(&server.app, file(text.as_bytes()).path()).await.unwrap().unwrap_err();
        assert!(error.0.contains(hint), "{}", error.0);
    }
}

#[tokio::test]
async fn rows_that_a_spreadsheet_damaged_are_refused_with_their_number() {
    let server = server().await;
    let models = import_models(
        &server,
        "model_no,name_ja,gtin,serial_regex,warranty_plan\n\
         M1,ああ,4.00638E+12,,STD\nM2,いい,36000291452,,STD\nM3,うう,,[0-9,STD\nM4,ええ,,,NONE\nM5,おお,4006381333931,,\n"
            .as_bytes(),
    )
    .await;
    let faults = [
        (2, "gtin", "scientific_notation"),
        (3, "gtin", "leading_zeros_lost"),
        (4, "serial_regex", "pattern"),
        (5, "warranty_plan", "unknown_plan"),
        (6, "gtin", "duplicate"),
    ];
    assert_eq!((models.added, told(&models)), (0, faults.to_vec()));

    let units = import_units(
        &server,
        b"model_no,serial,made_on\nX100,1.23E+12,\nX100,AB000009,45983\nL7,18,\nX999,AB000009,\n\
          X100,AB000010,2025-06-01\nX100,ab-000010,2025-06-02\nX100,AB000011\n",
    )
    .await;
    let faults = [
        (2, "serial", "scientific_notation"),
        (3, "made_on", "day_number"),
        (4, "serial", "leading_zeros_lost"),
        (5, "model_no", "unknown_model"),
        (7, "serial", "duplicate"),
        (8, "", "columns"),
    ];
    assert_eq!((units.added, told(&units)), (1, faults.to_vec()));
}

#[tokio::test]
async fn cp932_and_bom_are_read_like_plain_utf_8() {
    let server = server().await;
    let models = "model_no,name_ja,name_en,category\nＨ１,加湿器①㈱,,家電\n";
    assert_eq!(import_models(&server, &cp932(models)).await.added, 1);
    assert_eq!(import_models(&server, models.as_bytes()).await.unchanged, 1);
    assert_eq!(import_models(&server, format!("\u{FEFF}{models}").as_bytes()).await.unchanged, 1);
    let units = "model_no,serial,lot\nH1,A-1,第一工場ソ\n";
    assert_eq!(import_units(&server, &cp932(units)).await.added, 1);
    assert_eq!(import_units(&server, units.as_bytes()).await.unchanged, 1);
}

#[tokio::test]
async fn a_change_in_the_list_reaches_the_owner() {
    let server = server().await;
    let hanako = customer(&server, "hanako").await;
    let unknown = hosho::service::registry::register_unit::Claim { purchased_on: None, ..claim("X100", "AB000002") };
    let Outcome::Active(id) = registered(&server, &hanako, unknown).await else { panic!() };
    let end = async |server: &Server| {
        my_products::get(&mut reading(server), &hanako, &id).await.unwrap().card.cover[0].ends_on
    };
    assert_eq!(end(&server).await, day("2026-07-10"));
    let later = import_units(&server, b"model_no,serial,shipped_on\nX100,AB000002,2025-08-10\n").await;
    assert_eq!(later.changed, 1);
    assert_eq!(end(&server).await, day("2026-09-09"));
    // What the customer was told is not made shorter by a list.
    import_units(&server, b"model_no,serial,shipped_on\nX100,AB000002,2025-06-10\n").await;
    assert_eq!(end(&server).await, day("2026-09-09"));
}

#[tokio::test]
async fn what_the_list_leaves_empty_stays() {
    let server = server().await;
    assert_eq!(import_units(&server, b"model_no,serial\nX100,AB-000001\n").await.unchanged, 1);
}

#[tokio::test]
async fn a_serial_stays_with_its_model() {
    let server = server().await;
    import_models(&server, b"model_no,name_ja,serial_namespace,serial_regex\nX200,X,KAZE,[A-Z]{2}[0-9]{6}\n").await;
    let other = import_units(&server, b"model_no,serial\nX200,AB000001\n").await;
    assert_eq!(told(&other), [(2, "serial", "other_model")]);
    let moved = import_models(&server, b"model_no,name_ja,serial_namespace\nX200,X,OTHER\n").await;
    assert_eq!(told(&moved), [(2, "serial_namespace", "fixed")]);
}

#[tokio::test]
async fn a_large_list_is_read_in_chunks_and_half_a_bad_one_by_half() {
    let server = server().await;
    let mut text = String::from("model_no,serial\n");
    for number in 0..1500 {
        text.push_str(&format!("X100,{}{number:06}\n", if number % 2 == 0 { "CD" } else { "C" }));
    }
    let report = import_units(&server, text.as_bytes()).await;
    assert_eq!((report.added, report.refused), (750, 750));
    assert_eq!(report.failures[0].row, 3);
}
