-- What people let applications see of single units (RFC 9396, `product_ownership`).

-- Every unit that a person was offered in answer to a wish, and whether they chose it. What was offered is kept too:
-- a unit that was never offered is asked about, one that was passed over is not asked about again. The registration
-- stands for the unit, so that a choice ends with the ownership that it was made in.
CREATE TABLE offered_unit (
    sub TEXT NOT NULL REFERENCES account (sub),
    client_id TEXT NOT NULL REFERENCES client (id),
    -- JSON: actions, datatypes and purpose, the same text for the same wish.
    wish TEXT NOT NULL,
    registration TEXT NOT NULL REFERENCES registration (id),
    is_chosen BOOLEAN NOT NULL,
    given_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (sub, client_id, wish, registration)
);
CREATE INDEX offered_unit_client ON offered_unit (client_id);
CREATE INDEX offered_unit_registration ON offered_unit (registration);
