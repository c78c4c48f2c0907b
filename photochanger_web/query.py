"""What callers ask for behind the question mark."""

from __future__ import annotations

from typing import Final

from aiohttp import web

from photochanger_core.domain.errors import InvalidRequest, Problem

MAX_LIMIT: Final = 100
"""Entries of a list that are sent at once."""

_DEFAULT_LIMIT: Final = 50
_MOST_DIGITS: Final = 10


def limit(request: web.Request) -> int:
    """Return how many entries are asked for.

    Raises:
        InvalidRequest: If that is no whole number from 1 to `MAX_LIMIT`.
    """
    asked = whole_number(request, "limit")
    if asked is None:
        return _DEFAULT_LIMIT
    if asked > MAX_LIMIT:
        raise InvalidRequest("limit", Problem.MALFORMED)
    return asked


def whole_number(request: web.Request, name: str) -> int | None:
    """Return the positive number called *name*; None: there is none.

    Raises:
        InvalidRequest: If it is no such number, or a huge one.
    """
    text = request.query.get(name)
    if text is None:
        return None
    is_number = text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS
    if not is_number or int(text) < 1:
        raise InvalidRequest(name, Problem.MALFORMED)
    return int(text)
