"""GET /api/audit."""

from __future__ import annotations

from typing import Any, Final

from aiohttp import web

from photochanger_core.domain.audit import AuditEntry
from photochanger_core.domain.checks import field_problems, text, whole
from photochanger_core.domain.errors import ValidationFailed
from photochanger_core.ports.audit import AuditFilter
from photochanger_core.use_cases.read_audit import MAX_ENTRIES
from photochanger_web.keys import USE_CASES
from photochanger_web.moments import rfc3339

_ENTRIES: Final = 50
"""On a page, unless the caller says how many."""

_CHECKS: Final = {
    "slot_id": text(100),
    "subject": text(100),
    "actor": text(100),
    "limit": whole(1, MAX_ENTRIES),
    "before": whole(1, 2**63 - 1),
}
_NUMBERS: Final = frozenset({"limit", "before"})


async def audit(request: web.Request) -> web.Response:
    """Show what administrators did, the youngest first."""
    asked = _asked(request)
    page = await request.app[USE_CASES].read_audit(
        AuditFilter(
            subject=asked.get("slot_id", asked.get("subject")),
            actor=asked.get("actor"),
            before=asked.get("before"),
        ),
        limit=asked.get("limit", _ENTRIES),
    )
    return web.json_response(
        {"entries": [_as_json(entry) for entry in page.entries], "next_before": page.next_before}
    )


def _asked(request: web.Request) -> dict[str, Any]:
    """Return what the query asks for.

    Raises:
        ValidationFailed: Naming every parameter that is wrong.
    """
    query = request.query
    values = {name: _number(text) if name in _NUMBERS else text for name, text in query.items()}
    problems = field_problems(values, _CHECKS)
    problems += [(name, "is given twice") for name in values if len(query.getall(name)) > 1]
    if values.keys() >= {"slot_id", "subject"}:
        problems.append(("slot_id", "is a subject: give one of them"))
    if problems:
        raise ValidationFailed(problems)
    return values


def _number(text: str) -> int | str:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 20 else text  # noqa: PLR2004 - digits of 64 bits


def _as_json(entry: AuditEntry) -> dict[str, object]:
    return {
        "number": entry.number,
        "at": rfc3339(entry.at),
        "actor": entry.actor.name,
        "address": entry.actor.address,
        "action": entry.action,
        "subject": entry.subject,
        "details": dict(entry.details),
    }
