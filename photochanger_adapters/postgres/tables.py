"""The tables as SQLAlchemy Core sees them. `db/migrations` makes them, with their indexes."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import JSONB

METADATA: Final = MetaData()

CODE: Final = Text(collation="C")
"""Identifiers, ordered as Python orders them."""
MOMENT: Final = DateTime(timezone=True)


def _code(name: str, *, null: bool = False, key: bool = False) -> Column[Any]:
    return Column(name, CODE, nullable=null, primary_key=key)


def _moment(name: str, *, null: bool = False) -> Column[Any]:
    return Column(name, MOMENT, nullable=null)


def _text(name: str, *, null: bool = False) -> Column[Any]:
    return Column(name, Text, nullable=null)


def _integer(name: str, *, null: bool = False, key: bool = False) -> Column[Any]:
    return Column(name, Integer, nullable=null, primary_key=key)


def _big(name: str, *, null: bool = False, key: bool = False) -> Column[Any]:
    return Column(name, BigInteger, nullable=null, primary_key=key)


def _json(name: str) -> Column[Any]:
    return Column(name, JSONB, nullable=False)


SLOTS: Final = Table(
    "slot",
    METADATA,
    _code("id", key=True),
    _text("display_name"),
    _code("provider"),
    _code("operation"),
    _json("settings_json"),
    Column("is_active", Boolean, nullable=False),
    _integer("size_limit_mb"),
    _integer("sync_response_seconds", null=True),
    _text("ingest_password_hash", null=True),
    Column("ingest_password_required", Boolean, nullable=False),
    _integer("version"),
    _moment("updated_at"),
    _text("updated_by"),
)

SLOT_HISTORY: Final = Table(
    "slot_history",
    METADATA,
    _code("slot_id", key=True),
    _integer("version", key=True),
    _moment("changed_at"),
    _text("changed_by"),
    _json("snapshot"),
)

JOBS: Final = Table(
    "job_history",
    METADATA,
    _code("job_id", key=True),
    _code("slot_id"),
    _integer("slot_version"),
    _code("source"),
    _code("status"),
    _code("provider_id"),
    _moment("started_at"),
    _moment("sync_deadline"),
    _moment("expires_at"),
    _moment("finished_at", null=True),
    _big("duration_ms", null=True),
    _code("failure_reason", null=True),
    _text("owner"),
    _moment("lease_until"),
    _code("photo_sha256"),
    _json("metadata"),
    _text("result_path", null=True),
    _moment("result_expires_at", null=True),
    _code("checksum", null=True),
)

ATTEMPTS: Final = Table(
    "attempt",
    METADATA,
    _code("job_id", key=True),
    _integer("number", key=True),
    _code("provider_id"),
    _text("model", null=True),
    _moment("started_at"),
    _big("duration_ms", null=True),
    _code("failure_reason", null=True),
    _text("detail", null=True),
    _json("usage"),
)

MEDIA: Final = Table(
    "media_object",
    METADATA,
    _code("id", key=True),
    _code("job_id", null=True),
    _code("slot_id", null=True),
    _code("type"),
    _text("path"),
    _code("media_type"),
    _big("size"),
    _code("sha256"),
    _moment("created_at"),
    _moment("expires_at", null=True),
    _moment("cleaned_at", null=True),
)

SLOT_TEMPLATES: Final = Table(
    "slot_template_media",
    METADATA,
    _code("id", key=True),
    _code("slot_id"),
    _code("media_kind"),
    _code("media_object_id"),
    _integer("position"),
)

SETTINGS: Final = Table(
    "settings",
    METADATA,
    _code("key", key=True),
    _json("value"),
    _integer("version"),
    _moment("updated_at"),
    _text("updated_by"),
)

AUDIT: Final = Table(
    "audit",
    METADATA,
    _big("id", key=True),
    _moment("at"),
    _text("actor"),
    _code("action"),
    _code("subject"),
    _code("address", null=True),
    _json("details"),
)

LOGIN_FAILURES: Final = Table(
    "login_failure",
    METADATA,
    _big("id", key=True),
    _code("account"),
    _code("address"),
    _moment("at"),
)

PROVIDER_SECRETS: Final = Table(
    "provider_secret",
    METADATA,
    _code("provider", key=True),
    Column("ciphertext", LargeBinary, nullable=False),
    _code("key_id"),
    _moment("updated_at"),
    _text("updated_by"),
)
