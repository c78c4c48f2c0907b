-- Links to the gallery of all slots. Of the secret in them only a digest is kept: whoever reads
-- this table, or a backup of it, cannot open the gallery.
CREATE TABLE gallery_link (
    digest text COLLATE "C" PRIMARY KEY,
    expires_at timestamptz NOT NULL
);

CREATE INDEX gallery_link_due ON gallery_link (expires_at);
