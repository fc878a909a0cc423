//! The floor: a bare axum route that makes the same number of signatures and the same number of durable writes,
//! checks as many signatures of others, and does nothing else.

use std::sync::Arc;

use axum::Router;
use axum::routing::any;
use hosho::app::App;
use hosho::jose::{Algorithm, Typ, sign};
use hosho::store::db::Access;
use hosho::store::query::sql;
use serde_json::json;

/// Routes `/floor/{signatures}/{writes}` and `/floor/{signatures}/{writes}/{checks}` that do so much in one request.
pub fn routes(app: &Arc<App>) -> Router {
    let route = |signatures: usize, writes: usize, checks: usize| {
        let app = Arc::clone(app);
        any(move || {
            let app = Arc::clone(&app);
            async move { answer(&app, signatures, writes, checks).await }
        })
    };
    let mut router = Router::new();
    for signatures in 0..=2 {
        for writes in 0..=8 {
            router = router
                .route(&format!("/floor/{signatures}/{writes}"), route(signatures, writes, 0))
                .route(&format!("/floor/{signatures}/{writes}/1"), route(signatures, writes, 1));
        }
    }
    router
}

async fn answer(app: &Arc<App>, signatures: usize, writes: usize, checks: usize) -> axum::response::Response {
    if writes > 0 {
        let mut tx = app.db.begin(Access::Write);
        for _ in 0..writes {
            let insert = sql("INSERT INTO revoked_token (jti, expires_at) VALUES ($1, $2)");
            insert.bind(app.random.id()).bind(i64::MAX).run(&mut tx).await.unwrap();
        }
        tx.commit().await.unwrap();
    }
    let ring = app.keys.ring();
    let key = ring.signing(Algorithm::Es256, app.clock.now()).unwrap();
    // Of the size of an access token's claims.
    let claims = json!({"iss": "http://localhost:8080", "sub": "0123456789abcdefghjkmnpqrs", "aud": "http://localhost:8080",
        "exp": 1_795_305_600, "iat": 1_795_305_600, "jti": app.random.id(), "client_id": "0123456789abcdefghjkmnpqrs",
        "scope": "openid profile email", "acr": "aal1", "auth_time": 1_795_305_600});
    let tokens: Vec<String> = (0..signatures).map(|_| sign(key, Typ::AccessToken, &claims).unwrap()).collect();
    for _ in 0..checks {
        // One that does not fit costs as much as one that does.
        assert!(!key.public().key.verifies(Algorithm::Es256, b"a proof", &[7; 64]));
    }
    let body = json!({"tokens": tokens, "token_type": "Bearer", "expires_in": 600}).to_string();
    axum::response::IntoResponse::into_response(([("content-type", "application/json")], body))
}
