-- Versions of plans; a published one never changes.
CREATE TABLE warranty_plan (
    id TEXT PRIMARY KEY,
    code TEXT NOT NULL,
    version BIGINT NOT NULL CHECK (version > 0),
    name_ja TEXT NOT NULL,
    name_en TEXT NOT NULL,
    region TEXT NOT NULL,
    zone TEXT NOT NULL,
    start_rule TEXT NOT NULL CHECK (start_rule IN ('purchase', 'shipment', 'registration')),
    fallback_days BIGINT NOT NULL CHECK (fallback_days >= 0),
    first_day_counted BOOLEAN NOT NULL,
    transferable BOOLEAN NOT NULL,
    published_at BIGINT NOT NULL,
    UNIQUE (code, version)
);

CREATE TABLE warranty_plan_line (
    plan TEXT NOT NULL REFERENCES warranty_plan (id),
    component TEXT NOT NULL,
    position BIGINT NOT NULL,
    name_ja TEXT NOT NULL,
    name_en TEXT NOT NULL,
    months BIGINT NOT NULL CHECK (months > 0),
    -- Words with blanks between them, in the order given: parts labour visit shipping.
    covers TEXT NOT NULL,
    PRIMARY KEY (plan, component),
    UNIQUE (plan, component, months)
);

-- The act of claiming a unit.
CREATE TABLE registration (
    id TEXT PRIMARY KEY,
    unit TEXT NOT NULL REFERENCES unit (id),
    sub TEXT NOT NULL REFERENCES account (sub),
    state TEXT NOT NULL CHECK (state IN ('pending', 'active', 'disputed', 'rejected', 'withdrawn', 'ended')),
    -- Why it waits: words with blanks between them.
    reasons TEXT NOT NULL,
    -- 'my_page', 'app' with the client that acted, or 'staff'.
    channel TEXT NOT NULL CHECK (channel IN ('my_page', 'app', 'staff')),
    client TEXT,
    serial_typed TEXT NOT NULL,
    -- The code in the box was given.
    possession_shown BOOLEAN NOT NULL,
    dealer TEXT NOT NULL,
    purchased_on TEXT,
    -- The claimant's date on the day of claiming: a stored date, so that restoring old data cannot fail.
    declared_on TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    decided_at BIGINT,
    CHECK (purchased_on IS NULL OR purchased_on <= declared_on),
    CHECK ((channel = 'app') = (client IS NOT NULL)),
    CHECK (reasons <> '' OR state NOT IN ('pending', 'disputed')),
    -- For the ownership that comes of it: the same unit and the same person.
    UNIQUE (id, unit, sub)
);
-- Two people who register one unit at once: exactly one succeeds.
CREATE UNIQUE INDEX registration_active ON registration (unit) WHERE state = 'active';
-- A person has at most one open claim on a unit.
CREATE UNIQUE INDEX registration_open ON registration (unit, sub) WHERE state IN ('pending', 'active', 'disputed');
CREATE INDEX registration_sub ON registration (sub, created_at);
CREATE INDEX registration_created ON registration (created_at);
CREATE INDEX registration_waiting ON registration (state, created_at) WHERE state IN ('pending', 'disputed');

-- Who held a unit from when to when. Model, lot and date of manufacture are carried along, so that owners
-- of an affected lot are found without joining every unit.
CREATE TABLE ownership (
    id TEXT PRIMARY KEY,
    unit TEXT NOT NULL,
    sub TEXT NOT NULL,
    registration TEXT NOT NULL UNIQUE,
    model TEXT NOT NULL REFERENCES product_model (id),
    lot TEXT NOT NULL,
    made_on TEXT,
    held_from TEXT NOT NULL,
    -- The first day on which it was no longer held.
    held_to TEXT,
    ended_by TEXT CHECK (ended_by IN ('holder', 'dispute', 'correction', 'erasure')),
    FOREIGN KEY (registration, unit, sub) REFERENCES registration (id, unit, sub),
    CHECK ((held_to IS NULL) = (ended_by IS NULL)),
    CHECK (held_to IS NULL OR held_to >= held_from)
);
CREATE UNIQUE INDEX ownership_open ON ownership (unit) WHERE held_to IS NULL;
CREATE INDEX ownership_sub ON ownership (sub, held_from) WHERE held_to IS NULL;
CREATE INDEX ownership_lot ON ownership (model, lot, made_on) WHERE held_to IS NULL;
CREATE INDEX ownership_unit ON ownership (unit, held_from);

-- The promise of one plan to one unit; it belongs to the unit, whoever holds it.
CREATE TABLE warranty (
    id TEXT PRIMARY KEY,
    unit TEXT NOT NULL REFERENCES unit (id),
    plan TEXT NOT NULL REFERENCES warranty_plan (id),
    anchor_on TEXT NOT NULL,
    anchor_proof TEXT NOT NULL CHECK (anchor_proof IN
        ('registered', 'made', 'shipped', 'declared', 'warranty_card', 'receipt', 'dealer_sale', 'plan')),
    -- The registration whose dates were used, for the explanation.
    registration TEXT NOT NULL REFERENCES registration (id),
    state TEXT NOT NULL CHECK (state IN ('given', 'void')),
    created_at BIGINT NOT NULL,
    UNIQUE (id, plan, anchor_on)
);
CREATE UNIQUE INDEX warranty_given ON warranty (unit) WHERE state = 'given';

-- The last day for each component. Months are the plan's own, and the anchor is the warranty's own: an anchor
-- cannot move while a date stands that was computed from the old one.
CREATE TABLE warranty_cover (
    warranty TEXT NOT NULL,
    component TEXT NOT NULL,
    plan TEXT NOT NULL,
    anchor_on TEXT NOT NULL,
    months BIGINT NOT NULL,
    ends_on TEXT NOT NULL,
    PRIMARY KEY (warranty, component),
    FOREIGN KEY (warranty, plan, anchor_on) REFERENCES warranty (id, plan, anchor_on),
    FOREIGN KEY (plan, component, months) REFERENCES warranty_plan_line (plan, component, months),
    CHECK (ends_on >= anchor_on)
);
CREATE INDEX warranty_cover_ends ON warranty_cover (ends_on);

-- Answers of the registry API to requests with an Idempotency-Key, kept for a day.
CREATE TABLE idempotent_request (
    sub TEXT NOT NULL,
    client TEXT NOT NULL,
    key_hash TEXT NOT NULL,
    request_hash TEXT NOT NULL,
    status BIGINT NOT NULL,
    body TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    PRIMARY KEY (sub, client, key_hash)
);
CREATE INDEX idempotent_request_made ON idempotent_request (made_at);
