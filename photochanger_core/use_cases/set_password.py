"""Turn a new ingest password into what is stored of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from photochanger_core.domain.checks import Check, check_fields, is_storable
from photochanger_core.ports.passwords import MAX_PASSWORD_BYTES, PasswordsPort

INGEST_PASSWORD: Final = "ingest_password"  # noqa: S105 - the field's name
_HASH: Final = "ingest_password_hash"


def password(value: object) -> str | None:
    """Check that *value* can be an ingest password."""
    is_text = isinstance(value, str) and is_storable(value)
    if is_text and 0 < len(str(value).encode()) <= MAX_PASSWORD_BYTES:
        return None
    return f"must be text of 1 to {MAX_PASSWORD_BYTES} bytes"


async def checked(
    changes: Mapping[str, object],
    checks: Mapping[str, Check],
    check_password: Check,
    passwords: PasswordsPort,
) -> dict[str, Any]:
    """Return *changes* with the hash of the ingest password, if there is one, in its place.

    Raises:
        ValidationFailed: Naming every field that is wrong.
    """
    check_fields(changes, {**checks, INGEST_PASSWORD: check_password})
    return await hashed(changes, passwords)


async def hashed(changes: Mapping[str, object], passwords: PasswordsPort) -> dict[str, Any]:
    """Return *changes*, which have been checked, with the hash in place of the ingest password."""
    values = dict(changes)
    if INGEST_PASSWORD in values:
        new = values.pop(INGEST_PASSWORD)
        values[_HASH] = None if new is None else await passwords.hash(str(new))
    return values
