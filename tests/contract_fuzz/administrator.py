"""Who the fuzzer logs in as, in memory."""

from __future__ import annotations

from attrs import evolve

from photochanger_core.domain.account import Scope
from tests.logins import give_account
from tests.memory_world import MemoryWorld

from .hooks import CREDENTIALS


async def let_in(world: MemoryWorld) -> None:
    """Make the account of the contract's example, with every scope."""
    account = await give_account(world, CREDENTIALS["username"], scopes=tuple(Scope))
    hashed = await world.passwords.hash(CREDENTIALS["password"])
    await world.accounts.save(evolve(account, password_hash=hashed))
