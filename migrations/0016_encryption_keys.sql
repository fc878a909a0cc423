-- Keys that others encrypt for us with. Of each algorithm the newest is published; the older ones decrypt what was
-- encrypted by those who kept an old key set.
CREATE TABLE encryption_key (
    -- RFC 7638 thumbprint of the public key.
    kid TEXT PRIMARY KEY,
    algorithm TEXT NOT NULL CHECK (algorithm IN ('RSA-OAEP-256', 'ECDH-ES')),
    -- PKCS #8, sealed under the key-encryption key for this table, column and row.
    private_key BYTEA NOT NULL,
    made_at BIGINT NOT NULL
);
