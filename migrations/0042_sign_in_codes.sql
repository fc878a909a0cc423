-- Codes and links by mail that begin a sign-in, and browsers that are trusted with an account.

CREATE TABLE sign_in_code (
    id TEXT PRIMARY KEY,
    -- The sign-in it is for, and the browser that it goes on in.
    attempt_id TEXT NOT NULL,
    browser_hash TEXT NOT NULL,
    -- The address it was sent to, as compared and as written.
    normal TEXT NOT NULL,
    address TEXT NOT NULL,
    -- The account; absent where nobody has the address.
    sub TEXT REFERENCES account (sub),
    -- Keyed hash of the code, fingerprint of the link, and the code sealed for whoever opens the link elsewhere; absent
    -- where nothing was sent that could be used.
    code_hash TEXT,
    link_hash TEXT UNIQUE,
    code_sealed BYTEA,
    -- The browser that asked, as far as it tells.
    user_agent TEXT NOT NULL,
    tries BIGINT NOT NULL,
    made_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE INDEX sign_in_code_sub ON sign_in_code (sub);
CREATE INDEX sign_in_code_expires ON sign_in_code (expires_at);

-- Browsers in which an account is not asked for its second factor for a while.
CREATE TABLE trusted_browser (
    sub TEXT NOT NULL REFERENCES account (sub),
    browser_hash TEXT NOT NULL,
    -- Browser and system by name: the same cookie elsewhere is not the same browser.
    family TEXT NOT NULL,
    trusted_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (sub, browser_hash)
);
CREATE INDEX trusted_browser_expires ON trusted_browser (expires_at);

-- A change of password or factors ends the sign-ins of an account that are on their way.
CREATE INDEX attempt_sub ON attempt (sub);
