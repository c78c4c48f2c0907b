"""/slots/{slot_id}: how a slot is set up."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from aiohttp import web

from photochanger_core.domain.account import Scope
from photochanger_core.domain.errors import InvalidRequest, ValidationFailed, VersionConflict
from photochanger_core.domain.media import MediaKind
from photochanger_core.domain.problems import Problem
from photochanger_core.domain.slot_values import plain
from photochanger_core.use_cases.read_slots import SlotView
from photochanger_web.access import actor
from photochanger_web.errors import STATUS, error_text
from photochanger_web.field_problems import sentence
from photochanger_web.keys import CLAIMS, USE_CASES
from photochanger_web.links import ingest_url
from photochanger_web.page_form import fields_of

from .environment import render
from .language import language_of_page
from .refusal import refused, see_other
from .slot_changes import names_in
from .slot_conflict import clashes, merged
from .slot_form import SlotForm, Values, values_of, with_route
from .slot_texts import words

PATH: Final = "/slots/{slot_id}"

_VERSIONS: Final = 10
_DIGITS: Final = 9
"""Versions have fewer."""

_DONE: Final = ("saved", "rolled_back")


async def show(request: web.Request) -> web.Response:
    """Show a slot, with the fields of another operation if the address names one."""
    use_cases, query = request.app[USE_CASES], request.query
    view = await use_cases.read_slots(request.match_info["slot_id"])
    values = plain(view.slot)
    if "provider" in query and "operation" in query:
        route = f"{query['provider']}/{query['operation']}"
        values = with_route(values, route, use_cases.describe_providers())
    return await _page(request, view, values, done=query.get("done"))


async def draft(request: web.Request) -> web.Response:
    """Show the form as it was filled in, with the fields that go with it; save nothing."""
    view, given, values = await _filled_in(request)
    return await _page(request, view, values, version=_version(given))


async def save(request: web.Request) -> web.Response:
    """Save what was filled in, unless fields were not seen that go with it."""
    view, given, values = await _filled_in(request)
    form = _form(request, values, {})
    if given.get("shown") != form.shown:
        return await _page(request, view, values, version=_version(given), is_new_route=True)
    changes = _changes(plain(view.slot), values) | _password(given)
    version = _version(given)
    if changes or version != view.slot.version:
        await request.app[USE_CASES].configure_slot(
            view.slot.slot_id, changes, settings={}, by=actor(request), versions={version}
        )
    return see_other(f"{_address(request)}?done=saved")


async def roll_back(request: web.Request) -> web.Response:
    """Bring the slot back to an earlier version, unless somebody has changed it meanwhile."""
    given = await fields_of(request)
    await request.app[USE_CASES].roll_back_slot(
        request.match_info["slot_id"],
        _number(given, "to_version"),
        by=actor(request),
        versions={_version(given)},
    )
    return see_other(f"{_address(request)}?done=rolled_back")


async def not_saved(error: Exception, request: web.Request) -> web.Response:
    """Show what was filled in again, and what is wrong with it, or who was quicker."""
    if isinstance(error, VersionConflict):
        return await _conflict(error, request)
    if not isinstance(error, ValidationFailed):
        return await refused(error, request)
    view, given, values = await _filled_in(request)
    language = language_of_page(request)
    problems = {one.field: sentence(language, one) for one in error.problems}
    return await _page(
        request,
        view,
        values,
        version=_version(given),
        problems=problems,
        sentence=error_text(error, language),
        status=STATUS[error.reason],
    )


async def not_rolled_back(error: Exception, request: web.Request) -> web.Response:
    """Show the slot as it is, and why it was not brought back."""
    if not isinstance(error, VersionConflict | ValidationFailed):
        return await refused(error, request)
    view = await request.app[USE_CASES].read_slots(request.match_info["slot_id"])
    language = language_of_page(request)
    found = error.problems if isinstance(error, ValidationFailed) else ()
    return await _page(
        request,
        view,
        plain(view.slot),
        problems={one.field: sentence(language, one) for one in found},
        sentence=error_text(error, language),
        status=STATUS[error.reason],
    )


async def _conflict(error: VersionConflict, request: web.Request) -> web.Response:
    view, given, mine = await _filled_in(request)
    history = await request.app[USE_CASES].read_slot_history(
        view.slot.slot_id, limit=1, before=_version(given) + 1
    )
    theirs = plain(view.slot)
    base = plain(history.versions[0].slot) if history.versions else theirs
    return await _page(
        request,
        view,
        merged(base, theirs, mine),
        clashing=clashes(base, theirs, mine),
        sentence=error_text(error, language_of_page(request)),
        status=STATUS[error.reason],
    )


async def _filled_in(request: web.Request) -> tuple[SlotView, Mapping[str, str], Values]:
    use_cases, given = request.app[USE_CASES], await fields_of(request)
    view = await use_cases.read_slots(request.match_info["slot_id"])
    return view, given, values_of(given, view.slot, use_cases.describe_providers())


async def _page(
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
    use_cases, language = request.app[USE_CASES], language_of_page(request)
    form = _form(request, values, problems or {})
    history = await use_cases.read_slot_history(view.slot.slot_id, limit=_VERSIONS, before=None)
    settings = await use_cases.read_settings()
    names = names_in(form, words(language))
    shown: dict[str, Any] = {
        "view": view,
        "form": form,
        "names": names,
        "version": view.slot.version if version is None else version,
        "versions": names.versions(history),
        "media_kinds": list(MediaKind),
        "payload": json.dumps(_changes(plain(view.slot), values), ensure_ascii=False),
        "window": values["sync_response_seconds"] or settings.stored.settings.sync_response_seconds,
        "ingest_url": ingest_url(request, view.slot.slot_id),
        "may_write": Scope.SLOTS_WRITE in request[CLAIMS].scopes,
        "done": done if done in _DONE else None,
        "sentence": None,
        "clashing": None,
        "is_new_route": False,
    }
    return await render(
        request, "slot.html", status=status, here=_address(request), **{**shown, **more}
    )


def _form(request: web.Request, values: Values, problems: Mapping[str, str]) -> SlotForm:
    return SlotForm(
        values=values,
        providers=request.app[USE_CASES].describe_providers(),
        language=language_of_page(request),
        problems=problems,
    )


def _changes(old: Values, new: Values) -> Values:
    # As JSON: 1 is neither true nor 1.0 there.
    return {name: new[name] for name in new if json.dumps(new[name]) != json.dumps(old[name])}


def _password(given: Mapping[str, str]) -> Values:
    if "forget_password" in given:
        return {"ingest_password": None}
    return {"ingest_password": given["ingest_password"]} if given.get("ingest_password") else {}


def _version(given: Mapping[str, str]) -> int:
    return _number(given, "version")


def _number(given: Mapping[str, str], name: str) -> int:
    text = given.get(name, "")
    if not (text.isascii() and text.isdecimal() and len(text) <= _DIGITS):
        raise InvalidRequest(name, Problem.MALFORMED)
    return int(text)


def _address(request: web.Request) -> str:
    return PATH.format(slot_id=request.match_info["slot_id"])
