-- Who did what, when, from where. Entries are chained: each hash covers the one before it,
-- under a key that is not in this database, so that an edited, removed or reordered entry is found.
CREATE TABLE audit_head (
    name TEXT PRIMARY KEY,
    seq BIGINT NOT NULL,
    hash TEXT NOT NULL
);
INSERT INTO audit_head (name, seq, hash) VALUES ('main', 0, '');

CREATE TABLE audit_entry (
    seq BIGINT PRIMARY KEY,
    at BIGINT NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_id TEXT NOT NULL,
    network TEXT,
    request_id TEXT NOT NULL,
    name TEXT NOT NULL,
    object_kind TEXT NOT NULL,
    object_id TEXT NOT NULL,
    subject TEXT,
    -- JSON: changed fields with before and after, or fields that were shown.
    details TEXT NOT NULL,
    hash TEXT NOT NULL
);
CREATE INDEX audit_entry_subject ON audit_entry (subject, seq);
CREATE INDEX audit_entry_object ON audit_entry (object_kind, object_id, seq);
CREATE INDEX audit_entry_actor ON audit_entry (actor_id, seq);
CREATE INDEX audit_entry_at ON audit_entry (at, seq);

-- The roles a member of staff or a machine client acts with.
CREATE TABLE staff_role (
    sub TEXT NOT NULL REFERENCES account (sub),
    role TEXT NOT NULL,
    granted_at BIGINT NOT NULL,
    PRIMARY KEY (sub, role)
);
