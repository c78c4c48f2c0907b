"""A request that may go on."""

from __future__ import annotations

from attrs import field, frozen

from photochanger_core.domain.deadline import Deadline
from photochanger_core.domain.settings import Settings
from photochanger_core.domain.slot import Slot

from .timing import Timing


@frozen(kw_only=True)
class Acceptance:
    """A request that may go on: what applies to it from now to its end.

    Attributes:
        began: When its sync window began, on the monotonic clock.
        deadline: The end of its sync window; everything that follows is inside it.
        password_known: Whether the link carried the right password.
        timing: Runs since the request's head was read.
    """

    slot: Slot
    settings: Settings
    address: str
    began: float
    deadline: Deadline
    password_known: bool
    idempotency_key: str | None = field(repr=False)
    correlation_id: str | None
    timing: Timing

    @property
    def window(self) -> int:
        """Length of the sync window, in seconds."""
        return self.settings.window(self.slot)
