//! Registering units through the API, beside its floor of the same run: `cargo bench --bench registration`.
//!
//! Each registration checks a token, finds model and unit, and writes a registration, an ownership, a warranty with
//! two covers, a letter, and an audit entry with its chain. The variables are those of the benchmark of tokens.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark stops at the first thing that goes wrong")]

mod support;

use std::fmt::Write as _;
use std::io::Write as _;
use std::sync::Arc;

use hosho::app::{App, Work};
use hosho::base::id::{Id as _, SessionId};
use hosho::domain::account::{EmailAddress, Profile};
use hosho::oidc::audience::Resource;
use hosho::oidc::authorization_details::AuthorizationDetails;
use hosho::oidc::claims_locales::ClaimsLocales;
use hosho::oidc::claims_request::ClaimsRequest;
use hosho::oidc::client::Client;
use hosho::oidc::grant::Grant;
use hosho::oidc::scope::Scope;
use hosho::service::account::open::{NewAccount, open};
use hosho::service::oidc::client;
use hosho::service::oidc::issue::{ForPerson, for_person};
use hosho::service::registry::import;
use hosho::store;
use support::load::{Connection, get, post, run};
use support::{Bench, Measured, floor, line, number};

const SCOPE: &str = "openid offline_access products registry.register";
/// The rows that one registration adds or changes.
const WRITES: usize = 8;

/// A factory list, and people who each have an access token.
struct Stage {
    model: String,
    tokens: Vec<String>,
}

fn main() {
    support::on_both(measure);
}

async fn measure(url: Option<String>) {
    let bench = Bench::start(url.as_deref(), floor);
    let (count, connections) = (number("HOSHO_BENCH_COUNT", 20_000), number("HOSHO_BENCH_CONNECTIONS", 64));
    let warm = count / 10;
    let stage = Arc::new(stage(&bench.app, connections, warm + count).await);
    register(&bench, &stage, 0, warm).await;
    let measured = register(&bench, &stage, warm, count).await;
    bare(&bench, connections, warm).await;
    let floor = bare(&bench, connections, count).await;
    line("registration of a unit", bench.database, measured, floor);
}

/// Units of the list, each registered once, from `first` on.
async fn register(bench: &Bench, stage: &Arc<Stage>, first: usize, count: usize) -> Measured {
    async fn one(connection: &mut Connection, state: &mut (Arc<Stage>, usize, usize), number: usize) {
        let (stage, index, first) = state;
        let serial = serial(*first + number);
        let body = format!(r#"{{"model": "{}", "serial": "{serial}", "purchased_on": "2026-01-05"}}"#, stage.model);
        let headers = format!("content-type: application/json\r\nauthorization: Bearer {}\r\n", stage.tokens[*index]);
        let request = post("/registry/v1/me/registrations", &headers, &body);
        let answer = connection.send(&request).await.expect(201);
        assert!(answer.text("state") == "active" && answer.header("location").is_some());
    }
    run(bench.address, stage.tokens.len(), count, |index| (Arc::clone(stage), index, first), one).await
}

async fn bare(bench: &Bench, connections: usize, count: usize) -> Measured {
    async fn one(connection: &mut Connection, request: &mut Box<[u8]>, _: usize) {
        connection.send(request).await.expect(200);
    }
    run(bench.floor, connections, count, |_| get(&format!("/floor/0/{WRITES}"), "").into(), one).await
}

fn serial(number: usize) -> String {
    format!("AB{number:08}")
}

async fn stage(app: &Arc<App>, people: usize, units: usize) -> Stage {
    // A name of its own in each run: a PostgreSQL database may hold what an earlier one left.
    let name = app.random.id();
    let (model, plan) = (format!("M{name}"), format!("P{name}"));
    let plans = format!(
        r#"[{{"code": "{plan}", "version": 1, "name": {{"ja": "保証"}}, "lines": [
            {{"component": "body", "name": {{"ja": "本体"}}, "months": 12, "covers": ["parts"]}},
            {{"component": "motor", "name": {{"ja": "モーター"}}, "months": 60, "covers": ["parts"]}}]}}]"#
    );
    let models = format!("model_no,name_ja,serial_regex,warranty_plan\n{model},製品,AB[0-9]{{8}},{plan}\n");
    let mut list = String::from("model_no,serial\n");
    for number in 0..units {
        writeln!(list, "{model},{}", serial(number)).unwrap();
    }
    import::plan::import(app, file(&plans).path()).await.unwrap().unwrap();
    import::model::import(app, file(&models).path()).await.unwrap().unwrap();
    import::unit::import(app, file(&list).path()).await.unwrap().unwrap();

    let mut work = Work::for_operator(app);
    let metadata = format!(r#"{{"redirect_uris": ["https://shop.example/cb"], "scope": "{SCOPE}"}}"#);
    let shop = client::create(&mut work, &metadata).await.unwrap().kept.client;
    let mut tokens = Vec::new();
    for _ in 0..people {
        tokens.push(token(&mut work, &shop).await);
    }
    work.commit().await.unwrap();
    Stage { model, tokens }
}

fn file(text: &str) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    file
}

/// A person who has granted the shop everything it needs.
async fn token(work: &mut Work, shop: &Client) -> String {
    let app = Arc::clone(work.app());
    let email = EmailAddress::parse(&format!("{}@example.jp", app.random.id())).unwrap();
    let account = open(work, NewAccount { email, verified: true, profile: Profile::default() }).await.unwrap();
    let (now, scope) = (work.now(), Scope::from_stored(SCOPE));
    let grant = Grant {
        id: work.new_id(),
        sub: account.sub,
        known_as: None,
        client: shop.id.clone(),
        scope: scope.clone(),
        claims: ClaimsRequest::default(),
        claims_locales: ClaimsLocales::default(),
        resource: Vec::new(),
        authorization_details: AuthorizationDetails::default(),
        session: Some(SessionId::random(&app.random)),
        outlives_session: scope.contains("offline_access"),
        auth_time: now,
        acr: "aal1".to_owned(),
        amr: vec!["pwd".to_owned()],
        wants_auth_time: false,
        confirmation: None,
        act: None,
        created_at: now,
        revoked_at: None,
    };
    store::oidc::grant::insert(work.tx(), &grant).await.unwrap();
    let audience = [Resource::Registry.uri(app.config.top.issuer.as_str())];
    let issue = ForPerson {
        client: shop,
        grant: &grant,
        scope: &scope,
        audience: &audience,
        confirmation: None,
        nonce: None,
        refresh_token: None,
        requested: serde_json::Map::new(),
        origin: None,
        now,
    };
    for_person(&app, issue).unwrap().access_token.expose().to_owned()
}
