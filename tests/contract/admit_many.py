"""A server of its own that admits many jobs at once: `admit_many KIND FIRST COUNT LIMIT`.

KIND is `same` for one photo, sent again and again, or `different`. Reads the connection string
from standard input, says that it is ready, and begins with the next line it is given. Says how
many jobs were new, how many led to another one, and how many were refused.
"""

from __future__ import annotations

import asyncio
import sys
from collections import Counter

from photochanger_adapters.postgres.gateway import Gateway
from photochanger_adapters.postgres.health import PgHealth
from photochanger_adapters.postgres.job_repo import PgJobRepo
from photochanger_core.domain.errors import QueueBusy
from photochanger_core.domain.job import Job
from photochanger_core.ports.job_repo import Limits

from .samples import DEDUPE, job
from .servers import say, told


async def admit_many(dsn: str, new: list[Job], limit: int) -> Counter[str]:
    async with Gateway(dsn=dsn) as gateway:
        await asyncio.gather(*(PgHealth(gateway).check() for _ in range(gateway.size)))
        say("ready")
        await asyncio.to_thread(told)
        jobs = PgJobRepo(gateway)
        return Counter(await asyncio.gather(*(outcome(jobs, one, limit) for one in new)))


async def outcome(jobs: PgJobRepo, one: Job, limit: int) -> str:
    try:
        found = await jobs.admit(one, Limits(everywhere=limit, slot=limit), dedupe=DEDUPE)
    except QueueBusy:
        return "refused"
    return "new" if found.job_id == one.job_id else "same"


def main(kind: str, first: int, count: int, limit: int) -> None:
    numbers = range(first, first + count)
    new = [job(n, photo_sha256=f"{0 if kind == 'same' else n:064x}") for n in numbers]
    outcomes = asyncio.run(admit_many(told(), new, limit))
    say(" ".join(str(outcomes[one]) for one in ("new", "same", "refused")))


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
