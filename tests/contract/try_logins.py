"""A server of its own that counts many tries at once: `try_logins ACCOUNT ADDRESS COUNT`.

ACCOUNT or ADDRESS with a `*` in it is another one with each try. Reads the connection string from
standard input, says that it is ready, and begins with the next line it is given. Says how many
tries were counted.
"""

from __future__ import annotations

import asyncio
import os
import sys

from photochanger_adapters.postgres.gateway import Gateway
from photochanger_adapters.postgres.health import PgHealth
from photochanger_adapters.postgres.login_failures import PgLoginFailures

from .samples import NOON
from .servers import say, told


async def try_logins(dsn: str, account: str, address: str, count: int) -> int:
    async with Gateway(dsn=dsn) as gateway:
        await asyncio.gather(*(PgHealth(gateway).check() for _ in range(gateway.size)))
        say("ready")
        await asyncio.to_thread(told)
        failures = PgLoginFailures(gateway)
        names = [(_own(account, number), _own(address, number)) for number in range(count)]
        outcomes = await asyncio.gather(*(failures.count(*name, NOON) for name in names))
        return outcomes.count(None)


def _own(name: str, number: int) -> str:
    return name.replace("*", f"{os.getpid()}-{number}")


if __name__ == "__main__":
    say(asyncio.run(try_logins(told(), sys.argv[1], sys.argv[2], int(sys.argv[3]))))
