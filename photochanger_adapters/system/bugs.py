"""Errors of tasks that nobody waits for."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import structlog

from photochanger_core.domain.errors import CoreError


def tell_bug(task: asyncio.Task[Any]) -> None:
    """Tell the loop's exception handler what *task*, which has ended, raised, if it is a bug.

    A `CoreError` is none: what goes wrong on purpose is nobody's news.
    """
    error = None if task.cancelled() else task.exception()
    if error is not None and not isinstance(error, CoreError):
        message = f"{task.get_name()} ran into a bug"
        task.get_loop().call_exception_handler(
            {"message": message, "exception": error, "task": task}
        )


def log_bug(_: asyncio.AbstractEventLoop, context: Mapping[str, Any]) -> None:
    """Log what went wrong where nobody waits, as a loop's exception handler.

    asyncio's own shows tasks as they are, and with them what their errors say.
    """
    structlog.stdlib.get_logger("photochanger.loop").error(
        "bug", where=context.get("message"), exc_info=context.get("exception")
    )
