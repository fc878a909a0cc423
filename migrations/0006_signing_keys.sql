-- Keys that tokens are signed with. Which one signs follows from the moments: of each algorithm the one with the
-- latest signs_from that has come; a later one is published before it signs.
CREATE TABLE signing_key (
    -- RFC 7638 thumbprint of the public key.
    kid TEXT PRIMARY KEY,
    algorithm TEXT NOT NULL CHECK (algorithm IN ('RS256', 'PS256', 'ES256', 'EdDSA')),
    -- PKCS #8, sealed under the key-encryption key for this table, column and row.
    private_key BYTEA NOT NULL,
    made_at BIGINT NOT NULL,
    signs_from BIGINT NOT NULL
);
