"""Turn a new ingest password into what is stored of it."""

from __future__ import annotations

from typing import Final

from photochanger_core.domain.errors import ValidationFailed
from photochanger_core.ports.passwords import MAX_PASSWORD_BYTES, PasswordsPort

INGEST_PASSWORD: Final = "ingest_password"  # noqa: S105 - the field's name


async def hashed(passwords: PasswordsPort, password: object) -> str:
    """Return the hash of a new ingest password.

    Raises:
        ValidationFailed: If it is no text, empty, or too long.
    """
    if not isinstance(password, str) or not 0 < len(password.encode()) <= MAX_PASSWORD_BYTES:
        raise ValidationFailed([(INGEST_PASSWORD, f"must be 1 to {MAX_PASSWORD_BYTES} bytes")])
    return await passwords.hash(password)
