//! Sign-ins taken at random through the router: whatever a browser sends in whatever order, a session is worth exactly
//! what was proven for it.

use std::collections::BTreeSet;

use hosho::base::digest::fingerprint;
use hosho::base::id::Subject;
use hosho::base::random::Random;
use hosho::base::time::seconds;
use hosho::domain::auth::{Factor, Session};

use super::{PASSWORD, sign_up};
use crate::support::{Answer, Browser, SecondFactor, Server, Shop, rounds};

const HANAKO: &str = "hanako@mail.example";
const TARO: &str = "taro@mail.example";

/// One browser, and what its owner has truly proven in the sign-in that it is in.
struct Walk<'a> {
    server: &'a Server,
    shop: Shop,
    browser: Browser,
    random: Random,
    second: &'a SecondFactor,
    hanako: Subject,
    taro: Subject,
    attempt: String,
    proven: BTreeSet<(Subject, Factor)>,
    session: Option<Session>,
}

impl Walk<'_> {
    fn draw(&self, below: u64) -> usize {
        usize::try_from(self.random.below(below)).unwrap()
    }

    async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let csrf = self.browser.get("/recover").await.attributes("input[name='csrf']", "value").remove(0);
        let attempt = self.attempt.clone();
        let mut all = vec![("csrf", csrf.as_str()), ("attempt", attempt.as_str())];
        all.extend_from_slice(fields);
        self.browser.post(path, &all).await
    }

    /// A new sign-in, as an application asks for it.
    async fn begin(&mut self) {
        let wishes = [vec![], vec![("acr_values", "aal2")], vec![("prompt", "login")], vec![("max_age", "60")]];
        let wish = &wishes[self.draw(4)];
        let answer = self.browser.fetch(&self.shop.asks(wish)).await;
        if let Some(id) = answer.location_parameter("attempt") {
            self.attempt = id;
            self.proven.clear();
        }
    }

    /// One thing that a browser can send.
    async fn step(&mut self) -> String {
        let action = self.draw(14);
        let mut right: Option<(Subject, Factor)> = None;
        let answer = match action {
            0 | 1 => {
                self.begin().await;
                return "begin".to_owned();
            }
            2 | 3 => {
                right = Some((self.hanako.clone(), Factor::Password));
                self.post("/sign-in", &[("username", HANAKO), ("password", PASSWORD)]).await
            }
            4 => {
                right = Some((self.taro.clone(), Factor::Password));
                self.post("/sign-in", &[("username", TARO), ("password", PASSWORD)]).await
            }
            5 => self.post("/sign-in", &[("username", HANAKO), ("password", "wrong")]).await,
            6 | 7 => {
                self.server.clock.advance(seconds(30));
                let code = self.second.app.code(self.server.clock.now());
                right = Some((self.hanako.clone(), Factor::Totp));
                self.post("/sign-in/totp", &[("code", &code)]).await
            }
            8 => {
                let code = self.second.app.wrong_code(self.server.clock.now());
                self.post("/sign-in/totp", &[("code", &code)]).await
            }
            9 => {
                let code = self.second.recovery_codes[self.draw(10)].clone();
                right = Some((self.hanako.clone(), Factor::RecoveryCode));
                self.post("/sign-in/recovery-code", &[("code", &code)]).await
            }
            10 => {
                right = Some((self.session_or_first(), Factor::Password));
                self.post("/sign-in/password", &[("password", PASSWORD)]).await
            }
            11 => {
                let paths = ["/sign-in/skip", "/sign-in/totp", "/sign-in/enrol", "/sign-in/recovery-code", "/sign-in"];
                let path = paths[self.draw(5)];
                self.post(path, &[]).await
            }
            12 => {
                let answer = self.post("/sign-in/restart", &[]).await;
                if let Some(id) = answer.location_parameter("attempt") {
                    self.attempt = id;
                    self.proven.clear();
                }
                answer
            }
            _ => {
                let pages = ["next", "totp", "choose", "enrol", "password", "recovery-code"];
                let path = format!("/sign-in/{}?attempt={}", pages[self.draw(6)], self.attempt);
                self.browser.get(&path).await
            }
        };
        // Only what is followed by a further step can have been taken: refused proofs come back as a page.
        if let Some(proof) = right.filter(|_| answer.location().is_some()) {
            self.proven.insert(proof);
        }
        format!("{action}: {} {:?}", answer.path, answer.location())
    }

    /// Whose password the page for a known person asks for.
    fn session_or_first(&self) -> Subject {
        let first = self.proven.iter().next().map(|(sub, _)| sub.clone());
        first.or_else(|| self.session.as_ref().map(|session| session.sub.clone())).unwrap_or(self.hanako.clone())
    }

    /// The session is worth what was proven in this attempt, beside what the session before it was worth.
    async fn check(&mut self, what: &str) -> bool {
        let Some(cookie) = self.browser.cookies.get("hosho_session") else { return false };
        let mut work = self.server.work();
        let found = hosho::store::auth::session::find_by_token(work.tx(), &fingerprint(cookie)).await.unwrap();
        work.commit().await.unwrap();
        let Some(session) = found.map(|kept| kept.session) else { return false };
        let before = self.session.as_ref().filter(|before| before.sub == session.sub);
        for factor in session.proofs.factors() {
            let carried = before.is_some_and(|before| before.proofs.contains(factor));
            let proven = self.proven.contains(&(session.sub.clone(), factor));
            assert!(carried || proven, "{what}: {factor:?} was never proven");
        }
        assert_eq!(Some(session.acr), session.proofs.acr(), "{what}");
        assert_eq!(session.amr, session.proofs.amr(), "{what}");
        assert!(session.sub != self.hanako || session.proofs.are_two(), "{what}: the second factor was passed by");
        let is_new = self.session.as_ref() != Some(&session);
        self.session = Some(session);
        is_new
    }
}

/// (A115), (A116)
#[tokio::test]
async fn whatever_a_browser_sends_a_session_is_worth_what_was_proven_a116() {
    let settings = [
        ("HOSHO_SIGN_IN_ACCOUNT_FAILURES", "100000"),
        ("HOSHO_SIGN_IN_NETWORK_TRIES", "100000"),
        ("HOSHO_SESSION_IDLE", "100h"),
        ("HOSHO_SESSION_ABSOLUTE", "100h"),
    ];
    let server = Server::start_with(&settings).await;
    let mut browser = server.browser();
    sign_up(&server, &mut browser, HANAKO).await;
    let second = server.add_totp(&mut browser).await;
    sign_up(&server, &mut server.browser(), TARO).await;
    let mut work = server.work();
    let hanako = hosho::store::auth::password::find_by_email(work.tx(), HANAKO).await.unwrap().unwrap().sub;
    let taro = hosho::store::auth::password::find_by_email(work.tx(), TARO).await.unwrap().unwrap().sub;
    work.commit().await.unwrap();
    let shop = server.shop().await;
    let mut sessions = 0;
    for round in 0..rounds(8) {
        let mut walk = Walk {
            server: &server,
            shop: shop.clone(),
            browser: server.browser(),
            random: Random::seeded(round),
            second: &second,
            hanako: hanako.clone(),
            taro: taro.clone(),
            attempt: String::new(),
            proven: BTreeSet::new(),
            session: None,
        };
        walk.begin().await;
        for number in 0..25 {
            let what = walk.step().await;
            sessions += usize::from(walk.check(&format!("round {round}, step {number}, {what}")).await);
        }
    }
    assert!(sessions > 5, "only {sessions} sign-ins came to their end");
}
