DROP INDEX job_history_by_slot;
CREATE INDEX job_history_by_slot ON job_history (slot_id, started_at DESC)
    INCLUDE (source, status, failure_reason, is_degraded, is_late, finished_at, duration_ms);
