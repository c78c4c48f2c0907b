"""The typed keys of the application and of its requests."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from aiohttp import web

from photochanger_core.assembly import UseCases
from photochanger_core.ports.tokens import Claims
from photochanger_core.use_cases.acceptance import Acceptance

from .config import WebConfig
from .draining import Draining

Check = Callable[[], Awaitable[Claims]]
Refusal = Callable[[Exception, web.Request], Awaitable[web.Response]]

USE_CASES: Final = web.AppKey("use_cases", UseCases)
CONFIG: Final = web.AppKey("config", WebConfig)
DRAINING: Final = web.AppKey("draining", Draining)

CLAIMS: Final = web.RequestKey("claims", Claims)
"""What the token says of who makes the request."""

MAY_STILL: Final[web.RequestKey[Check]] = web.RequestKey("may_still")
"""Asks again whether whoever makes the request may; raises what `Authorise` raises."""

REFUSAL: Final[web.RequestKey[Refusal]] = web.RequestKey("refusal")
"""How errors are told where people look at pages."""

USUAL_REFUSAL: Final[web.AppKey[Refusal]] = web.AppKey("usual_refusal")
"""How errors are told everywhere else."""

ACCEPTANCE: Final = web.RequestKey("acceptance", Acceptance)
