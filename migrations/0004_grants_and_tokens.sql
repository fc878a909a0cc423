-- Authorizations in progress, what people allowed, and the codes that carry it to the client.

-- An authorization request that needs a page. It lives here only: nothing of it comes back from the browser.
CREATE TABLE authorization_request (
    id TEXT PRIMARY KEY,
    client_id TEXT NOT NULL REFERENCES client (id),
    -- Fingerprint of the cookie of the browser that began it; useless in another one.
    browser_hash TEXT NOT NULL,
    -- The parameters as one form text, read again at every step.
    parameters TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    -- Who consented to this very request.
    consented_by TEXT REFERENCES account (sub),
    -- It is answered once.
    answered_at BIGINT
);
CREATE INDEX authorization_request_expires ON authorization_request (expires_at);

-- What a person allowed a client, so that the same is not asked again.
CREATE TABLE consent (
    sub TEXT NOT NULL REFERENCES account (sub),
    client_id TEXT NOT NULL REFERENCES client (id),
    scope TEXT NOT NULL,
    given_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (sub, client_id)
);
CREATE INDEX consent_client ON consent (client_id);

-- One authorization: what was given to a client for a person in one sign-on. Every code, refresh token and
-- access token of it hangs on this row, and is void once it is revoked.
CREATE TABLE grant_ (
    id TEXT PRIMARY KEY,
    sub TEXT NOT NULL REFERENCES account (sub),
    client_id TEXT NOT NULL REFERENCES client (id),
    scope TEXT NOT NULL,
    -- JSON: single claims asked for by name.
    claims TEXT NOT NULL,
    -- The resources asked for, separated by spaces; empty means by scope.
    resource TEXT NOT NULL,
    -- The browser session it was given in, which may be over: no reference.
    session_id TEXT NOT NULL,
    -- Whether it outlives the session (offline_access).
    is_offline BOOLEAN NOT NULL,
    auth_time BIGINT NOT NULL,
    acr TEXT NOT NULL,
    amr TEXT NOT NULL,
    -- Whether ID tokens must say auth_time.
    wants_auth_time BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    revoked_at BIGINT
);
CREATE INDEX grant_sub_client ON grant_ (sub, client_id, created_at);
CREATE INDEX grant_session ON grant_ (session_id);
CREATE INDEX grant_client ON grant_ (client_id);

CREATE TABLE authorization_code (
    -- Hashed like a password: a stolen table must not contain usable codes.
    hash TEXT PRIMARY KEY,
    grant_id TEXT NOT NULL REFERENCES grant_ (id),
    client_id TEXT NOT NULL,
    redirect_uri TEXT NOT NULL,
    code_challenge TEXT,
    nonce TEXT,
    issued_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    consumed_at BIGINT
);
CREATE INDEX authorization_code_grant ON authorization_code (grant_id);
CREATE INDEX authorization_code_expires ON authorization_code (expires_at);
