-- Applications that sign people in through this server, and machines with roles of their own.
CREATE TABLE client (
    id TEXT PRIMARY KEY,
    -- JSON: what was registered, RFC 7591 with our own members. SQL does not look into it.
    metadata TEXT NOT NULL,
    -- SHA-256 of the client secret, which has 256 random bits; absent for public clients.
    secret_hash TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    secret_changed_at BIGINT,
    -- Switched off: nothing it sends counts, and its grants are void.
    disabled_at BIGINT
);
CREATE INDEX client_created ON client (created_at, id);
