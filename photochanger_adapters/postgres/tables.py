"""The tables as SQLAlchemy Core sees them. `db/migrations` makes them, with their indexes."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, LargeBinary, MetaData, Sequence, Table

from .columns import big, code, flag, integer, json, moment, text

METADATA: Final = MetaData()

SLOTS: Final = Table(
    "slot",
    METADATA,
    code("id", key=True),
    text("display_name"),
    code("provider"),
    code("operation"),
    json("settings_json"),
    flag("is_active"),
    integer("size_limit_mb"),
    integer("sync_response_seconds", null=True),
    text("ingest_password_hash", null=True),
    flag("ingest_password_required"),
    integer("version"),
    moment("updated_at"),
    text("updated_by"),
    integer("max_input_edge"),
    code("output_format"),
    code("output_fit"),
    integer("output_width", null=True),
    integer("output_height", null=True),
    json("retry"),
    json("fallback", null=True),
    code("on_failure"),
    code("late_result"),
    code("reply"),
    integer("dedupe_seconds", null=True),
    integer("daily_call_limit"),
    code("gallery"),
    text("gallery_key", null=True),
)

SLOT_HISTORY: Final = Table(
    "slot_history",
    METADATA,
    code("slot_id", key=True),
    integer("version", key=True),
    moment("changed_at"),
    text("changed_by"),
    json("snapshot"),
)

JOBS: Final = Table(
    "job_history",
    METADATA,
    code("job_id", key=True),
    code("slot_id"),
    integer("slot_version"),
    code("source"),
    code("status"),
    code("provider_id"),
    moment("arrived_at", null=True),
    moment("started_at"),
    moment("sync_deadline"),
    moment("expires_at"),
    moment("finished_at", null=True),
    big("duration_ms", null=True),
    code("failure_reason", null=True),
    text("owner"),
    moment("lease_until"),
    code("photo_sha256"),
    json("metadata"),
    text("result_path", null=True),
    moment("result_expires_at", null=True),
    code("checksum", null=True),
    code("idempotency_key", null=True),
    code("correlation_id", null=True),
    big("ticket", null=True),
    code("line", null=True),
    flag("joined"),
    flag("is_degraded"),
    flag("is_late"),
)

NEW_TICKET: Final = Sequence("turn_ticket").next_value()
"""Greater than all before. Drawn under the lock of admission."""

ATTEMPTS: Final = Table(
    "attempt",
    METADATA,
    code("job_id", key=True),
    integer("number", key=True),
    code("provider_id"),
    text("model", null=True),
    moment("started_at"),
    big("duration_ms", null=True),
    code("failure_reason", null=True),
    text("detail", null=True),
    json("usage"),
    json("quota_left"),
    code("source"),
)

JOB_TOTALS: Final = Table("job_total", METADATA, code("source", key=True), big("jobs"))
"""How many jobs there are. The database keeps it by itself."""

MEDIA: Final = Table(
    "media_object",
    METADATA,
    code("id", key=True),
    code("job_id", null=True),
    code("slot_id", null=True),
    code("type"),
    text("path"),
    code("media_type"),
    big("size"),
    code("sha256"),
    moment("created_at"),
    moment("expires_at", null=True),
    moment("cleaned_at", null=True),
)

SLOT_TEMPLATES: Final = Table(
    "slot_template_media",
    METADATA,
    code("id", key=True),
    code("slot_id"),
    code("media_kind"),
    code("media_object_id"),
    integer("position"),
)

SETTINGS: Final = Table(
    "settings",
    METADATA,
    code("key", key=True),
    json("value"),
    integer("version"),
    moment("updated_at"),
    text("updated_by"),
)

AUDIT: Final = Table(
    "audit",
    METADATA,
    big("id", key=True),
    moment("at"),
    text("actor"),
    code("action"),
    code("subject"),
    code("address", null=True),
    json("details"),
)

LOGIN_FAILURES: Final = Table(
    "login_failure",
    METADATA,
    big("id", key=True),
    code("account"),
    code("address"),
    moment("at"),
)

REVOKED_TOKENS: Final = Table(
    "revoked_token",
    METADATA,
    code("token_id", key=True),
    moment("expires_at"),
)

TOKEN_GENERATIONS: Final = Table(
    "token_generation",
    METADATA,
    code("account", key=True),
    integer("generation"),
)

CLEANUP_RUNS: Final = Table(
    "cleanup_run",
    METADATA,
    big("id", key=True),
    moment("started_at"),
    moment("finished_at"),
    code("slot_id", null=True),
    json("removed"),
    big("bytes_freed"),
    integer("failed"),
)

GALLERY_LINKS: Final = Table(
    "gallery_link",
    METADATA,
    code("digest", key=True),
    moment("expires_at"),
)

INSTALLATION: Final = Table(
    "installation",
    METADATA,
    code("id", key=True),
)

PROVIDER_SECRETS: Final = Table(
    "provider_secret",
    METADATA,
    code("provider", key=True),
    Column("ciphertext", LargeBinary, nullable=False),
    code("key_id"),
    moment("updated_at"),
    text("updated_by"),
)
