"""The stretch of time that is looked back on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from attrs import field, frozen

from .checks import check_fields, whole
from .moments import aware

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_WINDOW: Final = whole(5, 4320)
_STEPS: Final = {60: timedelta(minutes=1), 360: timedelta(minutes=5)}
"""How fine windows of at most so many minutes are divided; longer ones: by the hour."""


@frozen(kw_only=True)
class Window:
    """The minutes up to a moment. What began in them is in it, at the first and last instant too.

    What began in the future, because a clock was set back, is in no window before its time.

    Attributes:
        start: What began earlier is not in it; None: that depends on the minutes alone.
    """

    minutes: int
    until: datetime = field(validator=aware)
    start: datetime | None = field(default=None, validator=aware)

    @classmethod
    def of(cls, minutes: int, until: datetime, start: datetime | None = None) -> Window:
        """Return the *minutes* up to *until*, or those of them from *start* on.

        Raises:
            ValidationFailed: If they are not 5 to 4320, as callers call them.
        """
        check_fields({"window_minutes": minutes}, {"window_minutes": _WINDOW})
        return cls(minutes=minutes, until=until, start=start)

    @property
    def since(self) -> datetime:
        """Its first instant; later than its last one if it starts in the future."""
        begin = self.begin
        return begin if self.start is None else max(begin, self.start)

    @property
    def begin(self) -> datetime:
        """What its first instant would be if it had no other start."""
        return self.until - timedelta(minutes=self.minutes)

    @property
    def step(self) -> timedelta:
        """How long the stretches are that it is divided into."""
        return next(
            (step for most, step in _STEPS.items() if self.minutes <= most), timedelta(hours=1)
        )

    def stretch(self, moment: datetime) -> datetime:
        """Return when the stretch begins that *moment* is in: at whole steps of UTC."""
        return _EPOCH + (moment - _EPOCH) // self.step * self.step

    def stretches(self) -> Iterator[datetime]:
        """Yield when each stretch begins, the first of them before the window if need be."""
        start = self.stretch(self.since)
        while start <= self.until:
            yield start
            start += self.step
