-- How people prove who they are, and the sessions that follow.
CREATE TABLE password (
    sub TEXT PRIMARY KEY REFERENCES account (sub),
    -- A PHC string: algorithm, parameters, salt and hash.
    hash TEXT NOT NULL,
    changed_at BIGINT NOT NULL
);

-- A browser session. It ends by being deleted: a cookie that was saved finds nothing.
CREATE TABLE session (
    -- Names it in lists and as sid; does not open it.
    id TEXT PRIMARY KEY,
    -- Fingerprint of the cookie.
    token_hash TEXT NOT NULL UNIQUE,
    sub TEXT NOT NULL REFERENCES account (sub),
    auth_time BIGINT NOT NULL,
    acr TEXT NOT NULL,
    amr TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    -- How long it lasts without use, in milliseconds.
    idle BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    stays BOOLEAN NOT NULL,
    user_agent TEXT NOT NULL
);
CREATE INDEX session_sub ON session (sub, started_at);
CREATE INDEX session_ends ON session (ends_at);

-- A sign-in in progress, bound to one browser.
CREATE TABLE attempt (
    id TEXT PRIMARY KEY,
    browser_hash TEXT NOT NULL,
    continue_to TEXT NOT NULL,
    -- JSON: the application that asked, as the pages show it.
    asked_by TEXT,
    login_hint TEXT,
    reauthenticate BOOLEAN NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX attempt_expires ON attempt (expires_at);

-- How often something was tried: an account from unknown browsers, an account from one known browser, a network,
-- letters to an address. Keys are keyed hashes: the table does not say who was tried.
CREATE TABLE try_counter (
    key TEXT PRIMARY KEY,
    tries BIGINT NOT NULL,
    last_at BIGINT NOT NULL
);
CREATE INDEX try_counter_last ON try_counter (last_at);

-- Browsers that have signed in to an account. They have a counter of their own, so that a stranger who guesses
-- slows down strangers only.
CREATE TABLE known_browser (
    sub TEXT NOT NULL REFERENCES account (sub),
    browser_hash TEXT NOT NULL,
    seen_at BIGINT NOT NULL,
    PRIMARY KEY (sub, browser_hash)
);
CREATE INDEX known_browser_seen ON known_browser (seen_at);

-- One-time proofs sent by mail: a code and a link, both for one purpose and one address, used once.
CREATE TABLE proof (
    id TEXT PRIMARY KEY,
    purpose TEXT NOT NULL CHECK (purpose IN ('sign_up', 'reset_password')),
    -- The address it was sent to, as compared and as written.
    normal TEXT NOT NULL,
    address TEXT NOT NULL,
    -- The account it is for; absent at sign-up, and where no account has the address.
    sub TEXT REFERENCES account (sub),
    -- Keyed hash of the code, fingerprint of the link; absent where nothing was sent that could be used.
    code_hash TEXT,
    link_hash TEXT UNIQUE,
    -- The browser that may go on once it is proven.
    browser_hash TEXT NOT NULL,
    attempt_id TEXT,
    tries BIGINT NOT NULL,
    made_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    proven_at BIGINT,
    used_at BIGINT
);
CREATE INDEX proof_address ON proof (normal, purpose);
CREATE INDEX proof_expires ON proof (expires_at);
