-- The same picture is a template once, however often it is uploaded.
CREATE UNIQUE INDEX media_object_template ON media_object (sha256)
    WHERE type = 'template' AND cleaned_at IS NULL;
