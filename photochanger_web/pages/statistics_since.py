"""«Сброс статистики»: from when on the figures on pages are counted, remembered by the browser.

A reset is of the view: nothing is deleted, nobody else sees other figures, the API and the table
for spreadsheets tell of everything as before, and it can be undone. That is all that has to be
remembered, so a cookie has it, for as long as the longest window: everything before has left every
page by then.

Pages that show figures pass `starts_of(request)` to `read_stats`, for example
``read_stats.overview(starts=starts_of(request))``. A button on them is a form that posts to `PATH`:

* ``csrf_token``;
* ``action``: ``reset`` or ``undo``;
* ``slot``: the slot that it is about; none or empty: everything (then ``undo`` undoes all resets);
* ``next``: the page to return to, which is led to with ``done=reset`` or ``done=restored``.

Who may see figures (scope stats:read) may do that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from aiohttp import web
from yarl import URL

from photochanger_core.domain.errors import InvalidRequest
from photochanger_core.domain.ids import SLOT_IDS, SlotId, slot_id
from photochanger_core.domain.problems import Problem
from photochanger_core.domain.starts import Starts
from photochanger_web.host import is_secure
from photochanger_web.keys import USE_CASES
from photochanger_web.page_form import fields_of

from .login import local
from .refusal import see_other

PATH: Final = "/statistics/reset"

_COOKIE: Final = "statistics_since"
_LIFE: Final = 72 * 3600
_EVERYTHING: Final = "all"
_ONE: Final = re.compile(r"(all|slot-[0-9]{3})\.([0-9]{13})")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_TICK: Final = timedelta(milliseconds=1)
_DONE: Final = {"reset": "reset", "undo": "restored"}


def starts_of(request: web.Request) -> Starts:
    """Return from when on whoever makes *request* wants jobs to be counted."""
    moments = dict(_moments(request.cookies.get(_COOKIE, "")))
    slots = {slot: moments[slot] for slot in SLOT_IDS if slot in moments}
    return Starts(everything=moments.get(_EVERYTHING), slots=slots)


async def change(request: web.Request) -> web.Response:
    """Count from now on, or count everything again."""
    given = await fields_of(request)
    action, slot = given.get("action", ""), _slot(given.get("slot"))
    if action not in _DONE:
        raise InvalidRequest("action", Problem.MALFORMED)
    before, now = starts_of(request), request.app[USE_CASES].read_stats.now()
    after = before.reset(slot, now) if action == "reset" else before.undone(slot)
    there = URL(local(given.get("next")), encoded=True)
    response = see_other(str(there.update_query({"done": _DONE[action]})))
    _remember(request, response, after)
    return response


def _slot(text: str | None) -> SlotId | None:
    return slot_id(text) if text else None


def _remember(request: web.Request, response: web.Response, starts: Starts) -> None:
    said = _said(starts)
    response.set_cookie(
        _COOKIE,
        said,
        max_age=_LIFE if said else 0,
        httponly=True,
        secure=is_secure(request),
        samesite="Strict",
    )


def _said(starts: Starts) -> str:
    """Return *starts* as `_moments` reads them; nothing, if nothing has been reset."""
    moments = {str(slot): at for slot, at in starts.slots.items()}
    if starts.everything is not None:
        moments[_EVERYTHING] = starts.everything
    return "_".join(f"{what}.{(at - _EPOCH) // _TICK}" for what, at in moments.items())


def _moments(said: str) -> Iterator[tuple[str, datetime]]:
    """Yield what a cookie says; what is not ours says nothing."""
    for one in said.split("_"):
        found = _ONE.fullmatch(one)
        if found is not None:
            yield found[1], _EPOCH + int(found[2]) * _TICK
