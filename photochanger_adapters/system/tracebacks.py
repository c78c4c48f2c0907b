"""Where an error comes from, without what it says."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Iterator
from types import TracebackType

from structlog.typing import EventDict, WrappedLogger

_MOST_DEEP = 20
"""Errors that lead to one another: more are no help, and could be a circle."""


def bare_exceptions(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Put a traceback in place of an error: lines of code and names of types, as a processor.

    What an error says is left out: it may quote whatever it stumbled over, a password or a guest.
    """
    given = event.pop("exc_info", None)
    error = sys.exc_info()[1] if given is True else given
    if isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        event["exception"] = "\n".join(_lines(error))
    return event


def _lines(error: BaseException, deep: int = 0) -> Iterator[str]:
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None and deep < _MOST_DEEP:
        yield from _lines(before, deep + 1)
        yield "which led to"
    yield from _frames(error.__traceback__)
    yield f"{type(error).__module__}.{type(error).__qualname__}"
    if isinstance(error, BaseExceptionGroup) and deep < _MOST_DEEP:
        for one in error.exceptions:
            yield from ("  " + line for line in _lines(one, deep + 1))


def _frames(trace: TracebackType | None) -> Iterator[str]:
    for frame in traceback.extract_tb(trace):
        yield f'  File "{frame.filename}", line {frame.lineno}, in {frame.name}'
        if frame.line:
            yield f"    {frame.line}"
