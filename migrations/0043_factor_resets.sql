-- The last step of getting back in: support takes away the second factor of somebody who has lost it. It happens a day
-- after it was asked for, and the owner of the account can stop it until then.
CREATE TABLE factor_reset (
    id TEXT PRIMARY KEY,
    sub TEXT NOT NULL REFERENCES account (sub),
    -- Fingerprint of the link that stops it.
    keep_hash TEXT NOT NULL UNIQUE,
    asked_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    -- When it was stopped or carried out.
    ended_at BIGINT,
    carried_out BOOLEAN NOT NULL DEFAULT FALSE
);
CREATE UNIQUE INDEX factor_reset_open ON factor_reset (sub) WHERE ended_at IS NULL;
