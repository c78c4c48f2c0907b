"""Two servers over the same stores, and booths that send them photos."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any, Final, cast

from attrs import define, field, frozen

from photochanger_core.domain.ids import JobId
from photochanger_core.use_cases.renew_leases import LEASE
from photochanger_core.use_cases.sweep_jobs import SWEEP_EVERY
from tests.memory_world import MemoryWorld
from tests.virtual_time import START, VirtualClock, VirtualTimeLoop

from .forms import PASSWORD
from .ledger import Ledger
from .sending import WINDOWS, Sending
from .server import PLANNED_BUG, Answer, Server, Surroundings
from .trouble import PlannedProvider, SlowImages, Trouble

OWNERS: Final = ("booth.example:8000", "booth.example:8001")
EVERYWHERE: Final = 5
IN_SLOT: Final = 3
TTL: Final = timedelta(hours=2)
_EVER: Final = datetime.max.replace(tzinfo=UTC)
_SWEPT: Final = LEASE.total_seconds() + 3 * SWEEP_EVERY
"""Seconds after which a job that nobody runs is closed: its lease, a look, and a second one."""


@frozen(kw_only=True)
class Sent:
    """A sending, and what was going on as it began.

    Attributes:
        at: On the monotonic clock.
        calm: Whether nothing was wrong then.
        era: The ledger's.
        answer: None: it hung up, or its server was killed.
    """

    sending: Sending
    at: float
    calm: bool
    era: int
    answer: asyncio.Task[Answer]


def _provider() -> PlannedProvider:
    return PlannedProvider(VirtualClock())


@define(eq=False)
class Service:
    """Two servers over the same stores, and booths that send them photos.

    Attributes:
        sent: Everything that was ever sent.
        unchecked: What nobody has looked at the answer of.
        has_faults: Whether anything was ever worse than slow.
        has_steps: Whether the wall clock was ever stepped.
        bugs: What the event loop was told of, but for the bugs that were planned.
    """

    provider: PlannedProvider = field(factory=_provider)
    trouble: Trouble = field(factory=Trouble)
    ledger: Ledger = field(factory=Ledger)
    servers: dict[str, Server] = field(factory=dict)
    sent: list[Sent] = field(factory=list)
    unchecked: list[Sent] = field(factory=list)
    has_faults: bool = False
    has_steps: bool = False
    bugs: list[dict[str, Any]] = field(factory=list)
    loop: VirtualTimeLoop = field(init=False)
    world: MemoryWorld = field(init=False)
    images: SlowImages = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.world = MemoryWorld(clock=VirtualClock(), provider=self.provider)
        self.images = SlowImages(self.world.clock, self.world.images)

    @property
    def now(self) -> datetime:
        """What the wall clock shows."""
        return START + timedelta(seconds=self.loop.moment) + self.world.clock.stepped

    @property
    def live(self) -> set[JobId]:
        """The jobs that run in any server."""
        return {job_id for server in self.servers.values() for job_id in server.live}

    async def open(self) -> None:
        """Set everything up and start both servers."""
        self.loop = cast("VirtualTimeLoop", asyncio.get_running_loop())
        self.loop.set_exception_handler(self._note_bug)
        configure = self.world.use.configure_slot
        for slot, window in WINDOWS.items():
            changes = {"is_active": True, "size_limit_mb": 1, "sync_response_seconds": window}
            await configure(slot, changes, settings={}, by="test")
        await self.world.use.configure_settings(
            {
                "ingest_password": PASSWORD,
                "result_ttl_hours": TTL // timedelta(hours=1),
                "max_in_flight_jobs": EVERYWHERE,
                "slot_max_in_flight": IN_SLOT,
            },
            by="test",
        )
        for owner in OWNERS:
            await self.start(owner)

    def send(self, sending: Sending, owner: str) -> None:
        """Let a booth send a photo to a server that is alive."""
        self.images.seconds[sending.photo_sha256] = sending.looking
        self.provider.plans[sending.photo_sha256] = sending.step
        sent = Sent(
            sending=sending,
            at=self.world.clock.monotonic(),
            calm=not self.trouble.is_on and self.world.media.failing is None,
            era=self.ledger.era,
            answer=self.servers[owner].begin(sending),
        )
        self.sent.append(sent)
        self.unchecked.append(sent)

    def disturb(self, *, is_fault: bool) -> None:
        """Note that from now on no forecast holds for what is under way."""
        self.ledger.era += 1
        self.has_faults |= is_fault

    async def start(self, owner: str) -> None:
        """Start a server."""
        around = Surroundings(self.world, self.trouble, self.ledger, self.images, lambda: self.live)
        self.servers[owner] = Server.over(around, owner)
        await self.servers[owner].start()

    async def kill(self, owner: str) -> None:
        """Kill a server."""
        self.disturb(is_fault=True)
        await self.servers[owner].kill()

    def jump(self, seconds: float) -> None:
        """Let *seconds* pass in which nobody gets to do anything."""
        self.loop.moment += seconds

    def step(self, by: timedelta) -> None:
        """Set the wall clock."""
        self.has_steps = True
        self.world.clock.stepped += by

    async def answered(self) -> None:
        """Wait until every booth has an answer."""
        if waiting := [sent.answer for sent in self.sent if not sent.answer.done()]:
            await asyncio.wait(waiting)
        while self.live:
            await asyncio.sleep(0.5)

    def repair(self) -> None:
        """Let everything work again."""
        self.disturb(is_fault=False)
        self.trouble.end()
        self.world.media.failing = None

    async def swept(self) -> None:
        """Wait until everything works again and every abandoned job has been found."""
        self.repair()
        await self.answered()
        if not any(server.is_alive for server in self.servers.values()):
            await self.start(OWNERS[0])
        await asyncio.sleep(_SWEPT)

    async def close(self) -> None:
        """Kill the servers, and let whatever they leave on the loop end."""
        for server in self.servers.values():
            await server.kill()
        await self.answered()

    async def kept(self) -> set[JobId]:
        """Return the jobs for which something is stored."""
        return {job_id async for _, job_id in self.world.media.kept_before(_EVER)}

    def _note_bug(self, _: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        if not isinstance(context.get("exception"), PLANNED_BUG):
            self.bugs.append(context)
