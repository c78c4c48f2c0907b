"""/slots: how the fifteen slots are doing."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from aiohttp import web

from photochanger_core.domain.account import Scope
from photochanger_core.domain.errors import (
    CoreError,
    InvalidRequest,
    ValidationFailed,
    VersionConflict,
)
from photochanger_core.domain.problems import Problem
from photochanger_core.domain.slot_values import plain
from photochanger_web.access import actor
from photochanger_web.errors import STATUS, error_text
from photochanger_web.field_problems import sentence
from photochanger_web.keys import CLAIMS, USE_CASES
from photochanger_web.page_form import fields_of

from .board import board_of
from .environment import render
from .language import language_of_page
from .page_fields import version_in
from .refusal import refused, see_other
from .slot_values import changes_between
from .slots_look import look_in

_DONE: Final = "done"
_SLOT: Final = "slot"
_TOLD: Final = (ValidationFailed, VersionConflict)
"""What keeps a slot from being changed that can be told beside the slots."""


async def show(request: web.Request) -> web.Response:
    """Show all slots, or those that the address asks for."""
    return await _page(request, "slots.html")


async def rows(request: web.Request) -> web.Response:
    """Show the part of the page that changes by itself."""
    return await _page(request, "slots_board.html")


async def switch(request: web.Request) -> web.Response:
    """Switch a slot on or off, if it still is as the page has shown it."""
    given = await fields_of(request)
    is_active = given.get("is_active")
    if is_active not in ("yes", "no"):
        raise InvalidRequest("is_active", Problem.MALFORMED)
    done = "activated" if is_active == "yes" else "paused"
    return await _changed(request, {"is_active": is_active == "yes"}, done)


async def swap(request: web.Request) -> web.Response:
    """Have photos go to the fallback, and what they went to become that; likewise."""
    slot = (await request.app[USE_CASES].read_slots(request.match_info["slot_id"])).slot
    if slot.fallback is None:
        raise VersionConflict(slot.version)  # it had one when the page was made
    # Of another version than the page has shown nothing is saved, whatever is made of it here.
    return await _changed(request, changes_between(plain(slot), plain(slot.swapped())), "swapped")


async def not_changed(error: Exception, request: web.Request) -> web.Response:
    """Show the slots as they are, and why one could not be changed."""
    if not isinstance(error, _TOLD):
        return await refused(error, request)
    return await _page(request, "slots.html", error=error)


async def _changed(request: web.Request, changes: dict[str, object], done: str) -> web.Response:
    given, slot_id = await fields_of(request), request.match_info["slot_id"]
    await request.app[USE_CASES].configure_slot(
        slot_id, changes, settings={}, by=actor(request), versions={version_in(given)}
    )
    return see_other(look_in(given).address(**{_DONE: done, _SLOT: slot_id}))


async def _page(
    request: web.Request, template: str, *, error: CoreError | None = None
) -> web.Response:
    look = look_in(request.query if error is None else await fields_of(request))
    board, scopes = await board_of(request, look), request[CLAIMS].scopes
    return await render(
        request,
        template,
        status=HTTPStatus.OK if error is None else STATUS[error.reason],
        here=look.address(),
        board=board,
        may_write=Scope.SLOTS_WRITE in scopes,
        may_look_up=Scope.STATS_READ in scopes,
        problem=error and _told(error, language_of_page(request)),
        done=request.query.get(_DONE),
        changed=board.by_id.get(request.query.get(_SLOT, "")),
    )


def _told(error: CoreError, language: str) -> str:
    said = error_text(error, language)
    if not isinstance(error, ValidationFailed):
        return said
    fields = "; ".join(f"{one.field}: {sentence(language, one)}" for one in error.problems)
    return f"{said}: {fields}"
