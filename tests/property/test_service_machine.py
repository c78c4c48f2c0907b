"""Two servers under any sequence of photos, faults, clock jumps and reads."""

from __future__ import annotations

import asyncio
import itertools
from datetime import datetime, timedelta
from typing import Any, Final

from attrs import evolve
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from photochanger_core.domain.cleanup import ORPHAN_AGE
from photochanger_core.domain.ids import SlotId
from tests.cleaning import removed
from tests.strategies import KEYS, LEAVING, OPTIONS, RICH_SLOTS, sendings

from .guests import Guests
from .lending import lent
from .machine import OWNER, Trouble, TroubledService, needs
from .sending import Sending
from .service import OWNERS
from .verdicts import check_always, check_ends

ANY: Final = st.integers(0, 1000)
"""Chooses among the jobs there are."""


class Machine(TroubledService):
    """The service, its booths and its guests."""

    def __init__(self) -> None:
        super().__init__()
        self.guests = Guests(self.service)
        self.numbers = itertools.count(1)

    @rule(sending=sendings(), owner=OWNER)
    def send(self, sending: Sending, owner: str) -> None:
        self.run(self._send((self._new(sending), owner)))

    @rule(rush=st.lists(sendings(), min_size=2, max_size=6), owner=OWNER)
    def send_at_once(self, rush: list[Sending], owner: str) -> None:
        self.run(self._send(*[(self._new(sending), owner) for sending in rush]))

    @rule(sending=sendings(), many=st.integers(2, 8))
    def send_one_photo_everywhere(self, sending: Sending, many: int) -> None:
        photo = evolve(self._new(sending), leaves=None)
        self.run(self._send(*[(photo, OWNERS[number % 2]) for number in range(many)]))

    @rule(which=ANY, owner=OWNER, slot=st.none() | RICH_SLOTS, key=KEYS, leaves=LEAVING)
    def send_again(
        self, which: int, owner: str, slot: SlotId | None, key: str | None, leaves: float | None
    ) -> None:
        if earlier := [sent.sending for sent in self.service.sent if not sent.sending.is_test]:
            photo = earlier[which % len(earlier)]
            again = evolve(photo, slot=slot or photo.slot, key=key, leaves=leaves)
            self.run(self._send((again, owner)))

    @rule(slot=RICH_SLOTS, options=OPTIONS)
    def change_slot(self, slot: SlotId, options: dict[str, Any]) -> None:
        self.run(self.service.change(slot, options))

    @needs(Trouble.CANCELS)
    @rule(which=ANY, owner=OWNER)
    def cancel(self, which: int, owner: str) -> None:
        self.run(self.service.cancel(self.guests.any_job(which), owner))

    @precondition(lambda self: self.guests.can_remove)
    @rule()
    def clean_up(self) -> None:
        self.run(self.guests.clean_up())

    @needs(Trouble.KILLS)
    @precondition(lambda self: self.guests.can_remove)
    @rule(trips=st.integers(0, 40))
    def clean_up_killed(self, trips: int) -> None:
        self.run(self.guests.clean_up_killed(trips))

    @rule()
    def clear_leftovers(self) -> None:
        self.run(self.service.clear_leftovers())

    @rule(which=ANY)
    def read_result(self, which: int) -> None:
        self.run(self.guests.read_result(self.guests.any_job(which)))

    @rule(which=ANY, beyond=st.sampled_from([timedelta(0), timedelta.resolution]))
    def read_at_the_last_instant(self, which: int, beyond: timedelta) -> None:
        self.run(self._read_at_the_last_instant(which, beyond))

    @rule(which=ANY)
    def read_job(self, which: int) -> None:
        self.run(self.guests.read_job(self.guests.any_job(which)))

    @invariant()
    def promises_hold(self) -> None:
        check_always(self.service)
        self.guests.note_pictures()

    def teardown(self) -> None:
        with self.runner:
            self.run(self._end())

    async def _send(self, *rush: tuple[Sending, str]) -> None:
        for sending, owner in rush:
            if self.service.servers[owner].is_alive:
                self.service.send(sending, owner)
        await asyncio.sleep(0)

    def _new(self, sending: Sending) -> Sending:
        return evolve(sending, number=next(self.numbers))

    async def _read_at_the_last_instant(self, which: int, beyond: timedelta) -> None:
        await self.service.answered()
        self.guests.note_pictures()
        if jobs := list(self.guests.pictures):
            job_id = jobs[which % len(jobs)]
            await self._sleep_until(self.guests.pictures[job_id][1] + beyond)
            await self.guests.read_result(job_id)

    async def _sleep_until(self, moment: datetime) -> None:
        self.service.jump(max(0.0, (moment - self.service.now).total_seconds()))
        if self.service.now < moment:
            self.service.step(moment - self.service.now)  # what a float has lost

    async def _end(self) -> None:
        await self.service.swept()
        self.promises_hold()
        await check_ends(self.service)
        if not (self.service.has_faults or self.service.has_steps):
            assert await lent(self.service.world) == set()
        self.service.outlive(ORPHAN_AGE)
        await self.guests.clean_up()
        assert await self.service.kept() == self.guests.served
        await removed(self.service.use.purge_media)
        assert await lent(self.service.world) == set()
        await self.service.close()
        assert asyncio.all_tasks() == {asyncio.current_task()}


TestMachine = Machine.TestCase
TestMachine.settings = settings(max_examples=300, stateful_step_count=40)
