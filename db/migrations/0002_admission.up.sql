-- Lines for providers, one job for one photo, attempts, and what a slot says about all that.

-- Numbers in the lines. Drawn under the advisory lock of admission only: whoever sees a ticket
-- sees all smaller ones, too.
CREATE SEQUENCE turn_ticket AS bigint;

-- A job has a ticket as long as it runs; `line` is the provider whose line the ticket is in.
-- `joined`: admission has led somebody else to this job, so it is not to be abandoned.
ALTER TABLE job_history
    ADD COLUMN idempotency_key text COLLATE "C",
    ADD COLUMN ticket bigint,
    ADD COLUMN line text COLLATE "C",
    ADD COLUMN joined boolean NOT NULL DEFAULT false,
    ADD COLUMN is_degraded boolean NOT NULL DEFAULT false,
    ADD COLUMN is_late boolean NOT NULL DEFAULT false;

-- Running jobs: the open ones, and those that have timed out and run on. A handful of rows,
-- whatever the size of the table; admission counts over them.
DROP INDEX job_history_open;
CREATE INDEX job_history_running ON job_history (slot_id, lease_until)
    WHERE status IN ('pending', 'processing') OR ticket IS NOT NULL;
CREATE INDEX job_history_lines ON job_history (line, ticket) WHERE ticket IS NOT NULL;
CREATE INDEX job_history_by_key ON job_history (slot_id, idempotency_key, started_at DESC)
    WHERE idempotency_key IS NOT NULL;
CREATE INDEX job_history_by_photo ON job_history (slot_id, photo_sha256, started_at DESC);

-- Admission counts the photos of the day from this index alone.
DROP INDEX job_history_by_slot;
CREATE INDEX job_history_by_slot ON job_history (slot_id, started_at DESC) INCLUDE (source);

-- What a gallery shows; expired results leave it when they are cleaned.
CREATE INDEX media_object_kept ON media_object (slot_id, created_at DESC, job_id DESC)
    WHERE type = 'result' AND cleaned_at IS NULL;

ALTER TABLE slot
    ADD COLUMN max_input_edge integer NOT NULL DEFAULT 3072,
    ADD COLUMN output_format text COLLATE "C" NOT NULL DEFAULT 'as_input',
    ADD COLUMN output_fit text COLLATE "C" NOT NULL DEFAULT 'none',
    ADD COLUMN output_width integer,
    ADD COLUMN output_height integer,
    ADD COLUMN retry jsonb NOT NULL DEFAULT jsonb_build_object(
        'no_picture_tries', 5,
        'no_picture_pause_seconds', 3,
        'error_tries', 3,
        'error_pause_seconds', 1,
        'after_ambiguous', false
    ),
    ADD COLUMN fallback jsonb,
    ADD COLUMN on_failure text COLLATE "C" NOT NULL DEFAULT 'error',
    ADD COLUMN late_result text COLLATE "C" NOT NULL DEFAULT 'drop',
    ADD COLUMN reply text COLLATE "C" NOT NULL DEFAULT 'image',
    ADD COLUMN dedupe_seconds integer,
    ADD COLUMN daily_call_limit integer NOT NULL DEFAULT 0,
    ADD COLUMN gallery text COLLATE "C" NOT NULL DEFAULT 'open',
    ADD COLUMN gallery_key text;
