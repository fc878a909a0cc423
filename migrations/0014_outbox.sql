-- Letters that wait to be sent. The body is sealed, since it may hold links and codes, and removed when sent.
CREATE TABLE outbox_letter (
    id TEXT PRIMARY KEY,
    made_at BIGINT NOT NULL,
    sealed BYTEA,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'failed')),
    attempts BIGINT NOT NULL,
    next_at BIGINT NOT NULL,
    last_error TEXT
);
CREATE INDEX outbox_letter_waiting ON outbox_letter (next_at) WHERE state = 'waiting';
