"""Two servers over the same stores, and booths that send them photos."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, Final, cast

from attrs import define, field

from photochanger_core.assembly import UseCases
from photochanger_core.domain.account import Actor
from photochanger_core.domain.errors import CoreError
from photochanger_core.domain.ids import JobId, SlotId
from photochanger_core.domain.job import Job, JobSource
from photochanger_core.domain.slot import Slot
from photochanger_core.use_cases.cleaning import Cleaning
from photochanger_core.use_cases.renew_leases import LEASE
from photochanger_core.use_cases.sweep_jobs import SWEEP_EVERY
from tests.memory_world import MemoryWorld
from tests.virtual_time import START, VirtualTimeLoop

from .asking import Book
from .deeds import Deed
from .ledger import Ledger
from .sending import Sending
from .sent import Sent
from .server import CHORE, PLANNED_BUG, Server
from .set_up import SETTINGS, slots_at_first
from .surroundings import Surroundings
from .trouble import Road, SlowImages, Trouble

OWNERS: Final = ("booth.example:8000", "booth.example:8001")
_EVER: Final = datetime.max.replace(tzinfo=UTC)
_SWEPT: Final = LEASE.total_seconds() + 3 * SWEEP_EVERY
"""Seconds after which a job that nobody runs is closed: its lease, a look, and a second one."""


@define(eq=False)
class Service:
    """Two servers over the same stores, and booths that send them photos.

    Attributes:
        slots: Every slot as it was, by its version.
        sent: Everything that was ever sent.
        unchecked: What nobody has looked at the answer of.
        has_faults: Whether anything was ever worse than slow.
        has_steps: Whether the wall clock was ever stepped.
        has_cancels: Whether an administrator ever stopped a job.
        bugs: What the event loop was told of, but for the bugs that were planned.
    """

    trouble: Trouble = field(factory=Trouble)
    ledger: Ledger = field(factory=Ledger)
    book: Book = field(factory=Book)
    servers: dict[str, Server] = field(factory=dict)
    slots: dict[tuple[SlotId, int], Slot] = field(factory=dict)
    sent: list[Sent] = field(factory=list)
    unchecked: list[Sent] = field(factory=list)
    has_faults: bool = False
    has_steps: bool = False
    has_cancels: bool = False
    bugs: list[dict[str, Any]] = field(factory=list)
    loop: VirtualTimeLoop = field(init=False)
    world: MemoryWorld = field(factory=MemoryWorld, init=False)
    images: SlowImages = field(init=False)
    use: UseCases = field(init=False)
    _plans: dict[str, list[Deed]] = field(factory=dict, init=False)
    _furthest: timedelta = field(default=timedelta(0), init=False)

    def __attrs_post_init__(self) -> None:
        self.images = SlowImages(clock=self.world.clock)
        providers = self._around.ports("nobody", Road(self.world.clock, Trouble())).providers
        self.use = UseCases.over(self.world.ports(providers=providers))

    @property
    def now(self) -> datetime:
        """What the wall clock shows."""
        return START + timedelta(seconds=self.loop.moment) + self.world.clock.stepped

    @property
    def live(self) -> set[JobId]:
        """The jobs that run in any server."""
        return {job_id for server in self.servers.values() for job_id in server.live}

    @property
    def is_idle(self) -> bool:
        """Whether everybody has an answer, and nothing is done any more in any server."""
        chores = any(task.get_name() == CHORE for task in asyncio.all_tasks(self.loop))
        return not (self.live or self.unchecked or chores)

    def slot_of(self, job: Job) -> Slot:
        """Return the slot as it was when a job began; a test-run tries what would be next."""
        version = job.slot_version - (job.source is JobSource.UI_TEST)
        return self.slots[job.slot_id, version]

    async def open(self) -> None:
        """Set everything up and start both servers."""
        self.loop = cast("VirtualTimeLoop", asyncio.get_running_loop())
        self.loop.set_exception_handler(self._note_bug)
        for slot, options in slots_at_first():
            await self.change(slot, options)
        await self.use.configure_settings(SETTINGS, by=Actor(name="test"))
        for owner in OWNERS:
            await self.start(owner)

    async def change(self, slot: SlotId, changes: Mapping[str, object]) -> None:
        """Change a slot, as an administrator may."""
        changed = await self.use.configure_slot(slot, changes, settings={}, by=Actor(name="test"))
        self.slots[slot, changed.version] = changed

    def send(self, sending: Sending, owner: str) -> None:
        """Let a booth send a photo to a server that is alive."""
        self.images.seconds[sending.photo_sha256] = sending.looking
        self._plans.setdefault(sending.prepared_sha256, list(sending.deeds))
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
        self.servers[owner] = Server.over(self._around, owner)
        await self.servers[owner].start()

    async def kill(self, owner: str) -> None:
        """Kill a server."""
        self.disturb(is_fault=True)
        await self.servers[owner].kill()

    async def clean_up_killed(self, trips: int) -> None:
        """Clean up in a process that is killed after so many trips to the stores, or back."""
        road = Road(self.world.clock, self.trouble, trips=trips)
        with suppress(CoreError):
            await UseCases.over(self._around.ports("a timer", road)).clean_up(Cleaning())

    async def clear_leftovers(self) -> None:
        """Do what a server does by itself; nothing happens if the stores are away."""
        with suppress(CoreError):
            await self.use.clear_leftovers()

    async def cancel(self, job_id: JobId, owner: str) -> None:
        """Stop a job by way of a server, as an administrator may."""
        self.disturb(is_fault=False)
        self.has_cancels = True
        with suppress(CoreError):
            cancelled = await self.servers[owner].use.cancel_job(job_id, by=Actor(name="test"))
            assert not cancelled.is_running

    def jump(self, seconds: float) -> None:
        """Let *seconds* pass in which nobody gets to do anything."""
        self.loop.moment += seconds

    def outlive(self, age: timedelta) -> None:
        """Let time pass until all there is has that *age*, wherever the wall clock was once."""
        set_back = self._furthest - self.world.clock.stepped
        self.jump((age + set_back).total_seconds() + 1)

    def step(self, by: timedelta) -> None:
        """Set the wall clock."""
        self.has_steps = True
        self.world.clock.stepped += by
        self._furthest = max(self._furthest, self.world.clock.stepped)

    async def answered(self) -> None:
        """Wait until every booth has an answer, and the servers have nothing more to do."""
        if waiting := [sent.answer for sent in self.sent if not sent.answer.done()]:
            await asyncio.wait(waiting)
        for server in self.servers.values():
            await server.idle()

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

    @property
    def _around(self) -> Surroundings:
        shared = (self.world, self.trouble, self.ledger, self.images, self.book)
        return Surroundings(*shared, plan=self._plan, live=lambda: self.live)

    def _plan(self, photo_sha256: str) -> Deed:
        deeds = self._plans[photo_sha256]
        return deeds.pop(0) if len(deeds) > 1 else deeds[0]

    def _note_bug(self, _: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        if not isinstance(context.get("exception"), PLANNED_BUG):
            self.bugs.append(context)
