"""What callers ask for behind the question mark."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any, Final

from aiohttp import web

from photochanger_core.domain.errors import InvalidRequest, Problem, ValidationFailed

MAX_LIMIT: Final = 100
"""Entries of a list that are sent at once."""

_DEFAULT_LIMIT: Final = 50
_MOST_DIGITS: Final = 10
_WHOLE: Final = re.compile(r"-?[0-9]{1,9}")


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


def query_of(
    request: web.Request, texts: Collection[str] = (), *, numbers: Collection[str] = ()
) -> dict[str, Any]:
    """Return the parameters of a request that are given.

    Of those called *numbers* whole ones come as such. What else is given in place of a number
    stays text, for the core to refuse.

    Raises:
        ValidationFailed: Naming every parameter that is unknown, or given more than once.
    """
    names = {*texts, *numbers}
    problems = {name: _problem(request, name, names) for name in request.query}
    if errors := [(name, problem) for name, problem in problems.items() if problem]:
        raise ValidationFailed(errors)
    return {
        name: int(value) if name in numbers and _WHOLE.fullmatch(value) else value
        for name, value in request.query.items()
    }


def _problem(request: web.Request, name: str, names: Collection[str]) -> str | None:
    if name not in names:
        return "is unknown"
    return "is given more than once" if len(request.query.getall(name)) > 1 else None
