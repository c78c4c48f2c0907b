"""Errors on the way to telling of errors."""

from __future__ import annotations

from http import HTTPStatus

import pytest
from aiohttp import web
from aiohttp.pytest_plugin import AiohttpClient

from photochanger_core.domain.errors import InvalidRequest, QueueUnavailable
from photochanger_core.domain.problems import Problem
from photochanger_web.config import WebConfig
from photochanger_web.draining import Draining
from photochanger_web.errors import STATUS, error_response
from photochanger_web.keys import CONFIG, DRAINING, REFUSAL, USE_CASES, USUAL_REFUSAL
from photochanger_web.middleware import answering
from tests.memory_world import MemoryWorld


async def usual(error: Exception, request: web.Request) -> web.Response:
    return error_response(error, request)


def app(worse: Exception) -> web.Application:
    """A page that refuses everything, and cannot even tell of it."""

    async def refuse(error: Exception, request: web.Request) -> web.Response:
        assert isinstance(error, InvalidRequest)
        raise worse

    async def page(request: web.Request) -> web.Response:
        request[REFUSAL] = refuse
        raise InvalidRequest("version", Problem.MALFORMED)

    site = web.Application(middlewares=[answering])
    site[CONFIG], site[DRAINING], site[USUAL_REFUSAL] = WebConfig(), Draining(), usual
    site[USE_CASES] = MemoryWorld().use
    site.router.add_get("/", page)
    return site


@pytest.mark.parametrize(
    "worse, status",
    [
        (QueueUnavailable("away"), STATUS[QueueUnavailable.reason]),
        (ZeroDivisionError("a bug"), HTTPStatus.INTERNAL_SERVER_ERROR),
    ],
)
async def test_when_a_page_cannot_tell_of_an_error_that_is_told_as_usual(
    aiohttp_client: AiohttpClient, worse: Exception, status: int
) -> None:
    client = await aiohttp_client(app(worse))
    response = await client.get("/")

    assert response.status == status
    assert (await response.json())["status"] == "error"
