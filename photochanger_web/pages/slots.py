"""/slots: how the fifteen slots are doing."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from aiohttp import web
from yarl import URL

from photochanger_core.domain.account import Scope
from photochanger_core.domain.errors import (
    CoreError,
    InvalidRequest,
    ValidationFailed,
    VersionConflict,
)
from photochanger_core.domain.problems import Problem
from photochanger_web.access import actor
from photochanger_web.errors import STATUS, error_text
from photochanger_web.field_problems import sentence
from photochanger_web.keys import CLAIMS, USE_CASES
from photochanger_web.page_form import fields_of

from .environment import render
from .language import language_of_page
from .navigation import HOME
from .page_fields import version_in
from .refusal import refused, see_other
from .slot_rows import board_of

_STATE: Final = "state"
_DONE: Final = "done"
_TOLD: Final = (ValidationFailed, VersionConflict)
"""What keeps a slot from being switched that can be told beside the slots."""


async def show(request: web.Request) -> web.Response:
    """Show all slots, or those that are doing as `state` says."""
    return await _page(request, "slots.html", request.query.get(_STATE))


async def rows(request: web.Request) -> web.Response:
    """Show the part of the page that changes by itself."""
    return await _page(request, "slots_board.html", request.query.get(_STATE))


async def switch(request: web.Request) -> web.Response:
    """Switch a slot on or off, if it still is as the page has shown it."""
    given = await fields_of(request)
    is_active = given.get("is_active")
    if is_active not in ("yes", "no"):
        raise InvalidRequest("is_active", Problem.MALFORMED)
    await request.app[USE_CASES].configure_slot(
        request.match_info["slot_id"],
        {"is_active": is_active == "yes"},
        settings={},
        by=actor(request),
        versions={version_in(given)},
    )
    done = {_DONE: "activated" if is_active == "yes" else "paused"}
    return see_other(str(URL(_here(given.get(_STATE))).update_query(done)))


async def not_switched(error: Exception, request: web.Request) -> web.Response:
    """Show the slots as they are, and why one could not be switched."""
    if not isinstance(error, _TOLD):
        return await refused(error, request)
    state = (await fields_of(request)).get(_STATE)
    return await _page(request, "slots.html", state, error=error)


async def _page(
    request: web.Request, template: str, state: str | None, *, error: CoreError | None = None
) -> web.Response:
    return await render(
        request,
        template,
        status=HTTPStatus.OK if error is None else STATUS[error.reason],
        here=_here(state),
        board=await board_of(request, state),
        may_write=Scope.SLOTS_WRITE in request[CLAIMS].scopes,
        problem=error and _told(error, language_of_page(request)),
        done=request.query.get(_DONE),
    )


def _here(state: str | None) -> str:
    return str(URL(HOME).with_query({_STATE: state})) if state else HOME


def _told(error: CoreError, language: str) -> str:
    said = error_text(error, language)
    if not isinstance(error, ValidationFailed):
        return said
    fields = "; ".join(f"{one.field}: {sentence(language, one)}" for one in error.problems)
    return f"{said}: {fields}"
