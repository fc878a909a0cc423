-- Second factors: authenticator applications and printed recovery codes.

-- An authenticator application (RFC 6238). It counts from the moment its first code was right.
CREATE TABLE totp (
    id TEXT PRIMARY KEY,
    sub TEXT NOT NULL REFERENCES account (sub),
    -- What its owner calls it.
    name TEXT NOT NULL,
    -- The shared secret, sealed for this row.
    sealed BYTEA NOT NULL,
    -- The time step of the last code that was taken; no code of it or of an earlier one counts again.
    last_step BIGINT NOT NULL,
    made_at BIGINT NOT NULL,
    -- How long the first code may take.
    expires_at BIGINT NOT NULL,
    active_at BIGINT,
    used_at BIGINT
);
CREATE INDEX totp_sub ON totp (sub);
CREATE INDEX totp_waiting ON totp (expires_at) WHERE active_at IS NULL;

-- The codes of the list that is good now. A new list replaces the old one.
CREATE TABLE recovery_code (
    sub TEXT NOT NULL REFERENCES account (sub),
    -- Keyed hash.
    hash TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    used_at BIGINT,
    PRIMARY KEY (sub, hash)
);
