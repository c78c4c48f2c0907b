-- How often all tokens of an account were ended at once; new ones say it. A row is never removed:
-- counting from the beginning again would let old tokens in again.
CREATE TABLE token_generation (
    account text COLLATE "C" PRIMARY KEY,
    generation integer NOT NULL
);
