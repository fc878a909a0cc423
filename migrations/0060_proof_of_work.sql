-- Challenges that were answered: each counts once, until it is over by its own clock.
CREATE TABLE used_work (
    nonce TEXT PRIMARY KEY,
    expires_at BIGINT NOT NULL
);
CREATE INDEX used_work_expires ON used_work (expires_at);
