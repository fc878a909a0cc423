//! The plan FAPI-CIBA in each of its variants: the mode, and how the client proves itself. Its tokens are bound to a
//! certificate; the suite answers through the hook. What single requests are refused for is in `ciba.rs`.

use hosho::base::random::Random;
use hosho::base::time::seconds;
use hosho::gateway::fetch::scripted::Reply;
use hosho::jobs::notify_due_clients;
use hosho::jose::Algorithm;
use serde_json::{Value, json};

use super::mtls::header;
use super::plan::seed;
use super::second_reader::read;
use crate::support::{Answer, Authority, ISSUER, Issued, Server, Shop, TestKey, asserting, claims, differing, text};

const GRANT: &str = "urn:openid:params:grant-type:ciba";
const PING: &str = "https://suite.example/ciba-notification-endpoint";
const EMAIL: &str = "conformance@op.example";
const ALIAS: &str = "https://mtls.maker.example";

/// A variant of the plan: whether the client is pinged, and whether a certificate names it.
#[derive(Clone, Copy, Debug)]
struct Variant {
    is_pinged: bool,
    by_certificate: bool,
}

/// A client of the plan.
struct Desk {
    shop: Shop,
    key: TestKey,
    certificate: Issued,
    variant: Variant,
}

struct Plan {
    server: Server,
    first: Desk,
    second: Desk,
    variant: Variant,
}

/// Run a module in each variant.
async fn each(module: impl AsyncFn(&mut Plan)) {
    let authority = Authority::new("Client CA");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ca.pem");
    std::fs::write(&path, &authority.pem).unwrap();
    for (is_pinged, by_certificate) in [(false, false), (false, true), (true, false), (true, true)] {
        let variant = Variant { is_pinged, by_certificate };
        let server = Server::start_with(&[
            ("HOSHO_PROTOCOL_CONFORMANCE_HOOKS", "true"),
            ("HOSHO_SERVER_TRUSTED_PROXIES", "127.0.0.0/8"),
            ("HOSHO_TLS_CLIENT_CERTIFICATE_HEADER", "Client-Cert"),
            ("HOSHO_TLS_MTLS_URL", ALIAS),
            ("HOSHO_TLS_CLIENT_CA", &path.display().to_string()),
        ])
        .await;
        seed(&server).await;
        server.web.answer(PING, Reply::status(204));
        let first = Desk::register(&server, &authority, variant, "first").await;
        let second = Desk::register(&server, &authority, variant, "second").await;
        module(&mut Plan { server, first, second, variant }).await;
    }
}

impl Desk {
    async fn register(server: &Server, authority: &Authority, variant: Variant, name: &str) -> Self {
        let key = TestKey::ps256().called(name);
        let usual = json!({
            "redirect_uris": [], "response_types": [], "grant_types": [GRANT, "refresh_token"],
            "hosho_first_party": false, "scope": "openid profile email", "id_token_signed_response_alg": "PS256",
            "backchannel_authentication_request_signing_alg": "PS256", "backchannel_user_code_parameter": false,
            "tls_client_certificate_bound_access_tokens": true, "jwks": key.jwks(),
        });
        let mode = match variant.is_pinged {
            true => {
                json!({"backchannel_token_delivery_mode": "ping", "backchannel_client_notification_endpoint": PING})
            }
            false => json!({"backchannel_token_delivery_mode": "poll"}),
        };
        let how = match variant.by_certificate {
            true => json!({"token_endpoint_auth_method": "tls_client_auth", "tls_client_auth_san_dns": name}),
            false => {
                json!({"token_endpoint_auth_method": "private_key_jwt", "token_endpoint_auth_signing_alg": "PS256"})
            }
        };
        Self {
            shop: server.shop_with(differing(differing(usual, &mode), &how)).await,
            key,
            certificate: authority.issue(name, 2020, 2120),
            variant,
        }
    }

    /// Send a form. The assertion is for the endpoint that is called, as the suite's is, where nothing else is said.
    async fn post(&self, server: &Server, path: &str, fields: &[(&str, &str)], by: &By<'_>) -> Answer {
        let usual = json!({"aud": format!("{ISSUER}{path}")});
        let claims = differing(usual, &by.assertion);
        let signer = by.signer.unwrap_or(&self.key);
        let assertion = signer.assertion(&self.shop.id, server.clock.now(), &claims);
        let mut fields = fields.to_vec();
        match self.variant.by_certificate {
            true => fields.push(("client_id", &self.shop.id)),
            false => fields.extend(asserting(&assertion)),
        }
        let certificate = by.has_certificate.then(|| header(&self.certificate));
        let headers: Vec<(&str, &str)> = certificate.iter().map(|shown| ("client-cert", shown.as_str())).collect();
        self.shop.send(path, &fields, &headers).await
    }

    /// Ask for the person; the claims of the request differ as JSON says.
    async fn ask(&self, server: &Server, differences: &Value, by: &By<'_>) -> Answer {
        let second = server.clock.now().seconds();
        let mut usual = json!({
            "iss": self.shop.id, "aud": ISSUER, "jti": Random::system().id(), "iat": second, "nbf": second,
            "exp": second + 300, "scope": "openid profile email", "login_hint": EMAIL, "binding_message": "1234",
        });
        if self.variant.is_pinged {
            usual["client_notification_token"] = "a-notification-token".into();
        }
        let object = self.key.sign(&differing(usual, differences), &json!({}));
        self.post(server, "/backchannel_authentication", &[("request", &object)], by).await
    }

    async fn asked(&self, server: &Server, differences: &Value) -> String {
        let answer = self.ask(server, differences, &By::usual()).await;
        assert_eq!(answer.status, 200, "{:?} {differences}: {}", self.variant, answer.text);
        text(&answer.json(), "auth_req_id").to_owned()
    }

    async fn fetch(&self, server: &Server, auth_req_id: &str, by: &By<'_>) -> Answer {
        self.post(server, "/token", &[("grant_type", GRANT), ("auth_req_id", auth_req_id)], by).await
    }

    async fn userinfo(&self, token: &str, certificate: &Issued) -> Answer {
        let (authorization, shown) = (format!("Bearer {token}"), header(certificate));
        self.shop.fetch("/userinfo", &[("authorization", &authorization), ("client-cert", &shown)]).await
    }
}

/// What a request brings besides its fields.
struct By<'a> {
    assertion: Value,
    signer: Option<&'a TestKey>,
    has_certificate: bool,
}

impl By<'_> {
    fn usual() -> Self {
        Self { assertion: json!({}), signer: None, has_certificate: true }
    }
}

impl Plan {
    /// What the suite does in the person's place.
    async fn decide(&self, auth_req_id: &str, action: &str) {
        let path = format!("/conformance/ciba?auth_req_id={auth_req_id}&action={action}");
        let request = http::Request::post(path).body(axum::body::Body::empty()).unwrap();
        assert_eq!(self.server.browser().send(request).await.status, 200);
    }

    /// What the client was told meanwhile, where it is told at all.
    async fn pings(&self) -> Vec<String> {
        notify_due_clients(&self.server.app).await.unwrap();
        let told = self.server.web.take_asked();
        assert!(told.iter().all(|one| one.bearer.as_deref() == Some("a-notification-token")));
        told.into_iter().map(|one| text(&serde_json::from_str(&one.body).unwrap(), "auth_req_id").to_owned()).collect()
    }
}

fn assert_pending(answer: &Answer) {
    assert_eq!(answer.refusal(), (400, "authorization_pending".to_owned()), "{}", answer.text);
}

/// conformance: fapi-ciba-id1, fapi-ciba-id1-ensure-other-scope-order-succeeds,
/// fapi-ciba-id1-ensure-authorization-request-with-binding-message-succeeds,
/// fapi-ciba-id1-ensure-requested-expiry-as-string-succeeds,
/// fapi-ciba-id1-ensure-client-assertion-with-iss-aud-to-token-endpoint-succeeds, fapi-ciba-id1-refresh-token
#[tokio::test]
async fn what_is_allowed_gives_tokens_that_are_bound_to_the_certificate() {
    each(async |plan| {
        let (variant, server) = (plan.variant, &plan.server);
        for (differences, audience) in [
            (json!({}), format!("{ISSUER}/token")),
            (json!({"scope": "email profile openid"}), format!("{ALIAS}/token")),
            (json!({"requested_expiry": "30"}), ISSUER.to_owned()),
        ] {
            let id = plan.first.asked(server, &differences).await;
            let by = By { assertion: json!({"aud": audience}), ..By::usual() };
            assert_pending(&plan.first.fetch(server, &id, &By::usual()).await);
            server.clock.advance(seconds(5));
            assert_pending(&plan.first.fetch(server, &id, &By::usual()).await);
            plan.decide(&id, "allow").await;
            let expected = if variant.is_pinged { vec![id.clone()] } else { Vec::new() };
            assert_eq!(plan.pings().await, expected, "{variant:?}");
            // Whoever was told need not wait.
            let answer = plan.first.fetch(server, &id, &by).await;
            assert_eq!(
                (answer.status.as_u16(), answer.header("cache-control")),
                (200, Some("no-store")),
                "{variant:?}"
            );
            let tokens = answer.json();
            let token = text(&tokens, "access_token");
            let (_, algorithm, id_token) = read(server, text(&tokens, "id_token"), &plan.first.shop.id).await;
            assert_eq!(algorithm, "PS256");
            assert_eq!(text(&id_token, "at_hash"), Algorithm::Ps256.half_hash(token));
            assert!(["c_hash", "s_hash", "nonce"].iter().all(|name| id_token.get(name).is_none()), "{id_token}");
            assert_eq!(claims(token)["cnf"], json!({"x5t#S256": plan.first.certificate.thumbprint()}));
            let told = plan.first.userinfo(token, &plan.first.certificate).await;
            assert_eq!((told.status.as_u16(), &told.json()["sub"]), (200, &id_token["sub"]));
            assert_eq!(
                told.header("x-fapi-interaction-id").map(str::len),
                Some(36),
                "a name is made where none is given"
            );
            assert_eq!(plan.first.userinfo(token, &plan.second.certificate).await.status, 401);

            let fields = [("grant_type", "refresh_token"), ("refresh_token", text(&tokens, "refresh_token"))];
            let stolen = plan.second.post(server, "/token", &fields, &By::usual()).await;
            assert_eq!(stolen.refusal(), (400, "invalid_grant".to_owned()), "{variant:?}");
            let refreshed = plan.first.post(server, "/token", &fields, &By::usual()).await;
            assert_eq!(refreshed.status, 200, "{variant:?}: {}", refreshed.text);
        }
    })
    .await;
}

/// conformance: fapi-ciba-id1-user-rejects-authentication, fapi-ciba-id1-auth-req-id-expired,
/// fapi-ciba-id1-multiple-call-to-token-endpoint, fapi-ciba-id1-ensure-wrong-auth-req-id-in-token-endpoint-request
#[tokio::test]
async fn a_no_an_end_haste_and_another_client_are_told_apart() {
    each(async |plan| {
        let (server, first) = (&plan.server, &plan.first);
        let refused = first.asked(server, &json!({})).await;
        plan.decide(&refused, "deny").await;
        assert_eq!(first.fetch(server, &refused, &By::usual()).await.refusal(), (400, "access_denied".to_owned()));
        plan.pings().await;

        let expired = first.asked(server, &json!({"requested_expiry": "30"})).await;
        server.clock.advance(seconds(35));
        assert_eq!(first.fetch(server, &expired, &By::usual()).await.refusal(), (400, "expired_token".to_owned()));
        assert_eq!(plan.pings().await, Vec::<String>::new());

        let hasty = first.asked(server, &json!({})).await;
        let foreign = plan.second.fetch(server, &hasty, &By::usual()).await;
        assert_eq!(foreign.refusal(), (400, "invalid_grant".to_owned()));
        for _ in 0..20 {
            let (status, word) = first.fetch(server, &hasty, &By::usual()).await.refusal();
            assert!(status == 400 && ["authorization_pending", "slow_down"].contains(&&*word), "{word}");
        }
        plan.decide(&hasty, "allow").await;
        let answer = first.fetch(server, &hasty, &By::usual()).await;
        assert_eq!(answer.status, 200, "haste does not outlive the decision: {}", answer.text);
    })
    .await;
}

/// conformance: fapi-ciba-id1-ensure-mtls-holder-of-key-required
#[tokio::test]
async fn tokens_are_fetched_with_a_certificate_alone() {
    each(async |plan| {
        let server = &plan.server;
        let id = plan.first.asked(server, &json!({})).await;
        plan.decide(&id, "allow").await;
        let by = By { has_certificate: false, ..By::usual() };
        let expected = match plan.variant.by_certificate {
            true => (401, "invalid_client".to_owned()),
            false => (400, "invalid_request".to_owned()),
        };
        assert_eq!(plan.first.fetch(server, &id, &by).await.refusal(), expected, "{:?}", plan.variant);
        assert_eq!(plan.first.fetch(server, &id, &By::usual()).await.status, 200, "it was not used up");
    })
    .await;
}

/// conformance: fapi-ciba-id1-ensure-client-assertion-signature-algorithm-in-token-endpoint-request-is-RS256-fails
/// conformance: fapi-ciba-id1-ensure-client-assertion-signature-algorithm-in-backchannel-authorization-request-is-RS256-fails
#[tokio::test]
async fn an_assertion_that_is_signed_with_rs256_proves_nothing() {
    each(async |plan| {
        if plan.variant.by_certificate {
            return;
        }
        let server = &plan.server;
        let weak = TestKey::rs256().called("first");
        let by = By { signer: Some(&weak), ..By::usual() };
        let asked = plan.first.ask(server, &json!({}), &by).await;
        assert_eq!(asked.refusal(), (401, "invalid_client".to_owned()), "{}", asked.text);
        let id = plan.first.asked(server, &json!({})).await;
        plan.decide(&id, "allow").await;
        let fetched = plan.first.fetch(server, &id, &by).await;
        assert_eq!(fetched.refusal(), (401, "invalid_client".to_owned()), "{}", fetched.text);
    })
    .await;
}

/// conformance: fapi-ciba-id1-ensure-different-client-id-and-issuer-in-backchannel-authorization-request,
/// fapi-ciba-id1-ensure-wrong-client-id-in-backchannel-authorization-request,
/// fapi-ciba-id1-ensure-wrong-client-id-in-token-endpoint-request
#[tokio::test]
async fn a_certificate_proves_nothing_about_another_client() {
    each(async |plan| {
        if !plan.variant.by_certificate {
            return;
        }
        let server = &plan.server;
        let id = plan.first.asked(server, &json!({})).await;
        plan.decide(&id, "allow").await;
        let shown = header(&plan.first.certificate);
        let now = server.clock.now().seconds();
        for issuer in [&plan.first.shop.id, &plan.second.shop.id] {
            let claims = json!({
                "iss": issuer, "aud": ISSUER, "jti": Random::system().id(), "iat": now, "nbf": now, "exp": now + 300,
                "scope": "openid", "login_hint": EMAIL, "client_notification_token": "a-notification-token",
            });
            let object = plan.first.key.sign(&claims, &json!({}));
            let asking = [("request", object.as_str()), ("client_id", plan.second.shop.id.as_str())];
            let fetching = [("grant_type", GRANT), ("auth_req_id", id.as_str()), asking[1]];
            for (path, fields) in [("/backchannel_authentication", &asking[..]), ("/token", &fetching)] {
                let answer = plan.first.shop.send(path, fields, &[("client-cert", &shown)]).await;
                assert_eq!(answer.refusal(), (401, "invalid_client".to_owned()), "{path}: {}", answer.text);
            }
        }
        assert_eq!(plan.first.fetch(server, &id, &By::usual()).await.status, 200, "it was not used up");
    })
    .await;
}
