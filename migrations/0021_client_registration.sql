-- Clients that the operator did not register: they did it themselves (RFC 7591), or their identifier is the address
-- of a document that describes them.

ALTER TABLE client ADD COLUMN origin TEXT NOT NULL DEFAULT 'operator'
    CHECK (origin IN ('operator', 'self_registered', 'metadata_document'));
-- When the operator found out who is behind it; people are not warned then.
ALTER TABLE client ADD COLUMN verified_at BIGINT;
-- SHA-256 of the token with which a client reads and changes its registration (RFC 7592), 256 random bits; absent
-- where it cannot.
ALTER TABLE client ADD COLUMN registration_token_hash TEXT;
-- Of these, those that hold nothing of anybody are counted and forgotten.
CREATE INDEX client_not_by_operator ON client (updated_at) WHERE origin <> 'operator';

-- Invitations to register: initial access tokens (RFC 7591 §3).
CREATE TABLE client_invitation (
    id TEXT PRIMARY KEY,
    -- SHA-256 of the token, which has 256 random bits.
    token_hash TEXT NOT NULL UNIQUE,
    -- What the operator wants to remember about it.
    note TEXT NOT NULL,
    uses BIGINT NOT NULL CHECK (uses > 0),
    used BIGINT NOT NULL DEFAULT 0 CHECK (used <= uses),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    revoked_at BIGINT
);
CREATE INDEX client_invitation_created ON client_invitation (created_at, id);
CREATE INDEX client_invitation_expires ON client_invitation (expires_at);
