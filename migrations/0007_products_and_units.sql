-- What is sold, and each serial-numbered piece of it.
CREATE TABLE brand (
    name TEXT PRIMARY KEY
);

CREATE TABLE product_category (
    code TEXT PRIMARY KEY
);

-- Where serial numbers are unique: one model, a family, or a whole brand.
CREATE TABLE serial_namespace (
    label TEXT PRIMARY KEY
);

CREATE TABLE product_model (
    id TEXT PRIMARY KEY,
    brand TEXT REFERENCES brand (name),
    -- As printed, and with width and case folded. Factory lists name models by it alone, so it is unique
    -- over all brands.
    model_no TEXT NOT NULL,
    model_key TEXT NOT NULL UNIQUE,
    name_ja TEXT NOT NULL,
    name_en TEXT NOT NULL,
    category TEXT REFERENCES product_category (code),
    gtin TEXT UNIQUE CHECK (length(gtin) = 14),
    namespace TEXT NOT NULL REFERENCES serial_namespace (label),
    -- The form of serial numbers after folding; empty takes any.
    serial_pattern TEXT NOT NULL,
    check_digit TEXT NOT NULL CHECK (check_digit IN ('none', 'luhn', 'mod10', 'mod11', 'mod37_36')),
    launched_on TEXT,
    -- The newest version of this plan covers what is registered from now on.
    plan_code TEXT,
    search_text TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE (id, namespace)
);

CREATE TABLE unit (
    id TEXT PRIMARY KEY,
    model TEXT NOT NULL,
    namespace TEXT NOT NULL,
    -- Folded as the model's scheme reads it, and as on the label.
    serial TEXT NOT NULL CHECK (serial <> ''),
    serial_label TEXT NOT NULL,
    lot TEXT NOT NULL,
    made_on TEXT,
    shipped_on TEXT,
    -- The code in the box is stored as a hash only.
    claim_code_hash TEXT,
    provenance TEXT NOT NULL CHECK (provenance IN ('manufactured', 'provisional')),
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE (namespace, serial),
    -- A unit can only stand in the namespace that its model uses.
    FOREIGN KEY (model, namespace) REFERENCES product_model (id, namespace)
);

-- One run of an import, as staff see it afterwards.
CREATE TABLE import_run (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('plan', 'model', 'unit')),
    file_name TEXT NOT NULL,
    file_hash TEXT NOT NULL,
    actor TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    finished_at BIGINT NOT NULL,
    added BIGINT NOT NULL,
    changed BIGINT NOT NULL,
    unchanged BIGINT NOT NULL,
    refused BIGINT NOT NULL
);
CREATE INDEX import_run_started ON import_run (started_at);
