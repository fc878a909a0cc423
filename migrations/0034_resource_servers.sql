-- The maker's own resource servers (RFC 8707) and the scopes that each of them owns.
CREATE TABLE resource_server (
    id TEXT PRIMARY KEY,
    -- What `resource` and `aud` say.
    uri TEXT NOT NULL UNIQUE,
    name_ja TEXT NOT NULL,
    name_en TEXT NOT NULL,
    -- The client as which it may ask what a token for it is worth.
    client_id TEXT REFERENCES client (id),
    -- Whether every client may ask for its scopes, registered for them or not.
    is_open BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX resource_server_client ON resource_server (client_id);

CREATE TABLE resource_scope (
    -- A scope has one owner.
    word TEXT PRIMARY KEY,
    server_id TEXT NOT NULL REFERENCES resource_server (id) ON DELETE CASCADE,
    -- The order in which people are asked.
    position BIGINT NOT NULL,
    name_ja TEXT NOT NULL,
    name_en TEXT NOT NULL,
    -- What it is for; empty where that goes without saying.
    why_ja TEXT NOT NULL,
    why_en TEXT NOT NULL,
    UNIQUE (server_id, position)
);
