"""Of every page there is a screenshot."""

from __future__ import annotations

import re

from aiohttp import hdrs

from photochanger_web.app import create_app
from photochanger_web.config import WebConfig
from photochanger_web.pages.routes import PAGES
from tests.screenshots.shots import SHOTS

from .test_contract import unopened

LEADS_ON = {"/"}


def is_of(route: str, path: str) -> bool:
    """Whether *path*, perhaps with names in braces, is an address of *route*."""
    pattern = "/".join("[^/]+" if "{" in part else re.escape(part) for part in route.split("/"))
    return re.fullmatch(pattern, path.partition("?")[0]) is not None


def test_every_page_is_shown() -> None:
    app = create_app(unopened, WebConfig())
    shown = {path for method, path in app[PAGES] if method == hdrs.METH_GET} - LEADS_ON
    left_out = {route for route in shown if not any(is_of(route, one.path) for one in SHOTS)}

    assert left_out == set(), "add a line to tests/screenshots/shots.py"


def test_names_of_pictures_are_their_own() -> None:
    assert len({one.name for one in SHOTS}) == len(SHOTS)
