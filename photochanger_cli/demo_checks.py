"""Trying the links that an ingest answered with, and the page about them."""

from __future__ import annotations

import json
import re
from typing import Final

import aiohttp

from .booth import BoothAnswer
from .failures import CommandFailed
from .locale import phrase

_SECONDS: Final = 20.0
_STYLES: Final = re.compile(r'<link rel="stylesheet" href="(/static/[^"]+)">')
_WELL: Final = ("ok", "degraded")
"""Degraded by what whoever tries it has set, a slot's wrong model say, it serves as it did."""


async def check_links(url: str, answer: BoothAnswer) -> dict[str, str]:
    """Return the links of the server at *url* about *answer*, by what they show.

    Raises:
        CommandFailed: If one of them does not show what it must.
    """
    headers = answer.head.headers
    links = {
        "result": headers.get("x-result-url", ""),
        "page": f"{headers.get('x-result-url', '')}/page",
        "job": f"{url}/api/jobs/{headers.get('x-job-id', '')}",
        "health": f"{url}/healthz",
    }
    async with _session() as session:
        found = {name: await _get(session, link) for name, link in links.items()}
    _check(found["result"] == answer.body, phrase("demo.other_picture"))
    _check(b"<h1" in found["page"], phrase("demo.other_guest_page"))
    _check(json.loads(found["job"])["status"] == "done", phrase("demo.job_not_done"))
    _check(json.loads(found["health"])["status"] in _WELL, phrase("demo.server_unwell"))
    return links


async def check_page(url: str) -> str:
    """Return the link of the page that tells what the server at *url* answers.

    Raises:
        CommandFailed: If it does not, or what it looks by is not there.
    """
    link = f"{url}/api/docs"
    async with _session() as session:
        styles = _STYLES.findall((await _get(session, link)).decode(errors="replace"))
        _check(bool(styles), phrase("demo.other_page"))
        for path in styles:
            await _get(session, url + path)
    return link


def _session() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_SECONDS))


async def _get(session: aiohttp.ClientSession, link: str) -> bytes:
    try:
        async with session.get(link, allow_redirects=False, raise_for_status=True) as response:
            return await response.read()
    except (aiohttp.ClientError, TimeoutError) as error:
        raise CommandFailed(phrase("demo.link_broken", link=link, why=repr(error))) from error


def _check(fine: bool, problem: str) -> None:  # noqa: FBT001 - as `assert` takes it
    if not fine:
        raise CommandFailed(problem)
