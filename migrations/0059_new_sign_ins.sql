-- From where people sign in, and the letters about sign-ins from elsewhere.

-- The network of a session as its owner sees it: a shortened address, never a whole one.
ALTER TABLE session ADD COLUMN network TEXT NOT NULL DEFAULT '';

-- Wide networks from which an account was signed in to. Keyed hashes: the table does not say where anybody was.
CREATE TABLE known_network (
    sub TEXT NOT NULL REFERENCES account (sub),
    network_hash TEXT NOT NULL,
    seen_at BIGINT NOT NULL,
    PRIMARY KEY (sub, network_hash)
);
CREATE INDEX known_network_seen ON known_network (seen_at);

-- What the link of such a letter can do, once.
CREATE TABLE sign_in_notice (
    -- Fingerprint of the link.
    link_hash TEXT PRIMARY KEY,
    sub TEXT NOT NULL REFERENCES account (sub),
    -- The address that the letter went to, as compared.
    normal TEXT NOT NULL,
    session_id TEXT NOT NULL,
    device TEXT NOT NULL,
    network TEXT NOT NULL,
    signed_in_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    denied_at BIGINT
);
CREATE INDEX sign_in_notice_sub ON sign_in_notice (sub);
CREATE INDEX sign_in_notice_expires ON sign_in_notice (expires_at);
