-- Accounts that came from another system.

-- What comparing costs where another system made the hash: a function and its parameters. Null for our own.
ALTER TABLE password ADD COLUMN work TEXT;
CREATE INDEX password_work_kind ON password (work) WHERE work IS NOT NULL;

-- How many passwords cost how much, counted now and then; the empty text stands for our own. A name that nobody has
-- costs what an account would, so that the time of an answer does not tell who has one.
CREATE TABLE password_work (
    work TEXT PRIMARY KEY,
    held BIGINT NOT NULL
);

-- What an account was there. It makes a repeated import harmless.
CREATE TABLE account_source (
    -- The name of the other system, and the account's name in it.
    source TEXT NOT NULL,
    source_id TEXT NOT NULL,
    sub TEXT NOT NULL REFERENCES account (sub),
    imported_at BIGINT NOT NULL,
    PRIMARY KEY (source, source_id)
);
CREATE INDEX account_source_sub ON account_source (sub);

-- The accounts of other providers that it was linked with there: kept until they can be linked here.
CREATE TABLE imported_identity (
    sub TEXT NOT NULL REFERENCES account (sub),
    -- The provider and the person, as the other system named them.
    provider TEXT NOT NULL,
    provider_subject TEXT NOT NULL,
    imported_at BIGINT NOT NULL,
    PRIMARY KEY (sub, provider, provider_subject)
);
CREATE INDEX imported_identity_subject ON imported_identity (provider, provider_subject);

-- One run of an import of accounts. What is counted here was committed together with the rows it counts, so that
-- a run that broke off goes on where it was.
CREATE TABLE account_import (
    id TEXT PRIMARY KEY,
    source TEXT NOT NULL,
    format TEXT NOT NULL,
    file_name TEXT NOT NULL,
    file_hash TEXT NOT NULL,
    actor TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    -- The last row that is done with.
    last_row BIGINT NOT NULL,
    added BIGINT NOT NULL,
    known BIGINT NOT NULL,
    refused BIGINT NOT NULL,
    finished_at BIGINT
);
CREATE INDEX account_import_file ON account_import (file_hash, started_at);
