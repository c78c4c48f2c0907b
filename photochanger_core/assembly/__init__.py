"""The use cases over a set of ports: the same in production, in tests and in other services."""

from __future__ import annotations

from .accounts import Accounts
from .jobs import Jobs
from .photos import Photos
from .ports import Ports
from .results import Results
from .settings import Settings

__all__ = ["Ports", "UseCases"]


class UseCases(Accounts, Settings, Photos, Results, Jobs):
    """Everything the outside may ask of the core."""
