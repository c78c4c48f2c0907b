"""GET /api/slots/{slot_id}/history and POST /api/slots/{slot_id}/rollback."""

from __future__ import annotations

from typing import Final

from aiohttp import web
from attrs import frozen

from photochanger_core.domain.checks import whole
from photochanger_core.use_cases.read_slot_history import SlotVersion
from photochanger_web.access import actor
from photochanger_web.etags import tagged
from photochanger_web.json_body import body_of
from photochanger_web.keys import USE_CASES
from photochanger_web.moments import rfc3339
from photochanger_web.query import DEFAULT_LIMIT, LIMIT, checked_query
from photochanger_web.slot_json import slot_response
from photochanger_web.versions import versions_of

_PAGE: Final = {"limit": LIMIT, "before": whole(1, 2**31 - 1)}


@frozen(kw_only=True)
class RollbackBody:
    """What is asked for.

    Attributes:
        version: That the slot is to be as it was at.
    """

    version: int


async def history(request: web.Request) -> web.Response:
    """Tell what was changed of a slot, when and by whom, the youngest version first."""
    slot_id = request.match_info["slot_id"]
    asked = checked_query(request, _PAGE, numbers=_PAGE)
    found = await request.app[USE_CASES].read_slot_history(
        slot_id, limit=asked.get("limit", DEFAULT_LIMIT), before=asked.get("before")
    )
    versions = [_as_json(version) for version in found.versions]
    oldest = found.versions[-1].slot.version if found.has_more else None
    return tagged(request, {"slot_id": slot_id, "versions": versions, "next_before": oldest})


async def rollback(request: web.Request) -> web.Response:
    """Bring a slot back to an earlier version, as a new one."""
    use_cases, body = request.app[USE_CASES], await body_of(request, RollbackBody)
    changed = await use_cases.roll_back_slot(
        request.match_info["slot_id"],
        body.version,
        by=actor(request),
        versions=versions_of(request),
    )
    return slot_response(request, await use_cases.read_slots.view(changed))


def _as_json(version: SlotVersion) -> dict[str, object]:
    return {
        "version": version.slot.version,
        "at": rfc3339(version.slot.updated_at),
        "by": version.slot.updated_by,
        "changes": version.changes,
    }
