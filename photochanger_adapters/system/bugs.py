"""Errors of tasks that nobody waits for."""

from __future__ import annotations

import asyncio
from typing import Any

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
