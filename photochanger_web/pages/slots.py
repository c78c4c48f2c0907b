"""/slots: how the fifteen slots are doing."""

from __future__ import annotations

from aiohttp import web
from attrs import frozen

from photochanger_core.use_cases.read_slots import SlotView
from photochanger_web.keys import USE_CASES
from photochanger_web.links import ingest_url

from .environment import render


@frozen(kw_only=True)
class Row:
    """What is shown of a slot."""

    slot_id: str
    name: str
    is_active: bool
    provider: str
    model: str | None
    ingest_url: str


async def show(request: web.Request) -> web.Response:
    """Show all slots."""
    views = await request.app[USE_CASES].read_slots.all()
    return await render(request, "slots.html", rows=[_row(request, view) for view in views])


def _row(request: web.Request, view: SlotView) -> Row:
    slot = view.slot
    return Row(
        slot_id=slot.slot_id,
        name=slot.display_name or slot.slot_id,
        is_active=slot.is_active,
        provider=slot.provider.capitalize(),
        model=view.model,
        ingest_url=ingest_url(request, slot.slot_id),
    )
