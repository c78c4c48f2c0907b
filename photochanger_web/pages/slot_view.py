"""What is shown on the page of a slot."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from aiohttp import web

from photochanger_core.domain.account import Scope
from photochanger_core.domain.media import MediaKind
from photochanger_core.domain.slot_values import plain
from photochanger_core.use_cases.read_slots import SlotView
from photochanger_web.keys import CLAIMS, USE_CASES
from photochanger_web.links import ingest_url

from .environment import render
from .language import language_of_page
from .slot_changes import versions_in
from .slot_form import SlotForm
from .slot_names import names_of
from .slot_values import Values, changes_between

PATH: Final = "/slots/{slot_id}"

_VERSIONS: Final = 10
_DONE: Final = ("saved", "rolled_back")


async def page_of(
    request: web.Request,
    view: SlotView,
    values: Values,
    *,
    version: int | None = None,
    problems: Mapping[str, str] | None = None,
    status: HTTPStatus = HTTPStatus.OK,
    done: str | None = None,
    **more: object,
) -> web.Response:
    """Return the page of the slot in *view*.

    Args:
        request: For it.
        view: The slot as it is saved.
        values: What is in the form.
        version: What the form is meant for; None: the one that is saved.
        problems: What is wrong, by field, as sentences.
        status: Of the answer.
        done: What has just been done.
        more: What else the template shows: `sentence`, `clashing`, `is_new_route`.
    """
    use_cases, language = request.app[USE_CASES], language_of_page(request)
    form = form_of(request, values, problems or {})
    history, settings = await asyncio.gather(
        use_cases.read_slot_history(view.slot.slot_id, limit=_VERSIONS, before=None),
        use_cases.read_settings(),
    )
    names = names_of(form.providers, language)
    shown: dict[str, Any] = {
        "view": view,
        "form": form,
        "names": names,
        "version": view.slot.version if version is None else version,
        "versions": versions_in(history, names),
        "media_kinds": list(MediaKind),
        "payload": json.dumps(changes_between(plain(view.slot), values), ensure_ascii=False),
        "window": values["sync_response_seconds"] or settings.stored.settings.sync_response_seconds,
        "ingest_url": ingest_url(request, view.slot.slot_id),
        "may_write": Scope.SLOTS_WRITE in request[CLAIMS].scopes,
        "done": done if done in _DONE else None,
        "sentence": None,
        "clashing": None,
        "is_new_route": False,
    }
    return await render(
        request, "slot.html", status=status, here=address_of(request), **{**shown, **more}
    )


def form_of(request: web.Request, values: Values, problems: Mapping[str, str]) -> SlotForm:
    """Return the form over *values* in the language of whoever looks."""
    return SlotForm(
        values=values,
        providers=request.app[USE_CASES].describe_providers(),
        language=language_of_page(request),
        problems=problems,
    )


def address_of(request: web.Request) -> str:
    """Return the path of the page that *request* is about."""
    return PATH.format(slot_id=request.match_info["slot_id"])
