"""What somebody looks at on the dashboard: all of it is in the address."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from attrs import evolve, frozen
from yarl import URL

from photochanger_core.domain.standing import Standing

from .navigation import HOME

_STATE: Final = "state"
_ORDER: Final = "order"


class Order(StrEnum):
    """In which order slots stand.

    Attributes:
        LAST: The one with the youngest photo first.
        STATE: Those that somebody has to look after first.
        SUCCESS: The one with the smallest share first.
    """

    NUMBER = "number"
    NAME = "name"
    LAST = "last"
    STATE = "state"
    SUCCESS = "success"


@frozen(kw_only=True)
class Look:
    """Which slots somebody looks at, and in which order.

    Attributes:
        state: Those that are doing so; None: all.
    """

    state: Standing | None = None
    order: Order = Order.NUMBER

    @property
    def query(self) -> Mapping[str, str]:
        """What addresses and forms have to say of it: nothing of what is so by default."""
        said = {_STATE: self.state, _ORDER: None if self.order is Order.NUMBER else self.order}
        return {name: value.value for name, value in said.items() if value is not None}

    def showing(self, state: Standing | None) -> Look:
        """Return the look at slots that are doing as *state* says, in the same order."""
        return evolve(self, state=state)

    def ordered(self, order: Order) -> Look:
        """Return the look at the same slots in *order*."""
        return evolve(self, order=order)

    def address(self, path: str = HOME, **more: str) -> str:
        """Return the address of *path* that shows just this, and *more* in its query."""
        return str(URL(path).with_query({**self.query, **more}))


def look_in(given: Mapping[str, str]) -> Look:
    """Return the look that an address or a form says; whatever is none counts as unsaid."""
    state, order = given.get(_STATE), given.get(_ORDER)
    return Look(
        state=Standing(state) if state in list(Standing) else None,
        order=Order(order) if order in list(Order) else Order.NUMBER,
    )
