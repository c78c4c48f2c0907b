"""The contract as a page, and what pages look by."""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from html import unescape
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pytest
from aiohttp import web

from photochanger_web.contract_page import ContractPage
from photochanger_web.pages.environment import set_up_pages
from photochanger_web.static_files import address
from tests.contract_document import document, operations

from .booth import get
from .running_site import Site

DOCS, STYLES = "/api/docs", "/static/pages.css"
VOID = {"meta", "link", "br"}


class Page(HTMLParser):
    """What is on a page; one that is not well formed is refused.

    Attributes:
        tags: Every tag with its attributes.
        text: All that is read on it.
    """

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, attribute: str) -> list[str]:
        return [attributes[attribute] for _, attributes in self.tags if attribute in attributes]


def page_of(contract: Any) -> Page:
    """Return the page that is made of *contract*."""
    app = web.Application()
    set_up_pages(app)
    made = ContractPage(app, json.dumps(contract).encode())  # JSON is YAML
    return Page(asyncio.run(made.document()).body.decode())


@pytest.fixture(scope="module")
def page() -> Page:
    return page_of(document())


async def test_the_page_is_handed_out_with_everything_locked(site: Site) -> None:
    reply = await get(site.port, DOCS)

    assert (reply.status, reply.headers["content-type"]) == (200, "text/html; charset=utf-8")
    policy = reply.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert reply.headers["referrer-policy"] == "same-origin"
    assert reply.headers["cross-origin-opener-policy"] == "same-origin"


async def test_the_page_is_made_of_the_document_that_is_served(site: Site) -> None:
    served = await get(site.port, "/api/openapi.yaml")
    [version] = re.findall(rb"^  version: (.+)$", served.body, re.MULTILINE)
    shown = Page((await get(site.port, DOCS)).body.decode())

    assert f"PhotoChanger API {version.decode()}" in shown.text


async def test_of_many_who_ask_first_all_get_the_same(site: Site) -> None:
    replies = await asyncio.gather(*(get(site.port, DOCS) for _ in range(5)))

    assert len({reply.headers["etag"] for reply in replies}) == 1


@pytest.mark.parametrize("path", [DOCS, STYLES])
async def test_what_is_known_is_not_sent_again(site: Site, path: str) -> None:
    first = await get(site.port, path)
    again = await get(site.port, path, extra=[f"if-none-match: {first.headers['etag']}"])

    assert first.headers["cache-control"] == again.headers["cache-control"] == "no-cache"
    assert (again.status, again.body) == (304, b"")


async def test_styles_are_styles_and_nothing_else(site: Site) -> None:
    reply = await get(site.port, STYLES)

    assert (reply.status, reply.headers["content-type"]) == (200, "text/css; charset=utf-8")
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert b"@import" not in reply.body
    assert b"url(" not in reply.body


@pytest.mark.parametrize(
    "path",
    [
        *("/static/", "/static/x.css", "/static/../app.py", "/static/%2e%2e%2fapp.py"),
        *("/static/pages.css/", "/static/PAGES.CSS", "/static/pages.css%00", "/static/.%2fapp.py"),
    ],
)
async def test_nothing_else_is_handed_out(site: Site, path: str) -> None:
    assert (await get(site.port, path)).code == "not_found"


def test_nothing_runs_or_is_loaded_but_the_styles(page: Page) -> None:
    assert not {tag for tag, _ in page.tags} & {
        "script",
        "style",
        "img",
        "iframe",
        "form",
        "object",
    }
    assert page.all("style") == page.all("src") == []
    assert not [name for _, all_ in page.tags for name in all_ if name.startswith("on")]
    assert {link for link in page.all("href") if not link.startswith("#")} == {
        address("tokens.css"),
        address("docs.css"),
        "/api/openapi.yaml",
    }


def test_every_link_leads_to_one_place(page: Page) -> None:
    places = Counter(page.all("id"))
    assert set(places.values()) == {1}
    links = {link[1:] for link in page.all("href") if link.startswith("#")}
    named = {*page.all("aria-labelledby"), *links}
    assert named <= places.keys()


def test_everything_is_on_it(page: Page) -> None:
    for method, path, one in operations():
        assert f"{method}\n{path}" in page.text
        assert one["summary"] in page.text
        assert {parameter["name"] for parameter in one["parameters"]} <= set(page.text.split())
    for name in document()["components"]["schemas"]:
        assert f"schema-{name}" in page.all("id")
    shown = _plain(page.text)
    assert [text for text in _texts(document()) if _plain(text) not in shown] == []


def _texts(node: Any) -> Iterator[str]:
    """Yield every description in *node*."""
    for name, part in node.items() if isinstance(node, dict) else enumerate(node):
        if name == "description" and isinstance(part, str):
            yield part
        elif isinstance(part, dict | list) and name not in ("example", "examples"):
            yield from _texts(part)


def _plain(text: str) -> str:
    return re.sub(r"[\s*`]+", "", unescape(text))


def test_headings_go_down_step_by_step(page: Page) -> None:
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]

    assert levels.count(1) == 1
    assert all(below <= above + 1 for above, below in pairwise(levels))
    assert ("html", {"lang": "en"}) in page.tags


def test_whatever_a_contract_says_is_text_on_the_page() -> None:
    evil = '"><script>alert(1)</script><b onload=x>[x](javascript:alert(1))'
    contract = deepcopy(document())
    contract["info"]["summary"] = contract["info"]["description"] = evil
    contract["info"]["title"] = contract["tags"][0]["description"] = evil
    one = contract["paths"]["/api/login"]["post"]
    one["summary"] = one["description"] = evil
    schema = contract["components"]["schemas"]["Account"]
    schema["properties"][evil] = {"const": evil, "description": evil, "pattern": evil}
    schema["examples"] = [evil, {evil: evil}]

    page = page_of(contract)
    assert not {tag for tag, _ in page.tags} & {"script", "b"}
    assert all(link[0] in "#/" for link in page.all("href"))
    assert page.text.count("<script>alert(1)</script>") >= 10


async def test_a_file_is_kept_for_good_by_the_name_of_its_version(site: Site) -> None:
    reply = await get(site.port, address("pages.css"))

    assert (reply.status, reply.body) == (200, (await get(site.port, STYLES)).body)
    assert reply.headers["cache-control"] == "public, max-age=31536000, immutable"


async def test_a_file_of_another_version_is_the_one_that_there_is_and_not_to_keep(
    site: Site,
) -> None:
    reply = await get(site.port, "/static/0123456789ab/pages.css")

    assert (reply.status, reply.body) == (200, (await get(site.port, STYLES)).body)
    assert reply.headers["cache-control"] == "no-cache"
    assert (await get(site.port, "/static/0123456789ab/nothing.css")).code == "not_found"
