ALTER TABLE attempt DROP COLUMN quota_left;
DROP INDEX media_object_over;
DROP INDEX media_object_template;
