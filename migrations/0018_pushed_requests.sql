-- Authorization requests that clients sent themselves, before the browser comes with their names (RFC 9126).

CREATE TABLE pushed_request (
    -- SHA-256 of the name: a stolen table must not contain usable ones.
    hash TEXT PRIMARY KEY,
    -- Nobody else may use the name.
    client_id TEXT NOT NULL REFERENCES client (id),
    -- The settled parameters as one form text, without credentials.
    parameters TEXT NOT NULL,
    -- Until then a browser may come with the name. Who has come by then may finish afterwards.
    expires_at BIGINT NOT NULL,
    -- It is answered once, however many pages were opened with it.
    answered_at BIGINT
);
CREATE INDEX pushed_request_expires ON pushed_request (expires_at);

-- The pushed request that a waiting one began with.
ALTER TABLE authorization_request ADD COLUMN pushed TEXT;
