"""GET /api/audit."""

from __future__ import annotations

from aiohttp import web

from photochanger_core.domain.audit import AuditEntry
from photochanger_web.audit_query import filter_of
from photochanger_web.etags import tagged
from photochanger_web.keys import USE_CASES
from photochanger_web.moments import rfc3339
from photochanger_web.query import DEFAULT_LIMIT, query_of


async def audit(request: web.Request) -> web.Response:
    """Show what administrators did, the youngest first."""
    asked = query_of(request, numbers=("limit", "before"))
    page = await request.app[USE_CASES].read_audit(
        filter_of(asked), limit=asked.get("limit", DEFAULT_LIMIT)
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
