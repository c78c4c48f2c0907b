"""A server of its own that takes turns: `take_turns FIRST COUNT PLACES LEASE [hold]`.

Reads the connection string from standard input, admits its jobs, says so, and begins with the
next line it is given: all of them wait for their turn, work, and end. Each writes into `diary`
when it begins and before it ends. With `hold` work lasts until the process is killed, and the
leases are kept up as long.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import timedelta

from attrs import define, field

from photochanger_adapters.postgres.gateway import Gateway
from photochanger_adapters.postgres.job_repo import PgJobRepo
from photochanger_adapters.postgres.turns import PgTurns
from photochanger_adapters.system.clock import SystemClock
from photochanger_core.domain.errors import FailureReason
from photochanger_core.domain.job import Job
from tests.databases import ask

from .samples import admitted, job
from .servers import say, told

# In the order of commits: serial numbers alone are in that of drawing them.
WRITE = """
    BEGIN;
    LOCK TABLE diary IN EXCLUSIVE MODE;
    INSERT INTO diary (event, ticket) VALUES (%(event)s, %(ticket)s);
    COMMIT
"""


@define
class Server:
    dsn: str
    jobs: PgJobRepo
    turns: PgTurns
    places: int
    lease: timedelta
    holds: bool
    clock: SystemClock = field(factory=SystemClock)

    async def admitted(self, number: int) -> Job:
        now = self.clock.now()
        return await admitted(self.jobs, job(number, started_at=now, lease_until=now + self.lease))

    async def run(self, one: Job) -> None:
        await self.turns.turn(one, places=self.places)
        await self.write("begin", one)
        while self.holds:
            await self.jobs.renew([one.job_id], self.clock.now() + self.lease)
            await asyncio.sleep(self.lease.total_seconds() / 5)
        await self.write("end", one)
        assert await self.jobs.finish(one.failed(FailureReason.QUOTA, at=self.clock.now()))

    async def write(self, event: str, one: Job) -> None:
        await asyncio.to_thread(ask, self.dsn, WRITE, {"event": event, "ticket": one.ticket})


async def main(dsn: str, first: int, count: int, places: int, lease: int, *, holds: bool) -> None:
    clock = SystemClock()
    async with Gateway(dsn=dsn) as gateway, PgTurns(gateway, dsn, clock) as turns:
        duration = timedelta(seconds=lease)
        server = Server(dsn, PgJobRepo(gateway), turns, places, duration, holds)
        jobs = [await server.admitted(number) for number in range(first, first + count)]
        say("admitted")
        await asyncio.to_thread(told)
        await asyncio.gather(*(server.run(one) for one in jobs))
        say("ended")


if __name__ == "__main__":
    numbers = [int(argument) for argument in sys.argv[1:5]]
    asyncio.run(main(told(), *numbers, holds="hold" in sys.argv))
