ALTER TABLE slot
    DROP COLUMN max_input_edge,
    DROP COLUMN output_format,
    DROP COLUMN output_fit,
    DROP COLUMN output_width,
    DROP COLUMN output_height,
    DROP COLUMN retry,
    DROP COLUMN fallback,
    DROP COLUMN on_failure,
    DROP COLUMN late_result,
    DROP COLUMN reply,
    DROP COLUMN dedupe_seconds,
    DROP COLUMN daily_call_limit,
    DROP COLUMN gallery,
    DROP COLUMN gallery_key;

DROP INDEX media_object_kept;
-- The indexes over these columns go with them.
ALTER TABLE job_history
    DROP COLUMN idempotency_key,
    DROP COLUMN ticket,
    DROP COLUMN line,
    DROP COLUMN joined,
    DROP COLUMN is_degraded,
    DROP COLUMN is_late;
DROP INDEX job_history_by_photo;
DROP INDEX job_history_by_slot;
CREATE INDEX job_history_by_slot ON job_history (slot_id, started_at DESC);
CREATE INDEX job_history_open ON job_history (slot_id, lease_until)
    WHERE status IN ('pending', 'processing');

DROP SEQUENCE turn_ticket;
