ALTER TABLE job_history DROP COLUMN arrived_at;
