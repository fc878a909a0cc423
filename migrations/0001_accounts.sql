-- Accounts of people: customers and staff alike.
-- Types are TEXT, BIGINT, BOOLEAN and BYTEA, moments are milliseconds since 1970 (UTC): one text for both databases.
CREATE TABLE account (
    -- What relying parties know. Random, and never given to anyone else.
    sub TEXT PRIMARY KEY,
    -- Ten random digits and a check digit, for the telephone.
    customer_number TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL CHECK (state IN ('unverified', 'active', 'suspended', 'closed')),
    -- JSON: the standard claims of OpenID Connect Core 5.1 but for the e-mail address.
    profile TEXT NOT NULL,
    -- Every name and address in its search form, to look at again after the bigrams have found it.
    search_text TEXT NOT NULL,
    opened_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    state_since BIGINT NOT NULL,
    -- Sessions, codes, grants and refresh families that began before this moment are void: a new password,
    -- a suspension and "sign out everywhere" move it. Who honours a token or a grant compares it.
    signed_out_at BIGINT NOT NULL
);
CREATE INDEX account_opened ON account (opened_at, sub);

-- Pairs of neighbouring characters of search_text: neither database indexes the inside of Japanese words.
CREATE TABLE account_bigram (
    bigram TEXT NOT NULL,
    sub TEXT NOT NULL REFERENCES account (sub),
    PRIMARY KEY (bigram, sub)
);
CREATE INDEX account_bigram_sub ON account_bigram (sub);

CREATE TABLE email_address (
    sub TEXT NOT NULL REFERENCES account (sub),
    -- The one spelling that is compared: lower case, domain in ASCII.
    normal TEXT NOT NULL,
    -- As its owner writes it.
    address TEXT NOT NULL,
    is_primary BOOLEAN NOT NULL,
    added_at BIGINT NOT NULL,
    verified_at BIGINT,
    -- An address that was given up may belong to another account later.
    released_at BIGINT,
    PRIMARY KEY (sub, normal)
);
CREATE UNIQUE INDEX email_address_owner ON email_address (normal) WHERE released_at IS NULL;
CREATE UNIQUE INDEX email_address_primary ON email_address (sub) WHERE is_primary AND released_at IS NULL;
