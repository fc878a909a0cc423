//! Tokens under load, each figure beside its floor of the same run: `cargo bench --bench tokens`.
//!
//! The server has one worker thread, the load comes from another one of the same machine. `HOSHO_BENCH_POSTGRES`
//! (a URL) adds PostgreSQL, `HOSHO_BENCH_COUNT` and `HOSHO_BENCH_CONNECTIONS` change how much and how parallel.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark stops at the first thing that goes wrong")]

mod support;

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hosho::app::{App, Work};
use hosho::base::Locale;
use hosho::base::digest::fingerprint;
use hosho::base::id::{ClientId, Subject};
use hosho::base::time::minutes;
use hosho::domain::account::{EmailAddress, Profile};
use hosho::domain::auth::{Factor, Session};
use hosho::oidc::authorization_details::AuthorizationDetails;
use hosho::oidc::claims_locales::ClaimsLocales;
use hosho::oidc::claims_request::ClaimsRequest;
use hosho::oidc::grant::{Grant, IssuedCode};
use hosho::oidc::pkce::CodeChallenge;
use hosho::oidc::scope::Scope;
use hosho::oidc::token::authorization_code::BoundCode;
use hosho::service::account::open::{NewAccount, open};
use hosho::service::auth::Visit;
use hosho::service::auth::flow::{Progress, Proof, prove};
use hosho::service::oidc::client;
use hosho::store;
use support::load::{Connection, get, post, run};
use support::{Bench, Measured, floor, line, number};

const CALLBACK: &str = "https://shop.example/cb";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const BROWSER: &str = "0123456789012345678901234567890123456789012";

/// A client, a person with a session, and codes waiting to be exchanged.
struct Stage {
    authorization: String,
    client: ClientId,
    cookies: String,
    codes: Vec<String>,
}

fn main() {
    support::on_both(measure);
}

async fn measure(url: Option<String>) {
    let bench = Bench::start(url.as_deref(), floor);
    let (count, connections) = (number("HOSHO_BENCH_COUNT", 20_000), number("HOSHO_BENCH_CONNECTIONS", 64));
    let stage = Arc::new(stage(&bench.app, count + count / 10).await);
    let warm = count / 10;
    let bare = async |signatures: usize, writes: usize| {
        let request = get(&format!("/floor/{signatures}/{writes}"), "");
        bare(&bench, connections, warm, &request).await;
        bare(&bench, connections, count, &request).await
    };
    let report = |what: &str, measured: Measured, floor: Measured| line(what, bench.database, measured, floor);

    let request = post("/token", &stage.authorization, "grant_type=client_credentials&scope=management");
    repeat(&bench, connections, warm, &request).await;
    let measured = repeat(&bench, connections, count, &request).await;
    report("client credentials", measured, bare(1, 0).await);

    exchange(&bench, &stage, connections, 0, warm).await;
    let measured = exchange(&bench, &stage, connections, warm, count).await;
    report("code exchange", measured, bare(2, 2).await);

    refresh(&bench, &stage, connections, warm).await;
    let measured = refresh(&bench, &stage, connections, count).await;
    report("refresh", measured, bare(2, 1).await);

    sign_on(&bench, &stage, connections, warm).await;
    let measured = sign_on(&bench, &stage, connections, count).await;
    report("sign-on with a live session", measured, bare_sign_on(&bench, connections, count).await);

    let token = one_token(&bench, &stage).await;
    let request = get("/userinfo", &format!("authorization: Bearer {token}\r\n"));
    repeat(&bench, connections, warm, &request).await;
    let measured = repeat(&bench, connections, count, &request).await;
    let empty = bare(0, 0).await;
    report("userinfo", measured, empty);

    let request = post("/introspect", &stage.authorization, &format!("token={token}"));
    repeat(&bench, connections, warm, &request).await;
    let measured = repeat(&bench, connections, count, &request).await;
    report("introspection", measured, empty);
}

/// The same request again and again.
async fn repeat(bench: &Bench, connections: usize, count: usize, request: &[u8]) -> Measured {
    same(bench.address, connections, count, request).await
}

async fn bare(bench: &Bench, connections: usize, count: usize, request: &[u8]) -> Measured {
    same(bench.floor, connections, count, request).await
}

async fn same(address: std::net::SocketAddr, connections: usize, count: usize, request: &[u8]) -> Measured {
    async fn one(connection: &mut Connection, request: &mut Arc<[u8]>, _: usize) {
        connection.send(request).await.expect(200);
    }
    run(address, connections, count, |_| Arc::from(request), one).await
}

/// Codes, each exchanged once, from `first` on.
async fn exchange(bench: &Bench, stage: &Arc<Stage>, connections: usize, first: usize, count: usize) -> Measured {
    async fn one(connection: &mut Connection, (stage, first): &mut (Arc<Stage>, usize), number: usize) {
        let request = post("/token", &stage.authorization, &form(&stage.codes[*first + number]));
        connection.send(&request).await.expect(200);
    }
    run(bench.address, connections, count, |_| (Arc::clone(stage), first), one).await
}

/// Each connection has a family of its own and uses its newest token.
async fn refresh(bench: &Bench, stage: &Arc<Stage>, connections: usize, count: usize) -> Measured {
    async fn one(connection: &mut Connection, (stage, token): &mut (Arc<Stage>, String), _: usize) {
        let form = format!("grant_type=refresh_token&refresh_token={token}");
        let answer = connection.send(&post("/token", &stage.authorization, &form)).await.expect(200);
        answer.text("refresh_token").clone_into(token);
    }
    let mut tokens = Vec::new();
    let mut connection = Connection::open(bench.address).await;
    for _ in 0..connections {
        let code = authorize(&mut connection, stage).await;
        let answer = connection.send(&post("/token", &stage.authorization, &form(&code))).await.expect(200);
        tokens.push(answer.text("refresh_token").to_owned());
    }
    run(bench.address, connections, count, |index| (Arc::clone(stage), tokens[index].clone()), one).await
}

/// The whole way of somebody who is signed in already: authorization, code, tokens.
async fn sign_on(bench: &Bench, stage: &Arc<Stage>, connections: usize, count: usize) -> Measured {
    async fn one(connection: &mut Connection, stage: &mut Arc<Stage>, _: usize) {
        let code = authorize(connection, stage).await;
        connection.send(&post("/token", &stage.authorization, &form(&code))).await.expect(200);
    }
    run(bench.address, connections, count, |_| Arc::clone(stage), one).await
}

/// The floor of a sign-on: a request that writes a grant, a code and an audit entry with its chain, and one that
/// marks the code, begins a family and signs twice.
async fn bare_sign_on(bench: &Bench, connections: usize, count: usize) -> Measured {
    async fn one(connection: &mut Connection, (): &mut (), _: usize) {
        connection.send(&get("/floor/0/4", "")).await.expect(200);
        connection.send(&get("/floor/2/2", "")).await.expect(200);
    }
    run(bench.floor, connections, count, |_| (), one).await
}

async fn one_token(bench: &Bench, stage: &Stage) -> String {
    let mut connection = Connection::open(bench.address).await;
    let code = authorize(&mut connection, stage).await;
    let answer = connection.send(&post("/token", &stage.authorization, &form(&code))).await.expect(200);
    answer.text("access_token").to_owned()
}

async fn authorize(connection: &mut Connection, stage: &Stage) -> String {
    let (client, challenge) = (&stage.client, fingerprint(VERIFIER));
    let path = format!(
        "/authorize?client_id={client}&redirect_uri=https%3A%2F%2Fshop.example%2Fcb&response_type=code&state=s&nonce=n\
         &scope=openid%20profile%20email&code_challenge={challenge}&code_challenge_method=S256"
    );
    let answer = connection.send(&get(&path, &stage.cookies)).await.expect(303);
    let location = answer.header("location").unwrap();
    let code = location.split("code=").nth(1).unwrap_or_else(|| panic!("no code in {location}"));
    code.split('&').next().unwrap().to_owned()
}

fn form(code: &str) -> String {
    format!(
        "grant_type=authorization_code&code={code}&redirect_uri=https%3A%2F%2Fshop.example%2Fcb&code_verifier={VERIFIER}"
    )
}

async fn stage(app: &Arc<App>, codes: usize) -> Stage {
    let mut work = Work::for_operator(app);
    let metadata = format!(
        r#"{{"redirect_uris": ["{CALLBACK}"], "id_token_signed_response_alg": "ES256", "hosho_first_party": true,
            "grant_types": ["authorization_code", "refresh_token", "client_credentials"],
            "scope": "openid profile email management", "hosho_roles": ["support"]}}"#
    );
    let registered = client::create(&mut work, &metadata).await.unwrap();
    let id = registered.kept.client.id.clone();
    let email = EmailAddress::parse(&format!("hanako-{}@example.jp", app.random.id())).unwrap();
    let account = open(&mut work, NewAccount { email, verified: true, profile: Profile::default() }).await.unwrap();
    let hash = fingerprint(BROWSER);
    let visit = Visit { browser_hash: &hash, session: None, locale: Locale::Ja };
    let proof = Proof { sub: &account.sub, factor: Factor::Password, stay: false };
    let Progress::Welcome(welcome) = prove(&mut work, visit, None, proof).await.unwrap() else {
        panic!("one factor is not enough")
    };
    work.commit().await.unwrap();

    let mut waiting = Vec::new();
    while waiting.len() < codes {
        let mut work = Work::for_operator(app);
        for _ in 0..1000 {
            waiting.push(issue(&mut work, &id, &account.sub, &welcome.session).await);
        }
        work.commit().await.unwrap();
    }
    let secret = registered.secret.unwrap();
    let basic = STANDARD.encode(format!("{id}:{}", secret.expose()));
    Stage {
        authorization: format!("authorization: Basic {basic}\r\n"),
        client: id,
        cookies: format!("cookie: hosho_browser={BROWSER}; hosho_session={}\r\n", welcome.token.expose()),
        codes: waiting,
    }
}

/// A code as the authorization endpoint writes it down, which lives long enough to wait for its turn.
async fn issue(work: &mut Work, client: &ClientId, sub: &Subject, session: &Session) -> String {
    let now = work.now();
    let grant = Grant {
        id: work.new_id(),
        sub: sub.clone(),
        known_as: None,
        client: client.clone(),
        scope: Scope::from_stored("openid profile email"),
        claims: ClaimsRequest::default(),
        claims_locales: ClaimsLocales::default(),
        resource: Vec::new(),
        authorization_details: AuthorizationDetails::default(),
        session: Some(session.id.clone()),
        outlives_session: false,
        auth_time: now,
        acr: "aal1".to_owned(),
        amr: vec!["pwd".to_owned()],
        wants_auth_time: false,
        confirmation: None,
        act: None,
        created_at: now,
        revoked_at: None,
    };
    let code = work.random().token();
    let issued = IssuedCode {
        grant: grant.id.clone(),
        bound: BoundCode {
            client: client.clone(),
            redirect_uri: CALLBACK.to_owned(),
            challenge: CodeChallenge::from_text(&fingerprint(VERIFIER)),
            dpop_jkt: None,
            expires_at: now.plus(minutes(60)),
        },
        nonce: Some("n".to_owned()),
        consumed_at: None,
    };
    store::oidc::grant::insert(work.tx(), &grant).await.unwrap();
    store::oidc::code::insert(work.tx(), &fingerprint(&code), &issued, now).await.unwrap();
    code
}
