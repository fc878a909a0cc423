-- Accounts that look like one person's (名寄せ).

-- Under which keys an account meets others that could be the same person's. Fingerprints: the table says nothing
-- about anybody.
CREATE TABLE likeness_key (
    key TEXT NOT NULL,
    sub TEXT NOT NULL REFERENCES account (sub),
    PRIMARY KEY (key, sub)
);
CREATE INDEX likeness_key_sub ON likeness_key (sub);

-- How far the accounts have been looked at, in the order in which they changed. There is one row.
CREATE TABLE likeness_progress (
    id TEXT PRIMARY KEY CHECK (id = 'all'),
    changed_at BIGINT NOT NULL,
    sub TEXT NOT NULL
);
CREATE INDEX account_updated ON account (updated_at, sub);

-- Two accounts that were found alike. `one` is the smaller subject, so that a pair stands here once.
CREATE TABLE duplicate_account (
    id TEXT PRIMARY KEY,
    one TEXT NOT NULL REFERENCES account (sub),
    other TEXT NOT NULL REFERENCES account (sub),
    score BIGINT NOT NULL CHECK (score BETWEEN 0 AND 100),
    -- Words with blanks between them.
    reasons TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'dismissed')),
    found_at BIGINT NOT NULL,
    -- Who said that these are two people, and why.
    dismissed_by TEXT,
    dismissed_at BIGINT,
    reason TEXT,
    CHECK (one < other),
    CHECK ((state = 'dismissed') = (dismissed_at IS NOT NULL)),
    UNIQUE (one, other)
);
CREATE INDEX duplicate_account_score ON duplicate_account (state, score, id);
CREATE INDEX duplicate_account_other ON duplicate_account (other);
