-- Tokens that were ended before their time; whoever shows one is not let in, on any server.
CREATE TABLE revoked_token (
    token_id text COLLATE "C" PRIMARY KEY,
    expires_at timestamptz NOT NULL
);

CREATE INDEX revoked_token_due ON revoked_token (expires_at);
CREATE INDEX login_failure_due ON login_failure (at);
