from __future__ import annotations

import socket

import pytest
from aiohttp import web
from aiohttp.pytest_plugin import AiohttpServer

from photochanger_cli.booth import BoothAnswer, Head
from photochanger_cli.demo_checks import check_links, check_page
from photochanger_cli.failures import CommandFailed

PAGE = '<link rel="stylesheet" href="/static/docs.css">'
PICTURE = b"\xff\xd8\xff a pirate \xff\xd9"


def app(
    *,
    picture: bytes = PICTURE,
    job: str = "done",
    health: str = "ok",
    page: str = PAGE,
    heading: str = "<h1>",
) -> web.Application:
    async def result(_: web.Request) -> web.Response:
        return web.Response(body=picture)

    async def told(request: web.Request) -> web.Response:
        return web.json_response({"status": health if request.path == "/healthz" else job})

    async def guests_page(_: web.Request) -> web.Response:
        return web.Response(text=heading)

    async def docs(_: web.Request) -> web.Response:
        return web.Response(text=page)

    site = web.Application()
    site.router.add_get("/api/docs", docs)
    site.router.add_get("/static/docs.css", docs)
    site.router.add_get("/result", result)
    site.router.add_get("/result/page", guests_page)
    site.router.add_get("/api/jobs/a-job", told)
    site.router.add_get("/healthz", told)
    return site


def answer(url: str) -> BoothAnswer:
    headers = {"x-result-url": f"{url}/result", "x-job-id": "a-job"}
    return BoothAnswer(head=Head(status=200, headers=headers), body=PICTURE)


async def test_good_links_are_told(aiohttp_server: AiohttpServer) -> None:
    url = str((await aiohttp_server(app())).make_url(""))
    links = await check_links(url, answer(url))
    assert links == {
        "result": f"{url}/result",
        "page": f"{url}/result/page",
        "job": f"{url}/api/jobs/a-job",
        "health": f"{url}/healthz",
    }


@pytest.mark.parametrize(
    "site, problem",
    [
        (app(picture=b"another"), "another picture"),
        (app(heading="{}"), "another page"),
        (app(job="processing"), "not done"),
        (app(health="failed"), "not well"),
        (web.Application(), "does not answer as it must"),
    ],
)
async def test_a_link_that_shows_something_else_is_told(
    aiohttp_server: AiohttpServer, site: web.Application, problem: str
) -> None:
    url = str((await aiohttp_server(site)).make_url(""))
    with pytest.raises(CommandFailed, match=problem):
        await check_links(url, answer(url))


async def test_the_page_of_the_contract_is_told(aiohttp_server: AiohttpServer) -> None:
    url = str((await aiohttp_server(app())).make_url(""))

    assert await check_page(url) == f"{url}/api/docs"


@pytest.mark.parametrize(
    "site, problem",
    [
        (app(page="no"), "another one"),
        (app(page=PAGE.replace("docs", "other")), "does not answer as it must"),
        (web.Application(), "does not answer as it must"),
    ],
)
async def test_a_page_that_is_not_there_is_told(
    aiohttp_server: AiohttpServer, site: web.Application, problem: str
) -> None:
    url = str((await aiohttp_server(site)).make_url(""))
    with pytest.raises(CommandFailed, match=problem):
        await check_page(url)


async def test_a_server_that_has_gone_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        url = f"http://127.0.0.1:{nobody.getsockname()[1]}"
    with pytest.raises(CommandFailed, match="does not answer as it must"):
        await check_links(url, answer(url))
