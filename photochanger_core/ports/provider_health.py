"""How providers have been doing lately."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Protocol

from attrs import frozen

from photochanger_core.domain.errors import FailureReason


@frozen(kw_only=True)
class Circuit:
    """Whether orders are kept from a route, and why.

    Attributes:
        is_open: Whether it is down, or somebody has to try whether it still is. It is not any
            more when nobody has tried for a quarter of an hour.
        failures_in_a_row: Of its own, up to now.
    """

    is_open: bool = False
    failures_in_a_row: int = 0


class ProviderHealthPort(Protocol):
    """How providers have been doing lately, as this server has seen it.

    What is judged is a route's name: a provider, or one of its models.
    """

    @abstractmethod
    def tried(self, route: str, seconds: float, failure: FailureReason | None) -> None:
        """Take note of an attempt, which took *seconds*."""

    @abstractmethod
    def job_took(self, provider: str, seconds: float) -> None:
        """Take note of a job that was done in *seconds*."""

    @abstractmethod
    def quota_told(self, provider: str, left: Mapping[str, int]) -> None:
        """Take note of what *provider* says an account may still use up."""

    @abstractmethod
    def quick_seconds(self, route: str) -> float | None:
        """Return what the quickest quarter of the last 50 attempts took at most.

        Those count that led to a picture, or that were given up when their time was over: they
        would have taken longer still. None: there was none in the last quarter of an hour.
        """

    @abstractmethod
    def job_seconds(self, provider: str) -> float | None:
        """Return the median time of the last 50 jobs that were done; None: there was none."""

    @abstractmethod
    def is_down(self, route: str) -> bool:
        """Whether it is not worth asking at present.

        So it is after five failures in a row that were its own (`timeout`, `provider_5xx`,
        `network`, `quota`), for 15 s after the last of them; then one caller gets False and may
        try, and the others go on getting True for another 15 s.
        """

    @abstractmethod
    def circuit(self, route: str) -> Circuit:
        """Return how *route* is by what is known. Unlike `is_down` this asks nobody to try."""

    @abstractmethod
    def quota_left(self, provider: str) -> Mapping[str, int]:
        """Return what *provider* said last of its quota, by its own names; empty: nothing yet."""
