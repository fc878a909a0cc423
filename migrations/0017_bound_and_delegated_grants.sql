-- What tokens can be bound to, and grants that no browser session carries.

-- The key that must be proven with every refresh token of the grant (RFC 9449 §5 `jkt:…`, RFC 8705 §4 `x5t#S256:…`);
-- empty where the client authenticates or the token is a bearer token.
ALTER TABLE grant_ ADD COLUMN confirmation TEXT NOT NULL DEFAULT '';
-- JSON array (RFC 9396 §7): what was granted in detail.
ALTER TABLE grant_ ADD COLUMN authorization_details TEXT NOT NULL DEFAULT '[]';
-- JSON (RFC 8693 §4.1): who acts for the person; empty where the client acts in its own name.
ALTER TABLE grant_ ADD COLUMN act TEXT NOT NULL DEFAULT '';

-- The thumbprint of the key that the exchange of the code must prove (RFC 9449 §10); empty for none.
ALTER TABLE authorization_code ADD COLUMN dpop_jkt TEXT NOT NULL DEFAULT '';

-- Secrets of clients that sign with them (client_secret_jwt): sealed, since a hash cannot verify a MAC.
ALTER TABLE client ADD COLUMN secret_sealed BYTEA;

-- One-time names of assertions and proofs, until they would be refused for their age anyway. The issuer is the
-- client (assertions, request objects) or the key's thumbprint (DPoP), so that nobody can use up another's names.
CREATE TABLE used_jti (
    kind TEXT NOT NULL CHECK (kind IN ('client_assertion', 'request_object', 'dpop')),
    issuer TEXT NOT NULL,
    -- SHA-256 of the jti: its length is the sender's choice.
    jti_hash TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (kind, issuer, jti_hash)
);
CREATE INDEX used_jti_expires ON used_jti (expires_at);
