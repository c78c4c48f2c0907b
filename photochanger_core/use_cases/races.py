"""What happens to changes that somebody else was quicker than."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from contextlib import suppress
from typing import Final, TypeVar

from photochanger_core.domain.errors import VersionConflict

Versions = Collection[int] | None
"""The versions of something that a change is meant for; None: whichever there is."""

TRIES: Final = 8
"""How often a change is tried that is meant for whichever version there is.

One of those who save at once always succeeds, so that many of them all do.
"""

Changed = TypeVar("Changed")


def check_version(version: int, versions: Versions) -> None:
    """Return if a change that is meant for *versions* may be made at *version*.

    Raises:
        VersionConflict: If it may not, saying which version there is.
    """
    if versions is not None and version not in versions:
        raise VersionConflict(version)


async def to_the_newest(change: Callable[[], Awaitable[Changed]], versions: Versions) -> Changed:
    """Make a change that is meant for *versions*.

    Args:
        change: Reads what there is, and puts what follows from it in its place.
        versions: None: whoever has named none overwrites nothing unseen, as the change is made
            anew of what somebody else has just saved.

    Raises:
        VersionConflict: If somebody else was quicker; without *versions*, `TRIES` times in a row.
    """
    if versions is None:
        for _ in range(TRIES - 1):
            with suppress(VersionConflict):
                return await change()
    return await change()
