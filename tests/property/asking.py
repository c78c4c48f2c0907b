"""What providers are asked, written down as it happens."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final

from attrs import define, field

from photochanger_adapters.memory.provider import ScriptedProvider, Step
from photochanger_core.domain.ids import JobId
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.provider import Answer, Operation, Order, ProviderPort
from photochanger_core.ports.provider_health import ProviderHealthPort

from .deeds import Deed


@define(kw_only=True, eq=False)
class Asked:
    """One order that a provider got. Moments are on the monotonic clock.

    Attributes:
        until: When the core gives up.
        quick: What the core knew of the route's speed.
        deed: What the provider does with it.
        ended: When the provider was finished, or cut off.
        was_cut: Whether the core gave up.
    """

    job_id: JobId
    provider: str
    model: object
    photo_sha256: str
    at: float
    until: float
    quick: float | None
    deed: Deed
    ended: float | None = None
    was_cut: bool = False


@define
class Book:
    """Everything that providers were asked, oldest first."""

    asked: list[Asked] = field(factory=list, init=False)

    @property
    def by_job(self) -> Mapping[JobId, list[Asked]]:
        """What they were asked for each job."""
        jobs: dict[JobId, list[Asked]] = {}
        for each in self.asked:
            jobs.setdefault(each.job_id, []).append(each)
        return jobs

    def count_for(self, photo_sha256: str) -> int:
        """Return how often a photo was sent to anybody."""
        return sum(each.photo_sha256 == photo_sha256 for each in self.asked)

    def most_at_once(self, provider: str) -> int:
        """Return how many orders a provider had at once at most."""
        asked = [each for each in self.asked if each.provider == provider]
        begun = [(each.at, 1) for each in asked]
        over = [(each.ended, -1) for each in asked if each.ended is not None]
        now = most = 0
        for _, change in sorted(begun + over):
            now += change
            most = max(most, now)
        return most


@define(eq=False, kw_only=True)
class WatchedProvider(ProviderPort):
    """Does what is planned, and writes down what it was asked by one server.

    Attributes:
        plan: Says what to do with a photo, by its checksum.
        fetch: Fetches the pictures of an order by its links; None: they are sent along.
    """

    name: str
    clock: ClockPort
    health: ProviderHealthPort
    book: Book
    plan: Callable[[str], Deed]
    fetch: Callable[[Order], Awaitable[None]] | None = None

    @property
    def operations(self) -> Mapping[str, Operation]:
        fetches = self.fetch is not None
        return {"image_edit": Operation(schema={}, requires_public_media=fetches)}

    def check_settings(
        self, operation: str, settings: Mapping[str, object], *, templates: int = 0
    ) -> None:
        return

    def model(self, settings: Mapping[str, object]) -> str | None:
        model = settings.get("model")
        return None if model is None else str(model)

    def photo_limit(self, templates: Sequence[int] = ()) -> int:
        return _PHOTO_LIMIT

    async def process(self, order: Order) -> Answer:
        asked = self._asked(order)
        self.book.asked.append(asked)
        if self.fetch is not None:
            await self.fetch(order)
        scripted = ScriptedProvider(self.clock)
        scripted.script.append(Step(asked.deed.seconds, asked.deed.result()))
        try:
            return await scripted.process(order)
        except asyncio.CancelledError:
            asked.was_cut = True
            raise
        finally:
            asked.ended = self.clock.monotonic()

    async def ping(
        self, settings: Mapping[str, object], *, seconds: float, anew: bool = False
    ) -> None:
        raise AssertionError("nobody asked for the health of providers")

    def _asked(self, order: Order) -> Asked:
        model = order.settings.get("model")
        return Asked(
            job_id=running_job(),
            provider=self.name,
            model=model,
            photo_sha256=order.photo.sha256,
            at=self.clock.monotonic(),
            until=self.clock.monotonic() + order.seconds_left,
            quick=self.health.quick_seconds(f"{self.name}/{model}" if model else self.name),
            deed=self.plan(order.photo.sha256),
        )


_PHOTO_LIMIT: Final = 64 * 1024 * 1024


def running_job() -> JobId:
    """Return the job whose work this is: its task bears its name."""
    task = asyncio.current_task()
    assert task is not None
    return JobId(task.get_name().removeprefix("job "))
