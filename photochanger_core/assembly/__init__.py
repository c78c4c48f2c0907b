"""The use cases over a set of ports: the same in production, in tests and in other services."""

from __future__ import annotations

from .jobs import Jobs
from .photos import Photos
from .ports import Ports
from .settings import Settings
from .upkeep import Upkeep

__all__ = ["Ports", "UseCases"]


class UseCases(Settings, Photos, Upkeep, Jobs):
    """Everything the outside may ask of the core."""
