-- The same picture is a template once, however often it is uploaded.
CREATE UNIQUE INDEX media_object_template ON media_object (sha256)
    WHERE type = 'template' AND cleaned_at IS NULL;

-- What is past its time beside results: looked for every few seconds, and next to nothing.
CREATE INDEX media_object_over ON media_object (expires_at, id)
    WHERE cleaned_at IS NULL AND type <> 'result';

-- What a provider says is left of the account's quota; not to be summed up as usage is.
ALTER TABLE attempt ADD COLUMN quota_left jsonb NOT NULL DEFAULT '{}';
