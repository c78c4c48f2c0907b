-- When a job's request came: what its upload took is told, too. Of the jobs there are nobody knows.
ALTER TABLE job_history ADD COLUMN arrived_at timestamptz;
