"""What is shown on the page of a slot."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from aiohttp import web
from attrs import frozen

from photochanger_core.domain.account import Scope
from photochanger_core.domain.first_slots import is_empty
from photochanger_core.domain.media import MediaKind
from photochanger_core.domain.slot import Slot
from photochanger_core.domain.slot_values import plain
from photochanger_core.use_cases.read_settings import SettingsView
from photochanger_core.use_cases.read_slot_history import SlotHistory
from photochanger_core.use_cases.read_slots import SlotView
from photochanger_web.keys import CLAIMS, USE_CASES
from photochanger_web.links import ingest_url
from photochanger_web.page_form import fields_of

from .environment import render
from .language import language_of_page
from .presets import presets_for
from .slot_changes import versions_in
from .slot_form import SlotForm
from .slot_names import names_of
from .slot_values import Values, changes_between, route_name, values_of

PATH: Final = "/slots/{slot_id}"

_VERSIONS: Final = 10
_DONE: Final = ("saved", "rolled_back", "copied")


@frozen(kw_only=True)
class Seen:
    """What there is to show of a slot.

    Attributes:
        others: All other slots that somebody has set up.
    """

    view: SlotView
    others: Sequence[Slot]
    history: SlotHistory
    settings: SettingsView

    @property
    def slot(self) -> Slot:
        """The slot as it is saved."""
        return self.view.slot

    def has_key(self, provider: str) -> bool:
        """Whether *provider* has a key."""
        key = self.settings.keys.get(provider)
        return key is not None and key.is_configured


async def seen(request: web.Request) -> Seen:
    """Return what there is to show, read at once; nothing of it depends on how much there is."""
    use, slot_id = request.app[USE_CASES], request.match_info["slot_id"]
    view, views, history, settings = await asyncio.gather(
        use.read_slots(slot_id),
        use.read_slots.all(),
        use.read_slot_history(slot_id, limit=_VERSIONS, before=None),
        use.read_settings(),
    )
    others = [one.slot for one in views if one.slot.slot_id != slot_id]
    return Seen(
        view=view,
        others=[slot for slot in others if not is_empty(slot)],
        history=history,
        settings=settings,
    )


async def filled_in(request: web.Request) -> tuple[Seen, Mapping[str, str], Values]:
    """Return the slot that a form is about, the form, and what it makes of the slot."""
    given, found = await fields_of(request), await seen(request)
    return found, given, values_of(given, found.slot, request.app[USE_CASES].describe_providers())


async def page_of(
    request: web.Request,
    seen: Seen,
    values: Values,
    *,
    version: int | None = None,
    problems: Mapping[str, str] | None = None,
    status: HTTPStatus = HTTPStatus.OK,
    done: str | None = None,
    **more: object,
) -> web.Response:
    """Return the page of a slot.

    Args:
        request: For it.
        seen: What there is to show.
        values: What is in the form.
        version: What the form is meant for; None: the one that is saved.
        problems: What is wrong, by field, as sentences.
        status: Of the answer.
        done: What has just been done.
        more: What else the template shows: `sentence`, `clashing`, `told`.
    """
    shown: dict[str, Any] = {
        **_as_saved(request, seen),
        **_as_filled_in(request, seen, values, problems or {}),
        "version": seen.slot.version if version is None else version,
        "done": done if done in _DONE else None,
        "sentence": None,
        "clashing": None,
        "told": None,
    }
    return await render(
        request, "slot.html", status=status, here=address_of(request), **{**shown, **more}
    )


def _as_saved(request: web.Request, seen: Seen) -> Mapping[str, Any]:
    """Return what is shown of the slot, whatever is in the form."""
    return {
        "seen": seen,
        "view": seen.view,
        "ingest_url": ingest_url(request, seen.slot.slot_id),
        "may_write": Scope.SLOTS_WRITE in request[CLAIMS].scopes,
    }


def _as_filled_in(
    request: web.Request, seen: Seen, values: Values, problems: Mapping[str, str]
) -> Mapping[str, Any]:
    """Return what is shown of the form, and what is told in the names of its fields."""
    language, form = language_of_page(request), form_of(request, values, problems)
    names, changes = names_of(form.providers, language), changes_between(plain(seen.slot), values)
    usual_window = seen.settings.stored.settings.sync_response_seconds
    return {
        "form": form,
        "names": names,
        "has_key": seen.has_key(values["provider"]),
        "presets": presets_for(route_name(values), language),
        "versions": versions_in(seen.history, names),
        "media_kinds": list(MediaKind),
        "payload": json.dumps(changes, ensure_ascii=False),
        "window": values["sync_response_seconds"] or usual_window,
    }


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
