-- Applications that took part in a browser's session and want to be told when it ends (OpenID Connect Back-Channel
-- and Front-Channel Logout). A session ends by being deleted, whoever ends it: its parties then stand without one,
-- and that is how those to be told are found.
CREATE TABLE logout_party (
    id TEXT PRIMARY KEY,
    session_id TEXT REFERENCES session (id) ON DELETE SET NULL,
    -- The session as the application knows it, kept when it has ended.
    sid TEXT NOT NULL,
    client_id TEXT NOT NULL REFERENCES client (id),
    -- The person as the application knows them: pairwise where it is registered so.
    sub TEXT NOT NULL,
    tries BIGINT NOT NULL,
    next_at BIGINT NOT NULL,
    UNIQUE (sid, client_id)
);
CREATE INDEX logout_party_session ON logout_party (session_id);
CREATE INDEX logout_party_due ON logout_party (next_at) WHERE session_id IS NULL;
