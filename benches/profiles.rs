//! Clients that prove keys, many live tokens, and what is answered from memory, each figure beside its floor of the
//! same run: `cargo bench --bench profiles`. The variables are those of `tokens`.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark stops at the first thing that goes wrong")]

#[path = "support/prover.rs"]
mod prover;
mod support;

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hosho::app::{App, Work};
use hosho::base::Locale;
use hosho::base::digest::fingerprint;
use hosho::domain::account::{EmailAddress, Profile};
use hosho::domain::auth::Factor;
use hosho::service::account::open::{NewAccount, open};
use hosho::service::auth::Visit;
use hosho::service::auth::flow::{Progress, Proof, prove};
use hosho::service::oidc::client;
use prover::Prover;
use serde_json::{Value, json};
use support::load::{Connection, get, post, run};
use support::{Bench, Measured, floor, line, number};

const CALLBACK: &str = "https%3A%2F%2Fshop.example%2Fcb";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const BROWSER: &str = "0123456789012345678901234567890123456789012";
const LIVE_TOKENS: usize = 10_000;

/// The clients, and the cookies of a person who is signed in.
struct Stage {
    app: Arc<App>,
    prover: Prover,
    /// Proves itself by assertions.
    machine: String,
    /// Has its tokens bound to its key.
    bound: (String, String),
    /// Asks for bearer tokens.
    plain: (String, String),
    cookies: String,
}

fn main() {
    support::on_both(measure);
}

async fn measure(url: Option<String>) {
    let bench = Bench::start(url.as_deref(), floor);
    let (count, connections) = (number("HOSHO_BENCH_COUNT", 20_000), number("HOSHO_BENCH_CONNECTIONS", 64));
    let stage = Arc::new(stage(&bench.app).await);
    let report = |what: &str, measured: Measured, floor: Measured| line(what, bench.database, measured, floor);
    let bare = async |path: &'static str| same(bench.floor, connections, count, &get(path, "")).await;

    by_assertion(&bench, &stage, connections, count / 10).await;
    let measured = by_assertion(&bench, &stage, connections, count).await;
    report("client credentials by private_key_jwt", measured, bare("/floor/1/1/1").await);

    let sign_ons = count / 4;
    pushed_sign_on(&bench, &stage, connections, sign_ons / 10).await;
    let measured = pushed_sign_on(&bench, &stage, connections, sign_ons).await;
    report(
        "PAR, code and DPoP with a live session",
        measured,
        bare_pushed_sign_on(&bench, connections, sign_ons).await,
    );

    let tokens = Arc::new(live_tokens(&bench, &stage, connections).await);
    introspect(&bench, &stage, &tokens, connections, LIVE_TOKENS).await;
    let measured = introspect(&bench, &stage, &tokens, connections, count).await;
    let empty = bare("/floor/0/0").await;
    report("introspection of 10,000 live tokens in turn", measured, empty);

    for (what, path) in [("discovery", "/.well-known/openid-configuration"), ("JWKS", "/jwks")] {
        let request = get(path, "");
        same(bench.address, connections, count / 10, &request).await;
        report(what, same(bench.address, connections, count, &request).await, empty);
    }
}

async fn same(address: std::net::SocketAddr, connections: usize, count: usize, request: &[u8]) -> Measured {
    async fn one(connection: &mut Connection, request: &mut Arc<[u8]>, _: usize) {
        connection.send(request).await.expect(200);
    }
    run(address, connections, count, |_| Arc::from(request), one).await
}

/// Each request has an assertion of its own. They are signed before the time is taken.
async fn by_assertion(bench: &Bench, stage: &Arc<Stage>, connections: usize, count: usize) -> Measured {
    async fn one(connection: &mut Connection, requests: &mut Arc<Vec<Vec<u8>>>, number: usize) {
        connection.send(&requests[number]).await.expect(200);
    }
    let form = |assertion: String| {
        format!(
            "grant_type=client_credentials&scope=management&client_assertion={assertion}&client_assertion_type=\
             urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer"
        )
    };
    let request = |_| post("/token", "", &form(stage.prover.assertion(&stage.machine, &stage.app)));
    let requests = Arc::new((0..count).map(request).collect::<Vec<_>>());
    run(bench.address, connections, count, |_| Arc::clone(&requests), one).await
}

/// The whole way of somebody who is signed in already: the request pushed with a proof, authorization, tokens bound.
async fn pushed_sign_on(bench: &Bench, stage: &Arc<Stage>, connections: usize, count: usize) -> Measured {
    async fn one(connection: &mut Connection, stage: &mut Arc<Stage>, _: usize) {
        let (client, authorization) = &stage.bound;
        let proven = |path| format!("{authorization}DPoP: {}\r\n", stage.prover.proof(path, &stage.app));
        let pushed = connection.send(&post("/par", &proven("/par"), &asked())).await.expect(201);
        let name = pushed.text("request_uri").replace(':', "%3A");
        let code = authorized(connection, stage, &format!("client_id={client}&request_uri={name}")).await;
        connection.send(&post("/token", &proven("/token"), &exchange(&code))).await.expect(200);
    }
    run(bench.address, connections, count, |_| Arc::clone(stage), one).await
}

/// The floor of it: a proof checked and two rows; a grant, a code, an audit entry with its chain and the request's
/// end; a proof checked, its name, the code's end and two signatures.
async fn bare_pushed_sign_on(bench: &Bench, connections: usize, count: usize) -> Measured {
    async fn one(connection: &mut Connection, (): &mut (), _: usize) {
        connection.send(&get("/floor/0/2/1", "")).await.expect(200);
        connection.send(&get("/floor/0/5", "")).await.expect(200);
        connection.send(&get("/floor/2/2/1", "")).await.expect(200);
    }
    run(bench.floor, connections, count, |_| (), one).await
}

/// As many tokens of as many grants.
async fn live_tokens(bench: &Bench, stage: &Arc<Stage>, connections: usize) -> Vec<String> {
    type Found = Arc<std::sync::Mutex<Vec<String>>>;
    async fn one(connection: &mut Connection, (stage, found): &mut (Arc<Stage>, Found), _: usize) {
        let (client, authorization) = &stage.plain;
        let code = authorized(connection, stage, &format!("client_id={client}&{}", asked())).await;
        let answer = connection.send(&post("/token", authorization, &exchange(&code))).await.expect(200);
        found.lock().unwrap().push(answer.text("access_token").to_owned());
    }
    let found = Found::default();
    run(bench.address, connections, LIVE_TOKENS, |_| (Arc::clone(stage), Arc::clone(&found)), one).await;
    std::mem::take(&mut *found.lock().unwrap())
}

async fn introspect(
    bench: &Bench,
    stage: &Arc<Stage>,
    tokens: &Arc<Vec<String>>,
    connections: usize,
    count: usize,
) -> Measured {
    async fn one(connection: &mut Connection, (stage, tokens): &mut (Arc<Stage>, Arc<Vec<String>>), number: usize) {
        let form = format!("token={}", tokens[number % tokens.len()]);
        let answer = connection.send(&post("/introspect", &stage.plain.1, &form)).await.expect(200);
        assert!(answer.body.starts_with("{\"active\":true"), "{}", answer.body);
    }
    run(bench.address, connections, count, |_| (Arc::clone(stage), Arc::clone(tokens)), one).await
}

async fn authorized(connection: &mut Connection, stage: &Stage, query: &str) -> String {
    let answer = connection.send(&get(&format!("/authorize?{query}"), &stage.cookies)).await.expect(303);
    let location = answer.header("location").unwrap();
    let code = location.split("code=").nth(1).unwrap_or_else(|| panic!("no code in {location}"));
    code.split('&').next().unwrap().to_owned()
}

fn asked() -> String {
    let challenge = fingerprint(VERIFIER);
    format!(
        "redirect_uri={CALLBACK}&response_type=code&state=s&nonce=n&scope=openid%20email\
         &code_challenge={challenge}&code_challenge_method=S256"
    )
}

fn exchange(code: &str) -> String {
    format!("grant_type=authorization_code&code={code}&redirect_uri={CALLBACK}&code_verifier={VERIFIER}")
}

async fn stage(app: &Arc<App>) -> Stage {
    let prover = Prover::new();
    let mut work = Work::for_operator(app);
    let web = json!({"redirect_uris": ["https://shop.example/cb"], "id_token_signed_response_alg": "ES256",
        "hosho_first_party": true, "scope": "openid email"});
    let bound = with(&web, json!({"dpop_bound_access_tokens": true}));
    let machine = json!({"grant_types": ["client_credentials"], "hosho_roles": ["support"],
        "token_endpoint_auth_method": "private_key_jwt", "jwks": {"keys": [prover.jwk()]}});
    let (bound, plain) = (register(&mut work, &bound).await, register(&mut work, &web).await);
    let machine = register(&mut work, &machine).await.0;
    let email = EmailAddress::parse(&format!("hanako-{}@example.jp", app.random.id())).unwrap();
    let account = open(&mut work, NewAccount { email, verified: true, profile: Profile::default() }).await.unwrap();
    let hash = fingerprint(BROWSER);
    let visit = Visit { browser_hash: &hash, session: None, locale: Locale::Ja };
    let proof = Proof { sub: &account.sub, factor: Factor::Password, stay: false };
    let Progress::Welcome(welcome) = prove(&mut work, visit, None, proof).await.unwrap() else {
        panic!("one factor is not enough")
    };
    work.commit().await.unwrap();
    let cookies = format!("cookie: hosho_browser={BROWSER}; hosho_session={}\r\n", welcome.token.expose());
    Stage { app: Arc::clone(app), prover, machine, bound, plain, cookies }
}

fn with(usual: &Value, more: Value) -> Value {
    let mut all = usual.clone();
    if let (Some(members), Value::Object(more)) = (all.as_object_mut(), more) {
        members.extend(more);
    }
    all
}

/// The client's name, and the header by which it proves itself with its secret, where it has one.
async fn register(work: &mut Work, metadata: &Value) -> (String, String) {
    let registered = client::create(work, &metadata.to_string()).await.unwrap();
    let id = registered.kept.client.id.to_string();
    let header = registered.secret.map(|secret| STANDARD.encode(format!("{id}:{}", secret.expose())));
    (id, header.map(|basic| format!("authorization: Basic {basic}\r\n")).unwrap_or_default())
}
