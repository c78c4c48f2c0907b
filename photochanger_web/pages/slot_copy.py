"""/slots/{slot_id}/copy: what another slot is set to takes the place of what this one is."""

from __future__ import annotations

import asyncio

from aiohttp import web

from photochanger_core.domain.slot_values import changed, plain
from photochanger_web.access import actor
from photochanger_web.keys import USE_CASES
from photochanger_web.page_form import fields_of

from .environment import render
from .language import language_of_page
from .page_fields import version_in
from .refusal import see_other
from .slot_changes import changes_in
from .slot_names import names_of
from .slot_view import address_of


async def ask(request: web.Request) -> web.Response:
    """Tell what would be replaced, and ask."""
    use = request.app[USE_CASES]
    view, model = await asyncio.gather(
        use.read_slots(request.match_info["slot_id"]), use.read_slots(request.query.get("from", ""))
    )
    slot, copied = view.slot, view.slot.set_up_like(model.slot)
    names = names_of(use.describe_providers(), language_of_page(request))
    return await render(
        request,
        "slot_copy.html",
        slot=slot,
        other=model.slot,
        path=address_of(request),
        changes=changes_in(changed(plain(slot), plain(copied)), names, new=copied),
    )


async def copy(request: web.Request) -> web.Response:
    """Replace it, unless somebody has changed one of the two slots meanwhile."""
    given = await fields_of(request)
    await request.app[USE_CASES].copy_slot(
        request.match_info["slot_id"],
        given.get("from", ""),
        by=actor(request),
        versions={version_in(given)},
        other_versions={version_in(given, "from_version")},
    )
    return see_other(f"{address_of(request)}?done=copied")
