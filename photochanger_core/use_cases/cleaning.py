"""A cleaning up under way."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Final, TypeVar

from attrs import define, field

from photochanger_core.domain.cleanup import Leftover
from photochanger_core.domain.errors import StorageUnavailable
from photochanger_core.domain.ids import SlotId

T = TypeVar("T")

Watcher = Callable[[Leftover, int, int | None], None]
"""Is told how many of what were looked at so far, and of how many; None: nobody knows yet."""

_MAX_REASONS: Final = 20


def _nobody(_: Leftover, __: int, ___: int | None) -> None:
    """Watch nothing."""


@define(kw_only=True)
class Cleaning:
    """What is to be cleaned up, and how far that has come.

    Attributes:
        slot_id: Only what belongs to this slot; None: everything.
        dry_run: Nothing is changed, and everything counted as if it were.
        batch: How many rows are asked for, and marked, at once.
        watcher: Is told of it.
        unrecognised: The pictures are not seen to be the database's: none is nobody's, none lost.
        removed: How much of what was removed.
        failed: How many could not be.
        reasons: Why, of the first of them.
    """

    slot_id: SlotId | None = None
    dry_run: bool = False
    batch: int = 500
    watcher: Watcher = _nobody
    unrecognised: bool = field(default=False, init=False)
    removed: Counter[Leftover] = field(factory=Counter, init=False)
    bytes_freed: int = field(default=0, init=False)
    failed: int = field(default=0, init=False)
    reasons: list[str] = field(factory=list, init=False)
    _looked_at: Counter[Leftover] = field(factory=Counter, init=False)
    _trouble: StorageUnavailable | None = field(default=None, init=False)

    def remove(self, what: Leftover, *, size: int = 0, number: int = 1) -> None:
        """Note that something was removed, or would be."""
        self.removed[what] += number
        self.bytes_freed += size

    def fail(self, name: str, why: StorageUnavailable) -> None:
        """Note that something could not be removed, or looked at."""
        self.failed += 1
        self._trouble = why
        if len(self.reasons) < _MAX_REASONS:
            self.reasons.append(f"{name}: {why.detail or why.reason}")

    def look_at(self, what: Leftover, number: int, of: int | None = None) -> None:
        """Tell whoever watches of so many more."""
        self._looked_at[what] += number
        self.watcher(what, self._looked_at[what], of)

    def concerns(self, slot_id: SlotId) -> bool:
        """Whether what belongs to a slot is to be cleaned up."""
        return self.slot_id in (None, slot_id)

    def check(self) -> None:
        """Return if everything could be removed.

        Raises:
            StorageUnavailable: Why something could not be.
        """
        if self._trouble is not None:
            raise self._trouble


async def batches(found: AsyncIterator[T], size: int) -> AsyncIterator[Sequence[T]]:
    """Yield what is *found*, *size* at a time."""
    batch: list[T] = []
    async for one in found:
        batch.append(one)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
