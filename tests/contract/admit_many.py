"""A server of its own that admits many jobs at once: `python -m tests.contract.admit_many FIRST`.

Reads the connection string from standard input, says that it is ready, and begins with the next
line it is given. Prints how many jobs were admitted.
"""

from __future__ import annotations

import asyncio
import sys

from photochanger_adapters.postgres.gateway import Gateway
from photochanger_adapters.postgres.health import PgHealth
from photochanger_adapters.postgres.job_repo import PgJobRepo
from photochanger_core.domain.errors import QueueBusy
from photochanger_core.ports.job_repo import Limits

from .samples import job

JOBS = 20
LIMIT = 12


async def admit_many(dsn: str, first: int) -> int:
    async with Gateway(dsn=dsn) as gateway:
        await asyncio.gather(*(PgHealth(gateway).check() for _ in range(JOBS)))
        say("ready")
        await asyncio.to_thread(sys.stdin.readline)
        jobs = PgJobRepo(gateway)
        return sum(await asyncio.gather(*(admitted(jobs, first + n) for n in range(JOBS))))


async def admitted(jobs: PgJobRepo, number: int) -> bool:
    try:
        await jobs.admit(job(number), Limits(everywhere=LIMIT, slot=LIMIT))
    except QueueBusy:
        return False
    return True


def say(what: object) -> None:
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    say(asyncio.run(admit_many(sys.stdin.readline().strip(), int(sys.argv[1]))))
