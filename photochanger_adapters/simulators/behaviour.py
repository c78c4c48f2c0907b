"""What a stand-in is told to do."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar

from attrs import Attribute, field, frozen
from attrs.validators import ge, le, optional


def _known(behaviour: BaseBehaviour, _: Attribute[Any], value: str | None) -> None:
    faults = behaviour.faults
    if value is not None and value not in faults:
        raise ValueError(f"no such fault: {value}; there are {', '.join(sorted(faults))}")


@frozen(kw_only=True)
class BaseBehaviour:
    """How calls are answered; each stand-in says which faults it knows.

    Attributes:
        faults: The names of everything that can go wrong.
        delay_seconds: Wait before the answer, right or wrong.
        fault: The name of what goes wrong; None: nothing does.
        share: Of the calls, from 0 to 1, that go wrong, at random.
        seed: Begins the chances anew, always the same way; None: they go on.
        times: For so many calls; None: until told otherwise.
    """

    faults: ClassVar[Collection[str]] = ()

    delay_seconds: float = field(default=0.0, validator=ge(0))
    fault: str | None = field(default=None, validator=_known)
    share: float = field(default=1.0, validator=[ge(0), le(1)])
    seed: int | None = None
    times: int | None = field(default=None, validator=optional(ge(1)))
