"""Which entries of the record are asked for, by the API and on its page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from photochanger_core.domain.checks import check_fields, text, whole
from photochanger_core.ports.audit import AuditFilter

from .query import LIMIT

LONGEST: Final = 100
"""Characters that a name may have which is asked for."""

_CHECKS: Final = {
    "slot_id": text(LONGEST),
    "subject": text(LONGEST),
    "actor": text(LONGEST),
    "limit": LIMIT,
    "before": whole(1, 2**63 - 1),
}


def filter_of(asked: Mapping[str, Any]) -> AuditFilter:
    """Return what *asked* filters by; a `limit` in it is looked at, too.

    Raises:
        ValidationFailed: Naming every field that is wrong.
    """
    check_fields(asked, _CHECKS)
    return AuditFilter(
        slot_id=asked.get("slot_id"),
        subject=asked.get("subject"),
        actor=asked.get("actor"),
        before=asked.get("before"),
    )
