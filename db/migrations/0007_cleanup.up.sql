-- When it was cleaned up, and what came of it: a server tells from this when it was last.
CREATE TABLE cleanup_run (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    started_at timestamptz NOT NULL,
    finished_at timestamptz NOT NULL,
    slot_id text COLLATE "C" REFERENCES slot,
    removed jsonb NOT NULL,
    bytes_freed bigint NOT NULL,
    failed integer NOT NULL
);

CREATE INDEX cleanup_run_by_time ON cleanup_run (finished_at);
CREATE INDEX cleanup_run_success ON cleanup_run (finished_at) WHERE slot_id IS NULL AND failed = 0;

-- What is to be forgotten of jobs without a result, and of attempts that a provider said something
-- of: few, and fewer once they were forgotten. A job is in the first as long as it runs, too.
CREATE INDEX job_history_metadata ON job_history (expires_at)
    WHERE metadata <> '{}' AND result_path IS NULL;
CREATE INDEX attempt_words ON attempt (started_at) WHERE detail <> '';
