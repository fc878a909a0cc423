-- What is kept of tokens: never a token, and for most not even a row.

-- The refresh tokens of a grant. A token is derived from the grant and its generation, so only the newest one is kept.
CREATE TABLE refresh_token_family (
    grant_id TEXT PRIMARY KEY REFERENCES grant_ (id),
    generation BIGINT NOT NULL,
    rotated_at BIGINT NOT NULL,
    -- When it ends if it is not used, and when in any case.
    idle_until BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX refresh_token_family_idle ON refresh_token_family (idle_until);

-- Access tokens that were taken back one by one, until they would have expired anyway.
CREATE TABLE revoked_token (
    jti TEXT PRIMARY KEY,
    expires_at BIGINT NOT NULL
);
CREATE INDEX revoked_token_expires ON revoked_token (expires_at);
