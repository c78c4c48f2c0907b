-- Identifiers are text in the "C" collation: ordered by code point, whatever the database's
-- locale. Moments are timestamptz. Nothing here needs more than PostgreSQL 14.

CREATE TABLE slot (
    id text COLLATE "C" PRIMARY KEY,
    display_name text NOT NULL,
    provider text COLLATE "C" NOT NULL,
    operation text COLLATE "C" NOT NULL,
    settings_json jsonb NOT NULL,
    is_active boolean NOT NULL,
    size_limit_mb integer NOT NULL,
    sync_response_seconds integer,
    ingest_password_hash text,
    ingest_password_required boolean NOT NULL,
    version integer NOT NULL,
    updated_at timestamptz NOT NULL,
    updated_by text NOT NULL
);

-- Every version a slot had, the present one too. The snapshot is the row without the password.
CREATE TABLE slot_history (
    slot_id text COLLATE "C" NOT NULL REFERENCES slot,
    version integer NOT NULL,
    changed_at timestamptz NOT NULL,
    changed_by text NOT NULL,
    snapshot jsonb NOT NULL,
    PRIMARY KEY (slot_id, version)
);

CREATE TABLE job_history (
    job_id text COLLATE "C" PRIMARY KEY,
    slot_id text COLLATE "C" NOT NULL REFERENCES slot,
    slot_version integer NOT NULL,
    source text COLLATE "C" NOT NULL CHECK (source IN ('ingest', 'ui_test')),
    status text COLLATE "C" NOT NULL
        CHECK (status IN ('pending', 'processing', 'done', 'timeout', 'failed', 'cancelled')),
    provider_id text COLLATE "C" NOT NULL,
    started_at timestamptz NOT NULL,
    sync_deadline timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    finished_at timestamptz,
    duration_ms bigint,
    failure_reason text COLLATE "C",
    owner text NOT NULL,
    lease_until timestamptz NOT NULL,
    photo_sha256 text COLLATE "C" NOT NULL,
    metadata jsonb NOT NULL,
    result_path text,
    result_expires_at timestamptz,
    checksum text COLLATE "C",
    CHECK ((finished_at IS NULL) = (status IN ('pending', 'processing')))
);

-- Admission counts over this one: a handful of rows, whatever the size of the table.
CREATE INDEX job_history_open ON job_history (slot_id, lease_until)
    WHERE status IN ('pending', 'processing');
CREATE INDEX job_history_by_start ON job_history (started_at DESC);
CREATE INDEX job_history_by_slot ON job_history (slot_id, started_at DESC);

CREATE TABLE attempt (
    job_id text COLLATE "C" NOT NULL REFERENCES job_history ON DELETE CASCADE,
    number integer NOT NULL,
    provider_id text COLLATE "C" NOT NULL,
    model text,
    started_at timestamptz NOT NULL,
    duration_ms bigint,
    failure_reason text COLLATE "C",
    detail text,
    usage jsonb NOT NULL,
    PRIMARY KEY (job_id, number)
);

CREATE INDEX attempt_by_provider ON attempt (provider_id, started_at DESC);

-- Rows are marked as cleaned, not deleted, so that a link that was good is told from one that
-- never was.
CREATE TABLE media_object (
    id text COLLATE "C" PRIMARY KEY,
    job_id text COLLATE "C" REFERENCES job_history,
    slot_id text COLLATE "C" REFERENCES slot,
    type text COLLATE "C" NOT NULL CHECK (type IN ('result', 'template', 'provider', 'upload')),
    path text NOT NULL,
    media_type text COLLATE "C" NOT NULL,
    size bigint NOT NULL,
    sha256 text COLLATE "C" NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz,
    cleaned_at timestamptz
);

CREATE UNIQUE INDEX media_object_result ON media_object (job_id) WHERE type = 'result';
CREATE INDEX media_object_by_job ON media_object (job_id) WHERE type <> 'result';
CREATE INDEX media_object_due ON media_object (type, expires_at, job_id) WHERE cleaned_at IS NULL;
CREATE INDEX media_object_by_slot ON media_object (slot_id, type, created_at DESC);

CREATE TABLE slot_template_media (
    id text COLLATE "C" PRIMARY KEY,
    slot_id text COLLATE "C" NOT NULL REFERENCES slot,
    media_kind text COLLATE "C" NOT NULL
        CHECK (media_kind IN ('style', 'base', 'overlay', 'background', 'face', 'mask')),
    media_object_id text COLLATE "C" NOT NULL REFERENCES media_object,
    position integer NOT NULL,
    -- Checked at the end: pictures change places in one transaction.
    UNIQUE (slot_id, position) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX slot_template_media_by_object ON slot_template_media (media_object_id);

CREATE TABLE settings (
    key text COLLATE "C" PRIMARY KEY,
    value jsonb NOT NULL,
    version integer NOT NULL,
    updated_at timestamptz NOT NULL,
    updated_by text NOT NULL
);

CREATE TABLE audit (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL,
    actor text NOT NULL,
    action text COLLATE "C" NOT NULL,
    subject text COLLATE "C" NOT NULL,
    address text COLLATE "C",
    details jsonb NOT NULL
);

CREATE INDEX audit_by_time ON audit (at DESC);
CREATE INDEX audit_by_subject ON audit (subject, at DESC);

CREATE TABLE login_failure (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account text COLLATE "C" NOT NULL,
    address text COLLATE "C" NOT NULL,
    at timestamptz NOT NULL
);

CREATE INDEX login_failure_by_account ON login_failure (account, at DESC);
CREATE INDEX login_failure_by_address ON login_failure (address, at DESC);

CREATE TABLE provider_secret (
    provider text COLLATE "C" PRIMARY KEY,
    ciphertext bytea NOT NULL,
    key_id text COLLATE "C" NOT NULL,
    updated_at timestamptz NOT NULL,
    updated_by text NOT NULL
);

-- The slots of a new installation; the in-memory repository makes the same.
INSERT INTO slot
SELECT
    'slot-' || lpad(n::text, 3, '0'),
    'Slot ' || n,
    'gemini',
    'image_edit',
    '{}',
    false,
    15,
    NULL,
    NULL,
    true,
    1,
    '2026-11-21T00:00:00Z',
    'setup'
FROM generate_series(1, 15) AS n;

UPDATE slot
SET
    is_active = true,
    settings_json = jsonb_build_object(
        'model', 'gemini-3.1-flash-image',
        'prompt',
        'Retouch this portrait. Keep every face, its features, expression, skin tone and hair '
        'exactly as they are. Tidy up the background and make the light soft and even.'
    )
WHERE id = 'slot-001';

INSERT INTO slot_history
SELECT id, version, updated_at, updated_by, to_jsonb(slot) - 'ingest_password_hash'
FROM slot;
