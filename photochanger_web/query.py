"""What stands behind the question mark of a link."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any, Final

from aiohttp import web

from photochanger_core.domain.errors import ValidationFailed

_WHOLE: Final = re.compile(r"-?[0-9]{1,9}")


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
