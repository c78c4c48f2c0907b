DROP INDEX login_failure_due;
DROP TABLE revoked_token;
