"""The application factory."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from functools import partial

from aiohttp import web

from photochanger_core.assembly import UseCases

from .background import upkeep
from .config import WebConfig
from .draining import Draining
from .handlers.contract import set_up_contract
from .keys import CONFIG, DRAINING, USE_CASES, USUAL_REFUSAL
from .middleware import answering, on_prepare
from .pages.environment import set_up_pages
from .pages.public_refusal import told
from .pages.routes import add_pages
from .routes import add_routes
from .sessions import set_up_sessions

OpenUseCases = Callable[[], AbstractAsyncContextManager[UseCases]]


def create_app(open_use_cases: OpenUseCases, config: WebConfig) -> web.Application:
    """Return an application that opens its use cases when it starts and closes them at its end."""
    app = web.Application(middlewares=[answering])
    app[CONFIG] = config
    app[USUAL_REFUSAL] = told
    app.on_response_prepare.append(on_prepare)
    app.cleanup_ctx.append(_draining)
    app.cleanup_ctx.append(partial(_use_cases, open_use_cases=open_use_cases))
    app.cleanup_ctx.append(upkeep)
    set_up_sessions(app)
    set_up_pages(app)
    set_up_contract(app)
    add_routes(app)
    add_pages(app)
    return app


async def _draining(app: web.Application) -> AsyncIterator[None]:
    app[DRAINING] = Draining()
    yield


async def _use_cases(app: web.Application, *, open_use_cases: OpenUseCases) -> AsyncIterator[None]:
    async with open_use_cases() as app[USE_CASES]:
        yield
