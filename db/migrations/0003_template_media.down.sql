DROP INDEX media_object_template;
