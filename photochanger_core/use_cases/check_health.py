"""Tell whether the service can do its work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final

from attrs import field, frozen

from photochanger_core.domain.deadline import DeadlinePassed
from photochanger_core.domain.errors import CoreError, FailureReason
from photochanger_core.domain.route import Route
from photochanger_core.domain.slot import Slot
from photochanger_core.ports.cleanup_runs import CleanupRunsPort
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.health import HealthPort
from photochanger_core.ports.provider import ProviderPort
from photochanger_core.ports.provider_health import Circuit, ProviderHealthPort
from photochanger_core.ports.slot_repo import SlotRepoPort

from .ping_providers import PingProviders

_SECONDS_EACH: Final = 0.9


class HealthStatus(StrEnum):
    """Whether all is well, a provider is not, or no photo can be processed."""

    OK = "ok"
    DEGRADED = "degraded"
    FAILED = "failed"


@frozen(kw_only=True)
class ProviderState:
    """How a provider is, with all its models that active slots use.

    Attributes:
        failure: Why it takes no orders, by its own word or silence; None: it does.
        circuit: The worst there is.
        quota_left: What it said last, by its own names.
    """

    failure: FailureReason | None
    circuit: Circuit
    quota_left: Mapping[str, int]

    @property
    def is_well(self) -> bool:
        """Whether orders are worth sending."""
        return self.failure is None and not self.circuit.is_open


@frozen(kw_only=True)
class Health:
    """How everything is.

    Attributes:
        parts: By name, why a part fails; None: it works.
        providers: By name, those in use; empty if a part fails, because nobody asked them then.
        last_cleanup: When it was clean last; None: it never was, or nobody knows.
    """

    parts: Mapping[str, FailureReason | None]
    providers: Mapping[str, ProviderState] = field(factory=dict)
    last_cleanup: datetime | None = None

    @property
    def status(self) -> HealthStatus:
        """How it is in one word."""
        if any(self.parts.values()):
            return HealthStatus.FAILED
        if all(provider.is_well for provider in self.providers.values()):
            return HealthStatus.OK
        return HealthStatus.DEGRADED


@frozen(kw_only=True)
class CheckHealth:
    """Tell whether the service can do its work; a part that does not answer counts as failed."""

    parts: Sequence[HealthPort]
    slots: SlotRepoPort
    providers: Mapping[str, ProviderPort]
    provider_health: ProviderHealthPort
    clock: ClockPort
    ping_providers: PingProviders
    has_public_address: bool
    cleanup_runs: CleanupRunsPort

    async def __call__(self) -> Health:
        """Return the health of every part, and then of the providers, at most a second each."""
        parts = {part.name: await self._check(part) for part in self.parts}
        if any(parts.values()):
            return Health(parts=parts)
        until = self.clock.monotonic() + _SECONDS_EACH
        try:
            async with self.clock.until(until):
                slots = await self.slots.all()
                cleanup = await self.cleanup_runs.last_success()
        except CoreError as error:
            return Health(parts={**parts, "slots": error.reason})
        except DeadlinePassed:
            return Health(parts={**parts, "slots": FailureReason.TIMEOUT})
        return Health(
            parts=parts,
            providers=await self._providers(slots, until),
            last_cleanup=None if cleanup is None else cleanup.finished_at,
        )

    async def _check(self, part: HealthPort) -> FailureReason | None:
        try:
            async with self.clock.until(self.clock.monotonic() + _SECONDS_EACH):
                await part.check()
        except CoreError as error:
            return error.reason
        except DeadlinePassed:
            return FailureReason.TIMEOUT
        return None

    async def _providers(self, slots: Sequence[Slot], until: float) -> Mapping[str, ProviderState]:
        routes = {self._name(route): route for slot in slots for route in slot.routes}
        said = await self.ping_providers(routes, until=until)
        said = {**said, **self._unreachable(routes)}
        names: dict[str, list[str]] = {}
        for name, route in routes.items():
            names.setdefault(route.provider, []).append(name)
        return {provider: self._state(provider, of, said) for provider, of in names.items()}

    def _unreachable(self, routes: Mapping[str, Route]) -> Mapping[str, FailureReason]:
        """Return those whose provider would fetch pictures here, though nobody knows where."""
        if self.has_public_address:
            return {}
        return {
            name: FailureReason.MISCONFIGURED
            for name, route in routes.items()
            if (provider := self.providers.get(route.provider))
            and (operation := provider.operations.get(route.operation))
            and operation.requires_public_media
        }

    def _name(self, route: Route) -> str:
        provider = self.providers.get(route.provider)
        return route.name(None if provider is None else provider.model(route.settings))

    def _state(
        self, provider: str, names: Sequence[str], said: Mapping[str, FailureReason | None]
    ) -> ProviderState:
        circuits = map(self.provider_health.circuit, names)
        return ProviderState(
            failure=next(filter(None, (said[name] for name in names)), None),
            circuit=max(circuits, key=lambda it: (it.is_open, it.failures_in_a_row)),
            quota_left=self.provider_health.quota_left(provider),
        )
