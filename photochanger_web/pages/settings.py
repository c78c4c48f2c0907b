"""/settings: what holds for all slots."""

from __future__ import annotations

import secrets
from http import HTTPStatus
from typing import Final

from aiohttp import web

from photochanger_core.domain.account import ALL_SCOPES, Scope
from photochanger_core.domain.errors import InvalidRequest, ValidationFailed, VersionConflict
from photochanger_core.domain.problems import Problem
from photochanger_core.use_cases.cleaning import Cleaning
from photochanger_web.access import actor
from photochanger_web.errors import STATUS, error_text
from photochanger_web.field_problems import sentence
from photochanger_web.keys import CLAIMS, DRAINING, USE_CASES
from photochanger_web.page_form import fields_of

from . import settings_form as form
from .environment import render
from .language import language_of_page
from .navigation import SETTINGS
from .page_fields import version_in, whole_in
from .refusal import refused, see_other

_DONE: Final = "done"
_PASSWORD: Final = "ingest_password"  # noqa: S105 - the name of a field
_PASSWORD_BYTES: Final = 12


async def show(request: web.Request) -> web.Response:
    """Show what is set."""
    return await _page(request, form.Attempt())


async def change(request: web.Request) -> web.Response:
    """Set what was filled in."""
    given = await fields_of(request)
    changes: dict[str, object] = {
        name: whole_in(given[name]) for name in form.NUMBERS if name in given
    }
    if "hash_policy" in given:
        changes["hash_policy"] = given["hash_policy"]
    await _configure(request, changes)
    return _done("saved")


async def change_password(request: web.Request) -> web.Response:
    """Set the password of booths: to what was filled in, or to a new one, shown this once."""
    given = await fields_of(request)
    if _one_of(given.get("action"), "set", "generate") == "set":
        await _configure(request, {_PASSWORD: given.get(_PASSWORD, "")})
        return _done("password")
    made = secrets.token_urlsafe(_PASSWORD_BYTES)
    await _configure(request, {_PASSWORD: made})
    return await _page(request, form.Attempt(), made=made)


async def change_key(request: web.Request) -> web.Response:
    """Set the key of a provider, or take it away."""
    given = await fields_of(request)
    action = _one_of(given.get("action"), "set", "remove")
    key = given.get("api_key", "").strip() if action == "set" else None
    await _configure(request, {"provider_keys": {request.match_info["name"]: key}})
    return _done("key" if action == "set" else "key_removed")


async def clean_up(request: web.Request) -> web.Response:
    """Have removed what is past its time; nobody waits for that."""
    work = request.app[USE_CASES].clean_up(Cleaning(), by=actor(request))
    request.app[DRAINING].beside(work)
    return _done("cleanup")


async def not_changed(error: Exception, request: web.Request) -> web.Response:
    """Show what was filled in again, and what is wrong with it, or what is set now."""
    if not isinstance(error, ValidationFailed | VersionConflict):
        return await refused(error, request)
    language, problems = language_of_page(request), getattr(error, "problems", ())
    attempt = form.Attempt(
        values=await fields_of(request),
        problems={one.field: sentence(language, one) for one in problems},
        sentence=error_text(error, language),
        is_conflict=isinstance(error, VersionConflict),
    )
    return await _page(request, attempt, status=STATUS[error.reason])


async def _configure(request: web.Request, changes: dict[str, object]) -> None:
    seen = {version_in(await fields_of(request))}
    await request.app[USE_CASES].configure_settings(changes, by=actor(request), seen=seen)


async def _page(
    request: web.Request,
    attempt: form.Attempt,
    *,
    status: HTTPStatus = HTTPStatus.OK,
    made: str | None = None,
) -> web.Response:
    use, language = request.app[USE_CASES], language_of_page(request)
    view = await use.read_settings()
    return await render(
        request,
        "settings.html",
        status=status,
        here=SETTINGS,
        stored=view.stored,
        attempt=attempt,
        numbers=form.numbers(view.stored.settings, attempt),
        policy=form.policy(view.stored.settings, attempt),
        policies=form.policies(),
        keys=form.keys(view, attempt, language),
        password_set=form.when(language, view.stored.password_rotated_at, view.at),
        made=made,
        accounts=await use.read_accounts(),
        all_scopes=ALL_SCOPES,
        may_write=Scope.SETTINGS_WRITE in request[CLAIMS].scopes,
        done=request.query.get(_DONE),
    )


def _one_of(action: str | None, *actions: str) -> str:
    if action not in actions:
        raise InvalidRequest("action", Problem.MALFORMED)
    return action


def _done(what: str) -> web.Response:
    return see_other(f"{SETTINGS}?{_DONE}={what}")
