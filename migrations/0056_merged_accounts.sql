-- One person, one ID: two accounts become one, for thirty days in such a way that both can be had back.

-- The account that an account was merged into. It is closed then, and its subject leads there.
ALTER TABLE account ADD COLUMN merged_into TEXT REFERENCES account (sub) CHECK (merged_into <> sub);
CREATE INDEX account_merged_into ON account (merged_into) WHERE merged_into IS NOT NULL;

CREATE TABLE account_merge (
    id TEXT PRIMARY KEY,
    kept TEXT NOT NULL REFERENCES account (sub),
    gone TEXT NOT NULL REFERENCES account (sub),
    state TEXT NOT NULL CHECK (state IN ('proposed', 'rejected', 'merged', 'undone', 'final')),
    -- Their owner proved to hold both accounts, or two members of staff agreed.
    proof TEXT NOT NULL CHECK (proof IN ('owner', 'staff')),
    reason TEXT NOT NULL,
    proposed_by TEXT NOT NULL,
    proposed_at BIGINT NOT NULL,
    decided_by TEXT,
    decided_at BIGINT,
    -- The state of the account that is gone, from before.
    gone_state TEXT,
    undo_until BIGINT,
    undone_by TEXT,
    undone_at BIGINT,
    CHECK (kept <> gone),
    -- Two people, wherever staff decide.
    CHECK (proof = 'owner' OR state NOT IN ('merged', 'undone', 'final') OR decided_by <> proposed_by),
    CHECK ((state IN ('merged', 'undone', 'final')) = (undo_until IS NOT NULL)),
    CHECK ((state = 'undone') = (undone_at IS NOT NULL))
);
-- An account is gone into one other account only.
CREATE UNIQUE INDEX account_merge_gone ON account_merge (gone) WHERE state IN ('merged', 'final');
CREATE UNIQUE INDEX account_merge_proposed ON account_merge (kept, gone) WHERE state = 'proposed';
CREATE INDEX account_merge_kept ON account_merge (kept);
CREATE INDEX account_merge_list ON account_merge (proposed_at, id);
CREATE INDEX account_merge_due ON account_merge (undo_until) WHERE state = 'merged';

-- What a merge moved or changed, so that exactly this is given back.
CREATE TABLE account_merge_part (
    merge_id TEXT NOT NULL REFERENCES account_merge (id),
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    -- What stood there before, where that is not told by the kind.
    before TEXT NOT NULL,
    PRIMARY KEY (merge_id, kind, key)
);

-- The subject under which a client goes on to know a person who had another account with it, so that nobody comes
-- back to it as a stranger.
CREATE TABLE former_subject (
    sub TEXT NOT NULL REFERENCES account (sub),
    client_id TEXT NOT NULL REFERENCES client (id),
    known_as TEXT NOT NULL REFERENCES account (sub),
    PRIMARY KEY (sub, client_id)
);

-- The same for what was granted under it; empty where the client knows the account's own subject.
ALTER TABLE grant_ ADD COLUMN known_as TEXT NOT NULL DEFAULT '';

-- A registration may come to another account of the same person, and its ownership goes with it.
CREATE TABLE ownership_of_registration (
    id TEXT PRIMARY KEY,
    unit TEXT NOT NULL,
    sub TEXT NOT NULL,
    registration TEXT NOT NULL UNIQUE,
    model TEXT NOT NULL REFERENCES product_model (id),
    lot TEXT NOT NULL,
    made_on TEXT,
    held_from TEXT NOT NULL,
    held_to TEXT,
    ended_by TEXT CHECK (ended_by IN ('holder', 'dispute', 'correction', 'erasure')),
    FOREIGN KEY (registration, unit, sub) REFERENCES registration (id, unit, sub) ON UPDATE CASCADE,
    CHECK ((held_to IS NULL) = (ended_by IS NULL)),
    CHECK (held_to IS NULL OR held_to >= held_from)
);
INSERT INTO ownership_of_registration (id, unit, sub, registration, model, lot, made_on, held_from, held_to, ended_by)
SELECT id, unit, sub, registration, model, lot, made_on, held_from, held_to, ended_by FROM ownership;
DROP TABLE ownership;
ALTER TABLE ownership_of_registration RENAME TO ownership;
CREATE UNIQUE INDEX ownership_open ON ownership (unit) WHERE held_to IS NULL;
CREATE INDEX ownership_sub ON ownership (sub, held_from) WHERE held_to IS NULL;
CREATE INDEX ownership_lot ON ownership (model, lot, made_on) WHERE held_to IS NULL;
CREATE INDEX ownership_unit ON ownership (unit, held_from);
