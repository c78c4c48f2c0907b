"""What pages are asked for behind the question mark."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

from aiohttp import web
from yarl import URL

from photochanger_web.query import query_of

BEFORE: Final = "before"
"""Where an earlier page ended."""


def asked_of(
    request: web.Request, names: Collection[str], *, numbers: Collection[str] = ()
) -> dict[str, Any]:
    """Return what is asked for by *names*. A field of a form that is left empty asks for nothing.

    Others, such as the language, are not for lists.
    """
    given = query_of(request, numbers=numbers)
    return {name: value for name, value in given.items() if name in names and value != ""}


def address(path: str, wanted: Mapping[str, Any]) -> str:
    """Return the link to what is *wanted* at *path*."""
    return str(URL(path).with_query({name: str(value) for name, value in wanted.items()}))
