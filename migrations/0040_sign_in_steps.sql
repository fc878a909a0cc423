-- A sign-in takes as many steps as it needs: what has been proven in it, by whom, and how much is wanted.

-- The account that the first proof was for; no proof of another account counts from then on.
ALTER TABLE attempt ADD COLUMN sub TEXT REFERENCES account (sub);
-- What was proven in it and when, as words such as password@1795305600000.
ALTER TABLE attempt ADD COLUMN proofs TEXT NOT NULL DEFAULT '';
-- The class that must be reached, and the one that is wished for.
ALTER TABLE attempt ADD COLUMN must_acr TEXT NOT NULL DEFAULT 'aal1';
ALTER TABLE attempt ADD COLUMN wish_acr TEXT NOT NULL DEFAULT 'aal1';
-- Whether "stay signed in" was ticked.
ALTER TABLE attempt ADD COLUMN stay BOOLEAN NOT NULL DEFAULT FALSE;
-- Rises with each step, so that of two steps taken at once the second sees the first.
ALTER TABLE attempt ADD COLUMN step BIGINT NOT NULL DEFAULT 0;

-- What a session is made of, in the same words: asked for more, only what is missing is asked.
ALTER TABLE session ADD COLUMN proofs TEXT NOT NULL DEFAULT '';
-- When a sign-in last ended in it. The sign-in may have asked for less than everything, so that auth_time is older.
ALTER TABLE session ADD COLUMN renewed_at BIGINT NOT NULL DEFAULT 0;
