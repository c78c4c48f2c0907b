"""The ways a photo may take: a provider, what it does, and how."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from attrs import field, frozen

from .checks import Check, an_object, text, whole

DEFAULT_SHARE: Final = 40
"""Of the sync window, in percent, that is kept for the fallback."""


@frozen(kw_only=True)
class Route:
    """A provider, what it is asked to do, and how.

    Attributes:
        settings: What the provider's driver needs for the operation; its driver checks them.
    """

    provider: str
    operation: str
    settings: Mapping[str, object] = field(factory=dict)

    def name(self, model: str | None) -> str:
        """Return what speed and faults belong to: the provider, or its *model* if it has one."""
        return f"{self.provider}/{model}" if model else self.provider


@frozen(kw_only=True)
class Fallback(Route):
    """The way a photo takes if the first one has not led to a picture in time.

    Attributes:
        share: Percent of the sync window kept for it: so long before the deadline the first way
            is given up, even if it may be charged for.
    """

    share: int = DEFAULT_SHARE


def as_fallback(value: Fallback | Mapping[str, Any] | None) -> Fallback | None:
    """Return *value*, which `FALLBACK_CHECKS` allow, as a fallback."""
    return Fallback(**value) if isinstance(value, Mapping) else value


FALLBACK_CHECKS: Final[Mapping[str, Check]] = {
    "provider": text(40),
    "operation": text(40),
    "settings": an_object,
    "share": whole(10, 80),
}
"""What the fields of a fallback may be."""
