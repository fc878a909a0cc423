//! A maker's shelf for tests: a plan, two models, a few units, and customers.

use std::io::Write as _;
use std::path::Path;

use hosho::app::Work;
use hosho::base::id::Subject;
use hosho::base::time::Date;
use hosho::domain::account::{EmailAddress, Profile};
use hosho::domain::registry::registration::Channel;
use hosho::service::account::open::{NewAccount, open};
use hosho::service::registry::import::{self, Report};
use hosho::service::registry::register_unit::{Claim, Outcome, register};

use crate::support::Server;

pub const PLAN: &str = r#"[{
    "code": "STD", "version": 1, "name": {"ja": "標準保証", "en": "Standard warranty"},
    "region": "JP", "zone": "Asia/Tokyo", "start": "purchase", "fallback_days": 30,
    "first_day_counted": false, "transferable": true,
    "lines": [
        {"component": "body", "name": {"ja": "本体", "en": "Body"}, "months": 12, "covers": ["parts", "labour"]},
        {"component": "compressor", "name": {"ja": "圧縮機", "en": "Compressor"}, "months": 60, "covers": ["parts"]}
    ]
}]"#;

pub const MODELS: &str = "\
brand,model_no,name_ja,name_en,category,gtin,serial_namespace,serial_regex,check_digit,launched_on,warranty_plan
Kaze,X100,エアコン X100,Air conditioner X100,aircon,4006381333931,KAZE,[A-Z]{2}[0-9]{6},none,2024-04-01,STD
Kaze,L7,ランプ L7,Lamp L7,lamp,,LAMP,[0-9]{8},luhn,,
";

pub const UNITS: &str = "\
model_no,serial,lot,made_on,shipped_on,claim_code
X100,AB-000001,L1,2025-06-01,2025-06-10,K7Q2-9XWD
X100,AB-000002,L1,2025-06-01,2025-06-10,
X100,OK-100200,L2,2025-07-01,2025-07-10,
L7,79927398,,,,
";

/// A server with the shelf filled.
pub async fn server() -> Server {
    server_with(&[]).await
}

/// The same with settings of its own.
pub async fn server_with(variables: &[(&str, &str)]) -> Server {
    let server = Server::start_with(variables).await;
    assert_eq!(import_plans(&server, PLAN).await.added, 1);
    assert_eq!(import_models(&server, MODELS.as_bytes()).await.refused, 0);
    assert_eq!(import_units(&server, UNITS.as_bytes()).await.added, 4);
    server
}

pub async fn import_plans(server: &Server, text: &str) -> Report {
    let file = file(text.as_bytes());
    import::plan::import(&server.app, file.path()).await.unwrap().unwrap()
}

pub async fn import_models(server: &Server, bytes: &[u8]) -> Report {
    let file = file(bytes);
    import::model::import(&server.app, file.path()).await.unwrap().unwrap()
}

pub async fn import_units(server: &Server, bytes: &[u8]) -> Report {
    let file = file(bytes);
    import_units_at(server, file.path()).await
}

pub async fn import_units_at(server: &Server, path: &Path) -> Report {
    import::unit::import(&server.app, path).await.unwrap().unwrap()
}

pub fn file(bytes: &[u8]) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    file
}

/// A customer with a verified address.
pub async fn customer(server: &Server, name: &str) -> Subject {
    let mut work = server.work();
    let email = EmailAddress::parse(&format!("{name}@example.com")).unwrap();
    let account = open(&mut work, NewAccount { email, verified: true, profile: Profile::default() }).await.unwrap();
    work.commit().await.unwrap();
    account.sub
}

pub fn day(text: &str) -> Date {
    text.parse().unwrap()
}

/// A claim on my page, of something bought on 2025-11-22.
pub fn claim(model: &str, serial: &str) -> Claim {
    Claim {
        model: model.into(),
        serial: serial.into(),
        purchased_on: Some(day("2025-11-22")),
        dealer: "風電器".into(),
        claim_code: None,
        confirmed: false,
        channel: Channel::MyPage,
    }
}

/// Register as one request does.
pub async fn registered(server: &Server, sub: &Subject, claim: Claim) -> Outcome {
    let mut work = server.work();
    let outcome = register(&mut work, sub, claim).await.unwrap();
    work.commit().await.unwrap();
    outcome
}

/// Read as one request does.
pub fn reading(server: &Server) -> Work {
    server.work()
}
