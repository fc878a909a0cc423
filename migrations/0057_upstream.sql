-- Signing in with other providers.

-- Who somebody is at a provider, and whose account here that is.
CREATE TABLE upstream_identity (
    id TEXT PRIMARY KEY,
    sub TEXT NOT NULL REFERENCES account (sub),
    -- The provider's name in the settings, its issuer, and the person there. Nothing else names anybody: addresses
    -- change hands, and a name in the settings may be turned to another issuer.
    provider TEXT NOT NULL,
    issuer TEXT NOT NULL,
    upstream_sub TEXT NOT NULL,
    -- What the provider called the person when it was linked, for the list on my page. Nothing is decided by it.
    label TEXT,
    linked_at BIGINT NOT NULL,
    used_at BIGINT NOT NULL,
    UNIQUE (provider, issuer, upstream_sub)
);
CREATE INDEX upstream_identity_sub ON upstream_identity (sub, linked_at);

-- A browser that is on its way to a provider and back.
CREATE TABLE upstream_journey (
    -- Fingerprint of the state that the provider gives back.
    state_hash TEXT PRIMARY KEY,
    provider TEXT NOT NULL,
    browser_hash TEXT NOT NULL,
    attempt_id TEXT,
    -- The account that it will be linked to, and the session in which that was asked for.
    sub TEXT REFERENCES account (sub),
    link_session TEXT,
    -- What the provider posted, sealed: such a form comes without our cookies, and waits here for the browser.
    answer BYTEA,
    used_at BIGINT,
    expires_at BIGINT NOT NULL
);
CREATE INDEX upstream_journey_expires ON upstream_journey (expires_at);

-- Somebody who came back and is linked to no account yet: they decide what becomes of it.
CREATE TABLE upstream_newcomer (
    id TEXT PRIMARY KEY,
    browser_hash TEXT NOT NULL,
    -- What the provider told about them, sealed.
    told BYTEA NOT NULL,
    attempt_id TEXT,
    -- The letter that proves their address.
    proof_id TEXT,
    used_at BIGINT,
    expires_at BIGINT NOT NULL
);
CREATE INDEX upstream_newcomer_proof ON upstream_newcomer (proof_id);
CREATE INDEX upstream_newcomer_expires ON upstream_newcomer (expires_at);
