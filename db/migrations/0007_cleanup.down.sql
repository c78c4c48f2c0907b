DROP INDEX attempt_words;
DROP INDEX job_history_metadata;
DROP TABLE cleanup_run;
