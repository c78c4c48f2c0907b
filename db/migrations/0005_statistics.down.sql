ALTER TABLE job_history
    RESET (autovacuum_vacuum_scale_factor, autovacuum_vacuum_insert_scale_factor);
ALTER TABLE attempt
    RESET (autovacuum_vacuum_scale_factor, autovacuum_vacuum_insert_scale_factor);
ALTER TABLE media_object
    RESET (autovacuum_vacuum_scale_factor, autovacuum_vacuum_insert_scale_factor);

DROP TRIGGER jobs_go ON job_history;
DROP TRIGGER jobs_come ON job_history;
DROP FUNCTION count_jobs;
DROP TABLE job_total;

DROP INDEX media_object_due;
CREATE INDEX media_object_due ON media_object (type, expires_at, job_id) WHERE cleaned_at IS NULL;

DROP INDEX attempt_by_start;
ALTER TABLE attempt DROP COLUMN source;
CREATE INDEX attempt_by_provider ON attempt (provider_id, started_at DESC);

DROP INDEX job_history_ui_tests;
DROP INDEX job_history_by_status;
DROP INDEX job_history_failures;
DROP INDEX job_history_by_slot;
CREATE INDEX job_history_by_slot ON job_history (slot_id, started_at DESC) INCLUDE (source);
