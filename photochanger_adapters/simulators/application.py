"""What all stand-ins are as web applications: told and read from outside, ended at once."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Final, Generic

import cattrs
from aiohttp import web
from aiohttp.typedefs import Handler
from attrs import frozen

from .api_error import JSON, ApiError
from .state import B, S, SimulatorState

_RUNNING: Final = web.AppKey("running", set[asyncio.Task[object]])
_ORDERS: Final = cattrs.Converter(forbid_extra_keys=True)


def new_application(state: SimulatorState[B, S], *, body_limit: int) -> web.Application:
    """Return an application with the control routes; a body has *body_limit* bytes at most."""
    app = web.Application(middlewares=[_ended_on_shutdown, _errors], client_max_size=body_limit)
    app[_RUNNING] = set()
    app.on_shutdown.append(_end_calls)
    control = _Control(state)
    app.router.add_get("/_simulator/received", control.show_received)
    app.router.add_put("/_simulator/behaviour", control.put_behaviour)
    return app


@asynccontextmanager
async def served(app: web.Application, host: str, port: int) -> AsyncIterator[str]:
    """Serve *app* until the block ends, and yield its base URL; port 0: any free one."""
    runner = web.AppRunner(app, handler_cancellation=True, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        yield f"http://{host}:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


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


class _BadOrder(ApiError):
    """Nobody can behave like that."""

    def __init__(self, message: str) -> None:
        super().__init__(HTTPStatus.BAD_REQUEST, message)

    def body(self) -> bytes:
        return json.dumps({"error": {"message": self.message}}).encode()


@frozen
class _Control(Generic[B, S]):
    """The routes for whoever directs a stand-in from outside."""

    state: SimulatorState[B, S]

    async def show_received(self, _: web.Request) -> web.Response:
        return web.json_response(self.state.report())

    async def put_behaviour(self, request: web.Request) -> web.Response:
        fields = _parsed(await request.read())
        try:
            self.state.behave(_ORDERS.structure(fields, type(self.state.standing)))
        except cattrs.BaseValidationError as error:
            raise _BadOrder("; ".join(cattrs.transform_error(error))) from error
        return web.Response(status=HTTPStatus.NO_CONTENT)


def _parsed(body: bytes) -> dict[str, object]:
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise _BadOrder(f"no JSON: {error}") from error
    if not isinstance(fields, dict):
        raise _BadOrder("a JSON object is wanted")
    return fields
