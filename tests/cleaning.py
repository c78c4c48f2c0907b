"""Cleaning up, and what came of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from photochanger_core.domain.cleanup import Leftover
from photochanger_core.use_cases.cleaning import Cleaning

Step = Callable[[Cleaning], Awaitable[object]]
"""A use case that cleans up."""


async def cleaned(step: Step, **how: Any) -> Cleaning:
    """Do *step* and return what came of it."""
    cleaning = Cleaning(**how)
    await step(cleaning)
    return cleaning


async def removed(step: Step, **how: Any) -> Mapping[Leftover, int]:
    """Do *step*, in which nothing fails, and return how much of what was removed."""
    cleaning = await cleaned(step, **how)
    cleaning.check()
    return +cleaning.removed
