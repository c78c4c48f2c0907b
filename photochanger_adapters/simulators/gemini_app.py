"""The Gemini stand-in as a web application."""

from __future__ import annotations

import asyncio
from typing import Final

import cattrs
from aiohttp import web
from aiohttp.typedefs import Handler

from .gemini_errors import BODY_LIMIT, ApiError, bad_key, invalid, no_key, no_model, too_large
from .gemini_faults import JSON, Call, wrong
from .gemini_rules import MODELS, Accepted, accepted
from .gemini_state import Behaviour, SimulatorState
from .gemini_values import message, parsed

STATE: Final = web.AppKey("state", SimulatorState)

_RUNNING: Final = web.AppKey("running", set[asyncio.Task[object]])
_ROUTE: Final = "/v1beta/models/{model:[^/:]+}"


def create_gemini_simulator(api_key: str, behaviour: Behaviour | None = None) -> web.Application:
    """Return the stand-in as an application; *api_key* is the one it takes as right."""
    app = web.Application(middlewares=[_ended_on_shutdown, _errors], client_max_size=BODY_LIMIT)
    app[STATE] = SimulatorState(api_key, behaviour or Behaviour())
    app[_RUNNING] = set()
    app.on_shutdown.append(_end_calls)
    app.router.add_post(_ROUTE + ":generateContent", _generate_content)
    app.router.add_get(_ROUTE, _show_model)
    app.router.add_get("/_simulator/received", _show_received)
    app.router.add_put("/_simulator/behaviour", _put_behaviour)
    return app


async def _end_calls(app: web.Application) -> None:
    """End calls that would go on for ever: nobody waits for a stand-in."""
    for task in app[_RUNNING]:
        task.cancel()


@web.middleware
async def _ended_on_shutdown(request: web.Request, handler: Handler) -> web.StreamResponse:
    running = request.app[_RUNNING]
    task = asyncio.current_task()
    if task is not None:
        running.add(task)
        task.add_done_callback(running.discard)
    return await handler(request)


@web.middleware
async def _errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except ApiError as error:
        headers = {"Content-Type": JSON}
        return web.Response(body=error.body(), status=error.status, headers=headers)
    except ConnectionError:  # the caller has left, as they do when an answer displeases
        return web.Response()


async def _generate_content(request: web.Request) -> web.StreamResponse:
    state = request.app[STATE]
    state.open_calls += 1
    try:
        return await _answered(request, state)
    finally:
        state.open_calls -= 1


async def _answered(request: web.Request, state: SimulatorState) -> web.StreamResponse:
    call = Call(request=request, asked=await _accepted(request, state))
    behaviour = state.next_behaviour()
    state.note(call.asked, behaviour.fault)
    await asyncio.sleep(behaviour.delay_seconds)
    if behaviour.fault is not None:
        return await wrong(behaviour.fault, call)
    return web.Response(body=await call.good(), headers={"Content-Type": JSON})


async def _accepted(request: web.Request, state: SimulatorState) -> Accepted:
    try:
        _check_key(request)
        model = request.match_info["model"]
        return await asyncio.to_thread(accepted, model, request.content_type, await _read(request))
    except ApiError:
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


async def _show_received(request: web.Request) -> web.Response:
    state = request.app[STATE]
    received = cattrs.unstructure(list(state.received))
    report = {"calls": state.calls, "refused": state.refused, "received": received}
    return web.json_response(report)


async def _put_behaviour(request: web.Request) -> web.Response:
    fields = message(parsed(await request.read()), "", "delay_seconds fault share seed times")
    try:
        request.app[STATE].behave(cattrs.structure(fields, Behaviour))
    except cattrs.BaseValidationError as error:
        raise invalid("; ".join(cattrs.transform_error(error))) from error
    return web.Response(status=204)
