-- The name of the request that began a job: the log knows both by it. Of the jobs there are nobody
-- knows.
ALTER TABLE job_history ADD COLUMN correlation_id text COLLATE "C"
    CHECK (correlation_id ~ '^[A-Za-z0-9._-]{1,64}$');
