"""Turn a new ingest password into what is stored of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from photochanger_core.domain.checks import Check, check_fields, is_storable
from photochanger_core.domain.problems import FieldProblem, Problem, wrong
from photochanger_core.ports.passwords import MAX_PASSWORD_BYTES, PasswordsPort

INGEST_PASSWORD: Final = "ingest_password"  # noqa: S105 - the field's name
_HASH: Final = "ingest_password_hash"


def password(value: object) -> Sequence[FieldProblem]:
    """Check that *value* can be an ingest password."""
    if not isinstance(value, str):
        return [wrong(Problem.NOT_TEXT)]
    if not is_storable(value):
        return [wrong(Problem.UNSTORABLE_TEXT)]
    if not 0 < len(value.encode()) <= MAX_PASSWORD_BYTES:
        return [wrong(Problem.TEXT_BYTES_OUT_OF_RANGE, least=1, most=MAX_PASSWORD_BYTES)]
    return []


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
