"""What must hold of all askings for one job: the rules about money and time."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from attrs import frozen

from photochanger_core.domain.slot import Slot

from .asking import Asked
from .deeds import RETRY_AFTER, Kind

MOST_STARTS: Final = 6
LEAST_LEFT: Final = 1.5
"""Seconds before its time is over in which nobody is asked any more: 1 to work, 0.5 to store."""
_STORING: Final = 0.5
_ROUNDING: Final = 1e-4


@frozen(kw_only=True)
class Terms:
    """What applies to a job. Moments are on the monotonic clock.

    Attributes:
        begins: When its photo was ready for the provider.
    """

    slot: Slot
    window: float
    deadline: float
    begins: float

    @property
    def change(self) -> float | None:
        """The moment from which the time belongs to the second way."""
        if self.slot.fallback is None:
            return None
        return self.deadline - self.window * self.slot.fallback.share / 100

    @property
    def end(self) -> float:
        """The moment at which whatever is under way is given up."""
        return self.deadline + (self.window if self.slot.keeps_late else 0.0)

    def is_first(self, asked: Asked) -> bool:
        """Whether the first of two ways was asked."""
        return self.change is not None and abs(asked.until - self.change) < _ROUNDING


def check_asked(calls: Sequence[Asked], terms: Terms) -> None:
    """Check everything that was asked for one job, oldest first."""
    assert len(calls) <= MOST_STARTS
    for one, following in pairwise(calls):
        assert one.ended is not None
        assert one.ended <= following.at
    firsts = [call for call in calls if terms.is_first(call)]
    lasts = [call for call in calls if not terms.is_first(call)]
    assert [*firsts, *lasts] == list(calls)
    assert len(firsts) < MOST_STARTS
    for way in (firsts, lasts):
        assert len({(call.provider, call.model) for call in way}) <= 1
        for number in range(1, len(way)):
            _check_again(way, number, terms)
    for call in calls:
        _check_time(call, terms)


def _check_time(call: Asked, terms: Terms) -> None:
    """Nobody is asked who cannot be expected to be finished in time."""
    if terms.is_first(call):
        assert terms.change is not None
        begins, ends = terms.begins, terms.change
    else:
        begins, ends = terms.change or terms.begins, terms.deadline
        assert abs(call.until - terms.end) < _ROUNDING
    left = ends - call.at
    assert left >= LEAST_LEFT - _ROUNDING, (call, terms)
    expected = min(call.quick or 0.0, (ends - begins) / 2)
    assert left - _STORING >= expected - _ROUNDING, (call, terms)


def _check_again(way: Sequence[Asked], number: int, terms: Terms) -> None:
    """After the first *number* askings of a way there was to be another one."""
    policy, one, following = terms.slot.retry, way[number - 1], way[number]
    kind = one.deed.kind
    assert not one.was_cut
    if kind is Kind.NO_PICTURE:
        tries, pause = policy.no_picture_tries, float(policy.no_picture_pause_seconds)
    else:
        assert kind is Kind.PASSING or (kind is Kind.AMBIGUOUS and policy.after_ambiguous), one
        tries = policy.error_tries
        pause = RETRY_AFTER.get(one.deed.outcome, policy.error_pause_seconds)
    kinds = {Kind.NO_PICTURE} if kind is Kind.NO_PICTURE else {Kind.PASSING, Kind.AMBIGUOUS}
    assert sum(call.deed.kind in kinds for call in way[:number]) < tries
    assert one.ended is not None
    assert following.at - one.ended >= pause - _ROUNDING
