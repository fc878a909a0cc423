-- A new address for an account: asked for, proved, and for some days taken back by whoever reads the old one.

-- An address that the account gave up, or of an account that is closing: until then it belongs to nobody else.
ALTER TABLE email_address ADD COLUMN held_until BIGINT;

CREATE TABLE email_change (
    id TEXT PRIMARY KEY,
    sub TEXT NOT NULL REFERENCES account (sub),
    -- The new address, as compared and as written.
    normal TEXT NOT NULL,
    address TEXT NOT NULL,
    -- The address it replaced, once it did.
    old_address TEXT,
    -- Keyed hash of the code, fingerprint of the link; absent where nothing was sent that could be used.
    code_hash TEXT,
    link_hash TEXT UNIQUE,
    tries BIGINT NOT NULL,
    asked_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    done_at BIGINT,
    -- Fingerprint of the link in the letter to the old address.
    undo_hash TEXT UNIQUE,
    undo_until BIGINT,
    -- Undone, or replaced by a newer wish.
    over_at BIGINT
);
CREATE INDEX email_change_sub ON email_change (sub, asked_at);
CREATE INDEX email_change_expires ON email_change (expires_at);
