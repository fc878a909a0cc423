-- Copies of everything about a person, made for them by a job.
CREATE TABLE data_export (
    id TEXT PRIMARY KEY,
    sub TEXT NOT NULL REFERENCES account (sub),
    -- The language of the readable page in it.
    locale TEXT NOT NULL CHECK (locale IN ('ja', 'en')),
    asked_at BIGINT NOT NULL,
    -- A job that began and did not finish is begun again after a while.
    begun_at BIGINT,
    ready_at BIGINT,
    -- The archive, sealed; gone when it has expired.
    sealed BYTEA,
    size BIGINT NOT NULL DEFAULT 0,
    expires_at BIGINT
);
CREATE INDEX data_export_sub ON data_export (sub, asked_at);
CREATE INDEX data_export_waiting ON data_export (asked_at) WHERE ready_at IS NULL;
CREATE INDEX data_export_expires ON data_export (expires_at);
