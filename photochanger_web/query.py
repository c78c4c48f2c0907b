"""What callers ask for behind the question mark."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any, Final

from aiohttp import web

from photochanger_core.domain.checks import Check, check_fields, whole
from photochanger_core.domain.errors import ValidationFailed
from photochanger_core.domain.problems import FieldProblem, Problem, wrong

LIMIT: Final = whole(1, 100)
"""Allows that many entries of a list at once."""

DEFAULT_LIMIT: Final = 50

_WHOLE: Final = re.compile(r"-?[0-9]{1,100}")
"""Also such as are out of every range: they are numbers."""


def checked_query(
    request: web.Request, checks: Mapping[str, Check], *, numbers: Collection[str] = ()
) -> dict[str, Any]:
    """Return the parameters of a request that are given, each as *checks* allow.

    Raises:
        ValidationFailed: Naming every parameter that is unknown, wrong, or given more than once.
    """
    values = query_of(request, checks, numbers=numbers)
    check_fields(values, checks)
    return values


def query_of(
    request: web.Request, names: Collection[str] = (), *, numbers: Collection[str] = ()
) -> dict[str, Any]:
    """Return those parameters of a request called *names* and *numbers* that are given.

    Of those called *numbers* whole ones come as such. What else is given in place of a number
    stays text, for a check to refuse.

    Raises:
        ValidationFailed: Naming every parameter that is unknown, or given more than once.
    """
    known = {*names, *numbers}
    told = {name: _problem(request, name, known) for name in request.query}
    if problems := [problem.at(name) for name, problem in told.items() if problem]:
        raise ValidationFailed(problems)
    return {
        name: int(value) if name in numbers and _WHOLE.fullmatch(value) else value
        for name, value in request.query.items()
    }


def _problem(request: web.Request, name: str, known: Collection[str]) -> FieldProblem | None:
    if name not in known:
        return wrong(Problem.UNKNOWN)
    return wrong(Problem.REPEATED) if len(request.query.getall(name)) > 1 else None
