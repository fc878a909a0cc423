-- Terms and privacy texts. A published version never changes; who accepted which text, when and where is kept.
CREATE TABLE terms_version (
    kind TEXT NOT NULL CHECK (kind IN ('terms', 'privacy')),
    version TEXT NOT NULL,
    -- From then on it is the current one, and is asked for.
    from_at BIGINT NOT NULL,
    -- What is new, in a few sentences; empty for the first one.
    changes_ja TEXT NOT NULL,
    changes_en TEXT NOT NULL,
    published_at BIGINT NOT NULL,
    PRIMARY KEY (kind, version),
    UNIQUE (kind, from_at)
);

CREATE TABLE terms_text (
    kind TEXT NOT NULL,
    version TEXT NOT NULL,
    locale TEXT NOT NULL CHECK (locale IN ('ja', 'en')),
    body TEXT NOT NULL,
    -- SHA-256 of the body: what an acceptance names.
    digest TEXT NOT NULL,
    PRIMARY KEY (kind, version, locale),
    FOREIGN KEY (kind, version) REFERENCES terms_version (kind, version)
);

CREATE TABLE terms_acceptance (
    sub TEXT NOT NULL REFERENCES account (sub),
    kind TEXT NOT NULL,
    version TEXT NOT NULL,
    locale TEXT NOT NULL,
    digest TEXT NOT NULL,
    accepted_at BIGINT NOT NULL,
    -- 'sign_up', 'sign_in'
    source TEXT NOT NULL CHECK (source IN ('sign_up', 'sign_in')),
    -- The request in which it happened, as the audit entries name it.
    request_id TEXT NOT NULL,
    PRIMARY KEY (sub, kind, version),
    FOREIGN KEY (kind, version, locale) REFERENCES terms_text (kind, version, locale)
);
