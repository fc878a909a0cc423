-- The end of an account: closed, for some days undone by its owner, then erased but for what must be kept.

-- When the account was last used in a browser; written down at most once a day.
ALTER TABLE account ADD COLUMN last_used_at BIGINT NOT NULL DEFAULT 0;
CREATE INDEX account_unused ON account (last_used_at, sub) WHERE state = 'active';

CREATE TABLE account_closure (
    sub TEXT PRIMARY KEY REFERENCES account (sub),
    -- Names it in the link by which its owner comes back.
    id TEXT NOT NULL UNIQUE,
    closed_at BIGINT NOT NULL,
    closed_by TEXT NOT NULL CHECK (closed_by IN ('owner', 'staff', 'policy')),
    -- The state to which coming back leads.
    was TEXT NOT NULL CHECK (was IN ('unverified', 'active', 'suspended')),
    -- Until then its owner may come back; afterwards it is to be erased.
    undo_until BIGINT NOT NULL,
    reminded_at BIGINT,
    -- What remains of an erased account is this row and what kept_record says.
    erased_at BIGINT
);
CREATE INDEX account_closure_due ON account_closure (undo_until) WHERE erased_at IS NULL;

-- What is kept of an erased account, why, and until which day. Nothing in it says who it was.
CREATE TABLE kept_record (
    sub TEXT NOT NULL REFERENCES account (sub),
    what TEXT NOT NULL CHECK (what IN ('products', 'agreements', 'choices')),
    records BIGINT NOT NULL CHECK (records > 0),
    kept_until TEXT NOT NULL,
    PRIMARY KEY (sub, what)
);
CREATE INDEX kept_record_until ON kept_record (kept_until);

-- Why an account must not be erased at the moment.
CREATE TABLE account_hold (
    id TEXT PRIMARY KEY,
    sub TEXT NOT NULL REFERENCES account (sub),
    -- In words that its owner may read.
    reason TEXT NOT NULL CHECK (reason <> ''),
    placed_at BIGINT NOT NULL,
    -- It ends by itself then, or when it is lifted.
    ends_at BIGINT,
    lifted_at BIGINT
);
CREATE INDEX account_hold_sub ON account_hold (sub, placed_at);

-- Owners who were told that their account has not been used for long.
CREATE TABLE dormancy (
    sub TEXT PRIMARY KEY REFERENCES account (sub),
    told_at BIGINT NOT NULL,
    closes_at BIGINT NOT NULL
);
CREATE INDEX dormancy_closes ON dormancy (closes_at);

-- The key that private values in the audit entries of one person are sealed under. Without it they are unreadable for
-- ever, and the chain stays whole.
CREATE TABLE audit_key (
    sub TEXT PRIMARY KEY REFERENCES account (sub),
    sealed BYTEA NOT NULL
);
