-- Statistics: what a page of figures asks is answered from indexes, however many jobs there are.

-- The jobs of a window are read from this index alone; what admission counts is in it as before.
-- A job's status is in other indexes already, so its changes cost as many entries as they did.
DROP INDEX job_history_by_slot;
CREATE INDEX job_history_by_slot ON job_history (slot_id, started_at DESC)
    INCLUDE (source, status, failure_reason, is_degraded, is_late, finished_at, duration_ms);

-- Few jobs fail: a slot's last error is found at once, also where the last one was long ago.
CREATE INDEX job_history_failures ON job_history (slot_id, started_at DESC)
    INCLUDE (source, status, failure_reason) WHERE status IN ('timeout', 'failed', 'cancelled');
CREATE INDEX job_history_by_status ON job_history (status, started_at DESC)
    WHERE status IN ('timeout', 'failed', 'cancelled');
CREATE INDEX job_history_ui_tests ON job_history (started_at DESC) WHERE source = 'ui_test';

-- Whose attempt it was; otherwise every figure about providers would have to read the jobs, too.
-- The default stays: servers of the version before, still running, do not name this column.
ALTER TABLE attempt
    ADD COLUMN source text COLLATE "C" NOT NULL DEFAULT 'ingest'
        CHECK (source IN ('ingest', 'ui_test'));
UPDATE attempt
SET source = job.source
FROM job_history AS job
WHERE job.job_id = attempt.job_id AND job.source <> 'ingest';

DROP INDEX attempt_by_provider;
CREATE INDEX attempt_by_start ON attempt (started_at DESC)
    INCLUDE (source, provider_id, failure_reason, duration_ms);

-- What is stored is added up from this index alone.
DROP INDEX media_object_due;
CREATE INDEX media_object_due ON media_object (type, expires_at, job_id) INCLUDE (size)
    WHERE cleaned_at IS NULL;

-- How many jobs there are, kept by triggers. New jobs come one at a time, under the lock of
-- admission, so that nobody waits for a row of this table.
CREATE TABLE job_total (
    source text COLLATE "C" PRIMARY KEY,
    jobs bigint NOT NULL
);

CREATE FUNCTION count_jobs() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE job_total
    SET jobs = job_total.jobs + CASE TG_OP WHEN 'INSERT' THEN counted.jobs ELSE -counted.jobs END
    FROM (SELECT source, count(*) AS jobs FROM changed GROUP BY source) AS counted
    WHERE job_total.source = counted.source;
    RETURN NULL;
END
$$;

CREATE TRIGGER jobs_come AFTER INSERT ON job_history
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_jobs();
CREATE TRIGGER jobs_go AFTER DELETE ON job_history
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_jobs();

-- The triggers have locked out whoever adds jobs: what is counted now is what there is.
INSERT INTO job_total
SELECT source, count(job_id)
FROM (VALUES ('ingest'), ('ui_test')) AS known (source) LEFT JOIN job_history USING (source)
GROUP BY source;

-- Only vacuumed rows are told from an index alone. By default a fifth of a table waits for that.
ALTER TABLE job_history SET (
    autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_insert_scale_factor = 0.05
);
ALTER TABLE attempt SET (
    autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_insert_scale_factor = 0.05
);
ALTER TABLE media_object SET (
    autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_insert_scale_factor = 0.05
);
