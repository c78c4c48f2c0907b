ALTER TABLE job_history DROP COLUMN correlation_id;
