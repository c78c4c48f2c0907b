"""Administrators who log in, or try to."""

from __future__ import annotations

from typing import Any, Final

from attrs import define, evolve, field

from photochanger_adapters.memory.passwords import MemoryPasswords
from photochanger_core.domain.account import Account
from photochanger_core.domain.events import Event
from photochanger_core.use_cases.log_in import LoggedIn

from .memory_world import MemoryWorld

PASSWORD: Final = "correct horse"
HERE: Final = "192.0.2.7"
THERE: Final = "192.0.2.8"


@define
class WatchedPasswords(MemoryPasswords):
    """Passwords that remember which hashes were tried."""

    tried: list[str] = field(factory=list, init=False)

    async def verify(self, hashed: str, password: str) -> bool:
        self.tried.append(hashed)
        return await super().verify(hashed, password)


async def give_account(world: MemoryWorld, name: str = "serg", **more: Any) -> Account:
    """Make an account with the password of all of them."""
    hashed = await world.passwords.hash(PASSWORD)
    made = Account.new(name, password_hash=hashed, at=world.clock.now())
    account = evolve(made, **{"scopes": ["slots:read", "stats:read"]} | more)
    await world.accounts.save(account)
    return account


async def log_in(
    world: MemoryWorld, name: str = "serg", password: str = PASSWORD, *, address: str = HERE
) -> LoggedIn:
    return await world.use.log_in(name, password, address=address)


def told(world: MemoryWorld, *kinds: type[Event]) -> list[Event]:
    return [event for event in world.events.events if isinstance(event, kinds)]
