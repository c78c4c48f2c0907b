"""GET /api/audit."""

from __future__ import annotations

from typing import Final

from aiohttp import web

from photochanger_core.domain.audit import AuditEntry
from photochanger_core.domain.checks import text, whole
from photochanger_core.ports.audit import AuditFilter
from photochanger_web.etags import tagged
from photochanger_web.keys import USE_CASES
from photochanger_web.moments import rfc3339
from photochanger_web.query import DEFAULT_LIMIT, LIMIT, checked_query

_CHECKS: Final = {
    "slot_id": text(100),
    "subject": text(100),
    "actor": text(100),
    "limit": LIMIT,
    "before": whole(1, 2**63 - 1),
}


async def audit(request: web.Request) -> web.Response:
    """Show what administrators did, the youngest first."""
    asked = checked_query(request, _CHECKS, numbers=("limit", "before"))
    page = await request.app[USE_CASES].read_audit(
        AuditFilter(
            slot_id=asked.get("slot_id"),
            subject=asked.get("subject"),
            actor=asked.get("actor"),
            before=asked.get("before"),
        ),
        limit=asked.get("limit", DEFAULT_LIMIT),
    )
    entries = [_as_json(entry) for entry in page.entries]
    return tagged(request, {"entries": entries, "next_before": page.next_before})


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
