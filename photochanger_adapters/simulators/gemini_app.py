"""The Gemini stand-in as a web application."""

from __future__ import annotations

import asyncio
from typing import Final

from aiohttp import web

from .api_error import JSON
from .application import new_application
from .gemini_errors import BODY_LIMIT, GeminiError, bad_key, no_key, no_model, too_large
from .gemini_faults import right, wrong
from .gemini_rules import MODELS, Accepted, accepted
from .gemini_seen import Seen
from .gemini_state import Behaviour, GeminiState

STATE: Final = web.AppKey("state", GeminiState)

_ROUTE: Final = "/v1beta/models/{model:[^/:]+}"


def create_gemini_simulator(api_key: str, behaviour: Behaviour | None = None) -> web.Application:
    """Return the stand-in as an application; *api_key* is the one it takes as right."""
    state = GeminiState(api_key, behaviour or Behaviour())
    app = new_application(state, body_limit=BODY_LIMIT)
    app[STATE] = state
    app.router.add_post(_ROUTE + ":generateContent", _generate_content)
    app.router.add_get(_ROUTE, _show_model)
    return app


async def _generate_content(request: web.Request) -> web.StreamResponse:
    state = request.app[STATE]
    with state.answering():
        asked = await _accepted(request, state)
        behaviour = state.next_behaviour()
        state.note(Seen.of(asked, behaviour.fault))
        await asyncio.sleep(behaviour.delay_seconds)
        if behaviour.fault is not None:
            return await wrong(behaviour.fault, request, asked)
        return web.Response(body=await right(asked), headers={"Content-Type": JSON})


async def _accepted(request: web.Request, state: GeminiState) -> Accepted:
    try:
        _check_key(request)
        model = request.match_info["model"]
        return await asyncio.to_thread(accepted, model, request.content_type, await _read(request))
    except GeminiError:
        state.refused += 1
        raise


def _check_key(request: web.Request) -> None:
    key = request.headers.get("x-goog-api-key")
    if not key:
        raise no_key()
    if key != request.app[STATE].api_key:
        raise bad_key()


async def _read(request: web.Request) -> bytes:
    try:
        return await request.read()
    except web.HTTPRequestEntityTooLarge as error:
        raise too_large() from error


async def _show_model(request: web.Request) -> web.Response:
    _check_key(request)
    model = request.match_info["model"]
    if model not in MODELS:
        raise no_model(model)
    methods = ["generateContent", "countTokens"]
    facts = {"name": f"models/{model}", "version": "1", "supportedGenerationMethods": methods}
    return web.json_response(facts)
