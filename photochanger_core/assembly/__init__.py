"""The use cases over a set of ports: the same in production, in tests and in other services."""

from __future__ import annotations

from .ports import Ports
from .settings import Settings
from .upkeep import Upkeep
from .watching import Watching

__all__ = ["Ports", "UseCases"]


class UseCases(Settings, Watching, Upkeep):
    """Everything the outside may ask of the core."""
