-- The languages in which a client wishes claims (OpenID Connect Core 5.2), separated by spaces, the best first.
ALTER TABLE grant_ ADD COLUMN claims_locales TEXT NOT NULL DEFAULT '';
