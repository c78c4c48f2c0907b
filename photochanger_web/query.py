"""What callers ask for behind the question mark."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import wraps
from typing import Any, Final

from aiohttp import web
from aiohttp.typedefs import Handler

from photochanger_core.domain.checks import Check, check_fields, flag, whole
from photochanger_core.domain.errors import InvalidRequest
from photochanger_core.domain.problems import Problem

LIMIT: Final = whole(1, 100)
"""Allows that many entries of a list at once."""

DEFAULT_LIMIT: Final = 50

_NO: Final = "false"
_FLAGS: Final = {"true": True, _NO: False}

_WHOLE: Final = re.compile(r"-?[0-9]{1,100}")
"""Also such as are out of every range: they are numbers."""


def known_only(handler: Handler, names: Collection[str] = ()) -> Handler:
    """Return *handler* for requests without other parameters than *names*, each once at most.

    What is misspelt must not pass for what was never asked.
    """

    @wraps(handler)
    async def as_known(request: web.Request) -> web.StreamResponse:
        _check_names(request, names)
        return await handler(request)

    return as_known


def flag_in(request: web.Request, name: str) -> bool:
    """Whether the parameter *name* is `true`; without it it is not.

    Raises:
        ValidationFailed: If it is neither `true` nor `false`.
    """
    value = request.query.get(name, _NO)
    check_fields({name: _FLAGS.get(value, value)}, {name: flag})
    return _FLAGS[value]


def _check_names(request: web.Request, names: Collection[str]) -> None:
    for name in request.query:
        if name not in names:
            raise InvalidRequest(name, Problem.UNKNOWN)
        if len(request.query.getall(name)) > 1:
            raise InvalidRequest(name, Problem.REPEATED)


def checked_query(
    request: web.Request, checks: Mapping[str, Check], *, numbers: Collection[str] = ()
) -> dict[str, Any]:
    """Return the parameters of a request, each as *checks* allow.

    Raises:
        ValidationFailed: Naming every parameter that is wrong.
    """
    values = query_of(request, numbers=numbers)
    check_fields(values, checks)
    return values


def query_of(request: web.Request, *, numbers: Collection[str] = ()) -> dict[str, Any]:
    """Return the parameters of a request that `known_only` has let in.

    Of those called *numbers* whole ones come as such. What else is given in place of a number
    stays text, for a check to refuse.
    """
    return {
        name: int(value) if name in numbers and _WHOLE.fullmatch(value) else value
        for name, value in request.query.items()
    }
