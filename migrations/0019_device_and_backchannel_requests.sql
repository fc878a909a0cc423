-- Requests that are decided elsewhere than where they were made: for another device (RFC 8628), or wherever the
-- person happens to be (OpenID Connect CIBA). The client polls for what was decided.
CREATE TABLE decoupled_request (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('device', 'backchannel')),
    -- What the client polls with. Hashed like a password: a stolen table must not contain usable codes.
    code_hash TEXT NOT NULL UNIQUE,
    client_id TEXT NOT NULL REFERENCES client (id),
    scope TEXT NOT NULL,
    -- The resources asked for, separated by spaces; empty means by scope.
    resource TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    -- How long the client has to wait between two tries, in milliseconds, and when it last tried.
    pause BIGINT NOT NULL,
    polled_at BIGINT,
    state TEXT NOT NULL CHECK (state IN ('open', 'allowed', 'denied')),
    decided_at BIGINT,
    -- Who allowed it, what of it, and how surely they were recognised.
    sub TEXT REFERENCES account (sub),
    allowed_scope TEXT,
    auth_time BIGINT,
    acr TEXT,
    amr TEXT,
    -- It gives tokens once.
    redeemed_at BIGINT,
    CHECK ((state = 'open') = (decided_at IS NULL)),
    CHECK ((state = 'allowed') = (sub IS NOT NULL AND allowed_scope IS NOT NULL AND auth_time IS NOT NULL
                                  AND acr IS NOT NULL AND amr IS NOT NULL)),
    CHECK (redeemed_at IS NULL OR state = 'allowed')
);
CREATE INDEX decoupled_request_expires ON decoupled_request (expires_at);

-- What a device asked for, and what the pages show about it.
CREATE TABLE device_request (
    id TEXT PRIMARY KEY REFERENCES decoupled_request (id) ON DELETE CASCADE,
    -- The code that a person types: a keyed hash, since it is short, and the code itself, sealed, for the page that
    -- asks whether it is the one on the device.
    user_code_hash TEXT NOT NULL UNIQUE,
    user_code_sealed BYTEA NOT NULL,
    -- From where it was asked.
    network TEXT NOT NULL,
    user_agent TEXT NOT NULL,
    -- Fingerprint of the cookie of the browser in which the code was last typed; the request is shown in no other.
    browser_hash TEXT
);

-- What is asked of a person in the back channel.
CREATE TABLE backchannel_request (
    id TEXT PRIMARY KEY REFERENCES decoupled_request (id) ON DELETE CASCADE,
    -- Who is asked.
    sub TEXT NOT NULL REFERENCES account (sub),
    -- What the client shows at the same time; empty for nothing.
    binding_message TEXT NOT NULL,
    -- The levels that it wishes for, separated by spaces.
    acr_values TEXT NOT NULL,
    -- JSON, sealed: where the client wants to be told of the decision, the auth_req_id and the token that go there.
    notification BYTEA,
    -- When it is to be told next, once there is something to tell, and how often that was tried.
    notify_at BIGINT,
    notify_tries BIGINT NOT NULL
);
CREATE INDEX backchannel_request_sub ON backchannel_request (sub);
CREATE INDEX backchannel_request_notify ON backchannel_request (notify_at) WHERE notify_at IS NOT NULL;

-- Which client may act for the people of which other client (RFC 8693), and how far. No row means not at all.
CREATE TABLE token_exchange_policy (
    id TEXT PRIMARY KEY,
    -- The client whose access tokens are exchanged, and the one that gets others for them.
    subject_client TEXT NOT NULL REFERENCES client (id),
    acting_client TEXT NOT NULL REFERENCES client (id),
    scope TEXT NOT NULL CHECK (scope <> ''),
    -- Resources, separated by spaces; empty means those that the scope reaches.
    audience TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE (subject_client, acting_client)
);
CREATE INDEX token_exchange_policy_acting ON token_exchange_policy (acting_client);
