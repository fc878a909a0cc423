-- Passkeys (Web Authentication Level 3), the ceremonies in which they are made and used, and the offer to make one.
CREATE TABLE passkey (
    -- Names it on pages; its own name is the next column.
    id TEXT PRIMARY KEY,
    sub TEXT NOT NULL REFERENCES account (sub),
    -- base64url, at most 1023 bytes. One passkey belongs to one account, whoever claims it later.
    credential_id TEXT NOT NULL UNIQUE,
    -- What the authenticator was told to be its owner. It stays when the passkey goes to another account of the same
    -- person, since the authenticator will go on to say it.
    user_handle BYTEA NOT NULL,
    -- A COSE key.
    public_key BYTEA NOT NULL,
    -- How often it was used; 0 where its authenticator does not count.
    sign_count BIGINT NOT NULL CHECK (sign_count >= 0),
    -- Words of the standard with blanks between them.
    transports TEXT NOT NULL,
    backup_eligible BOOLEAN NOT NULL,
    backed_up BOOLEAN NOT NULL,
    -- Whether the device checked who was there when it was made.
    user_verified BOOLEAN NOT NULL,
    -- The kind of authenticator, as a UUID; all zeros where it does not say.
    aaguid TEXT NOT NULL,
    -- As its owner calls it.
    name TEXT NOT NULL,
    added_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE INDEX passkey_sub ON passkey (sub, added_at);

-- A challenge that waits for its answer. It is deleted before the answer is looked at, so that no answer counts twice.
CREATE TABLE passkey_ceremony (
    id TEXT PRIMARY KEY,
    purpose TEXT NOT NULL CHECK (purpose IN ('add', 'upgrade', 'sign_up', 'sign_in', 'second_factor')),
    challenge BYTEA NOT NULL,
    browser_hash TEXT NOT NULL,
    -- Whose ceremony it is; at sign-up, who will be opened; absent where anybody may sign in.
    sub TEXT,
    -- The proof of the address, at sign-up.
    proof_id TEXT,
    expires_at BIGINT NOT NULL
);
CREATE INDEX passkey_ceremony_expires ON passkey_ceremony (expires_at);

-- Until when somebody who said "not now" is not asked again to make a passkey.
CREATE TABLE passkey_offer (
    sub TEXT PRIMARY KEY REFERENCES account (sub),
    postponed_until BIGINT NOT NULL
);
