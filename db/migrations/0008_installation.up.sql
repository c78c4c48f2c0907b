-- Which database this is: the folder of pictures bears the same id, so that a cleaning up sees
-- whether it was given the pictures of another one.
CREATE TABLE installation (
    id text COLLATE "C" PRIMARY KEY
);
INSERT INTO installation VALUES (gen_random_uuid()::text);
