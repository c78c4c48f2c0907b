"""Find out whether a provider would take orders now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from attrs import frozen

from photochanger_core.domain.deadline import DeadlinePassed
from photochanger_core.domain.errors import FailureReason, ProviderFailure, ProviderNotFound
from photochanger_core.domain.route import Route
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.provider import ProviderPort
from photochanger_core.ports.runs import RunsPort
from photochanger_core.ports.slot_repo import SlotRepoPort

from .ping_providers import PING_SECONDS

_Settings = Mapping[str, object]


@frozen(kw_only=True)
class ProviderCheck:
    """What came of asking a provider.

    Attributes:
        failure: Why it takes no orders; None: it does.
        way: What it was asked about: itself, or one of its models.
        why: Why, in its own words, for administrators; never a key.
    """

    failure: FailureReason | None = None
    way: str = ""
    why: str = ""

    @property
    def detail(self) -> str:
        """What was asked about, and why it takes no orders; empty if it does."""
        return f"{self.way}: {self.why}" if self.failure else ""


@frozen(kw_only=True)
class CheckProvider:
    """Find out whether a provider would take orders now: its key, and the models in use.

    Unlike `CheckHealth` this believes nobody's memory. Those who ask at the same time share the
    answers.
    """

    slots: SlotRepoPort
    providers: Mapping[str, ProviderPort]
    clock: ClockPort
    runs: RunsPort

    async def __call__(self, name: str) -> ProviderCheck:
        """Ask the provider called *name* as `each` does; return the first that is not well, if any.

        Raises:
            ProviderNotFound: If there is no such provider.
            QueueUnavailable: If slots or the key cannot be read.
        """
        checks = await self.each(name)
        return next((check for check in checks if check.failure), ProviderCheck())

    async def each(self, name: str) -> Sequence[ProviderCheck]:
        """Ask the provider called *name* about every model that active slots use.

        If there is none, about the one that slots have by default.

        Raises:
            ProviderNotFound: If there is no such provider.
            QueueUnavailable: If slots or the key cannot be read.
        """
        if name not in self.providers:
            raise ProviderNotFound
        ways = await self._ways(name)
        works = {
            _work(way): partial(self._check, name, way, settings) for way, settings in ways.items()
        }
        until = self.clock.monotonic() + PING_SECONDS
        said = await self.runs.shared(works, until=until)
        return [said.get(_work(way), _silent(way)) for way in ways]

    async def _ways(self, name: str) -> Mapping[str, _Settings]:
        """Return settings of slots, one for each model that they name."""
        routes = [route for slot in await self.slots.all() for route in slot.routes]
        used = {self.way(route): route.settings for route in routes if route.provider == name}
        return used or {name: {}}

    def way(self, route: Route) -> str:
        """Return what *route* has its provider asked about: as in `ProviderCheck`."""
        return route.name(self.providers[route.provider].model(route.settings))

    async def _check(self, name: str, way: str, settings: _Settings) -> ProviderCheck:
        try:
            async with self.clock.until(self.clock.monotonic() + PING_SECONDS):
                await self.providers[name].ping(settings, seconds=PING_SECONDS, anew=True)
        except ProviderFailure as failure:
            return ProviderCheck(failure=failure.reason, way=way, why=failure.detail)
        except DeadlinePassed:
            return _silent(way)
        return ProviderCheck(way=way)


def _work(way: str) -> str:
    return f"check of {way}"


def _silent(way: str) -> ProviderCheck:
    why = f"no answer within {PING_SECONDS:.0f} s"
    return ProviderCheck(failure=FailureReason.TIMEOUT, way=way, why=why)
