"""/slots/{slot_id}: how a slot is set up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from aiohttp import web

from photochanger_core.domain.errors import InvalidRequest, ValidationFailed, VersionConflict
from photochanger_core.domain.problems import Problem
from photochanger_core.domain.slot_values import plain
from photochanger_web.access import actor
from photochanger_web.errors import STATUS, error_text
from photochanger_web.field_problems import sentence
from photochanger_web.keys import USE_CASES
from photochanger_web.page_form import fields_of

from .language import language_of_page
from .page_fields import version_in
from .presets import with_preset
from .refusal import refused, see_other
from .slot_conflict import clashes, merged
from .slot_values import Values, changes_between, with_route
from .slot_view import address_of, filled_in, form_of, page_of, seen

_DIGITS: Final = 9
"""Versions have fewer."""


async def show(request: web.Request) -> web.Response:
    """Show a slot, with the fields of another operation if the address names one."""
    query, found = request.query, await seen(request)
    values = plain(found.slot)
    if "provider" in query and "operation" in query:
        route = f"{query['provider']}/{query['operation']}"
        values = with_route(values, route, request.app[USE_CASES].describe_providers())
    return await page_of(request, found, values, done=query.get("done"))


async def draft(request: web.Request) -> web.Response:
    """Show the form as it was filled in, with the fields that go with it; save nothing."""
    found, given, values = await filled_in(request)
    preset = given.get("preset")
    if preset is not None:
        values = with_preset(values, preset, language_of_page(request))
    told = None if preset is None else "preset"
    return await page_of(request, found, values, version=version_in(given), told=told)


async def save(request: web.Request) -> web.Response:
    """Save what was filled in, unless fields were not seen that go with it."""
    found, given, values = await filled_in(request)
    version, slot = version_in(given), found.slot
    if given.get("shown") != form_of(request, values, {}).shown:
        return await page_of(request, found, values, version=version, told="new_route")
    changes = changes_between(plain(slot), values) | _password(given)
    if changes or version != slot.version:
        await request.app[USE_CASES].configure_slot(
            slot.slot_id, changes, settings={}, by=actor(request), versions={version}
        )
    return see_other(f"{address_of(request)}?done=saved")


async def roll_back(request: web.Request) -> web.Response:
    """Bring the slot back to an earlier version, unless somebody has changed it meanwhile."""
    given = await fields_of(request)
    await request.app[USE_CASES].roll_back_slot(
        request.match_info["slot_id"],
        _number(given, "to_version"),
        by=actor(request),
        versions={version_in(given)},
    )
    return see_other(f"{address_of(request)}?done=rolled_back")


async def not_saved(error: Exception, request: web.Request) -> web.Response:
    """Show what was filled in again, and what is wrong with it, or who was quicker."""
    if isinstance(error, VersionConflict):
        return await _conflict(error, request)
    if not isinstance(error, ValidationFailed):
        return await refused(error, request)
    found, given, values = await filled_in(request)
    language = language_of_page(request)
    return await page_of(
        request,
        found,
        values,
        version=version_in(given),
        problems={one.field: sentence(language, one) for one in error.problems},
        sentence=error_text(error, language),
        status=STATUS[error.reason],
    )


async def not_replaced(error: Exception, request: web.Request) -> web.Response:
    """Show the slot as it is, and why nothing was put in its place."""
    if not isinstance(error, VersionConflict | ValidationFailed):
        return await refused(error, request)
    found, language = await seen(request), language_of_page(request)
    problems = error.problems if isinstance(error, ValidationFailed) else ()
    return await page_of(
        request,
        found,
        plain(found.slot),
        problems={one.field: sentence(language, one) for one in problems},
        sentence=error_text(error, language),
        status=STATUS[error.reason],
    )


async def _conflict(error: VersionConflict, request: web.Request) -> web.Response:
    found, given, mine = await filled_in(request)
    history = await request.app[USE_CASES].read_slot_history(
        found.slot.slot_id, limit=1, before=version_in(given) + 1
    )
    theirs = plain(found.slot)
    base = plain(history.versions[0].slot) if history.versions else theirs
    return await page_of(
        request,
        found,
        merged(base, theirs, mine),
        clashing=clashes(base, theirs, mine),
        sentence=error_text(error, language_of_page(request)),
        status=STATUS[error.reason],
    )


def _password(given: Mapping[str, str]) -> Values:
    if "forget_password" in given:
        return {"ingest_password": None}
    return {"ingest_password": given["ingest_password"]} if given.get("ingest_password") else {}


def _number(given: Mapping[str, str], name: str) -> int:
    text = given.get(name, "")
    if not (text.isascii() and text.isdecimal() and len(text) <= _DIGITS):
        raise InvalidRequest(name, Problem.MALFORMED)
    return int(text)
