"""Slots as administrators see them."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import hdrs, web

from photochanger_core.domain.slot_values import plain
from photochanger_core.use_cases.read_slots import SlotView

from .links import gallery_path, ingest_path
from .moments import rfc3339
from .result_json import result_json
from .versions import version_tag


def slot_response(request: web.Request, view: SlotView) -> web.Response:
    """Answer with a slot. Its tag is its version, for `If-Match`: results come and go without."""
    return web.json_response(
        _whole(request, view), headers={hdrs.ETAG: version_tag(view.slot.version)}
    )


def summary(view: SlotView) -> Mapping[str, object]:
    """Return what a list tells of a slot."""
    slot = view.slot
    return {
        "slot_id": slot.slot_id,
        "display_name": slot.display_name,
        "provider": slot.provider,
        "operation": slot.operation,
        "model": view.model,
        "is_active": slot.is_active,
        "gallery": slot.gallery,
        "gallery_path": gallery_path(slot),
        "ingest_path": ingest_path(slot.slot_id),
        "ingest_password_required": slot.ingest_password_required,
        "ingest_password_set": slot.ingest_password_hash is not None,
        "version": slot.version,
        "updated_at": rfc3339(slot.updated_at),
        "updated_by": slot.updated_by,
    }


def _whole(request: web.Request, view: SlotView) -> Mapping[str, object]:
    recent = [result_json(request, job, view.at) for job in view.recent]
    return {**summary(view), **plain(view.slot), "recent_results": recent}
