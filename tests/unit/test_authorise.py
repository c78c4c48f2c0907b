"""Whose token is good, and for what."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from attrs import evolve

from photochanger_adapters.memory.account_repo import MemoryAccountRepo
from photochanger_adapters.memory.revoked_tokens import MemoryRevokedTokens
from photochanger_core.domain.account import Actor, Scope
from photochanger_core.domain.audit import AuditAction
from photochanger_core.domain.errors import (
    Forbidden,
    QueueUnavailable,
    Unauthorized,
    ValidationFailed,
)
from photochanger_core.use_cases.log_in import LoggedIn
from tests.logins import HERE, give_account, log_in
from tests.memory_world import MemoryWorld
from tests.virtual_time import VirtualClock

BY = Actor(name="serg", address=HERE)


@pytest.mark.parametrize("token", [None, "", "token-2", "x"])
async def test_without_a_token_of_ours_nobody_is_let_in(
    world: MemoryWorld, token: str | None
) -> None:
    await give_account(world)
    await log_in(world)

    with pytest.raises(Unauthorized):
        await world.use.authorise(token, None)


async def test_whoever_may_something_else_is_told_so(world: MemoryWorld) -> None:
    await give_account(world, scopes=["slots:read"])
    token = (await log_in(world)).token

    await world.use.authorise(token, Scope.SLOTS_READ)
    with pytest.raises(Forbidden):
        await world.use.authorise(token, Scope.SLOTS_WRITE)


async def test_what_an_account_may_no_more_its_tokens_may_not_either(world: MemoryWorld) -> None:
    account = await give_account(world, scopes=["slots:read", "stats:read"])
    token = (await log_in(world)).token
    await world.accounts.save(evolve(account, scopes=["stats:read"]))

    with pytest.raises(Forbidden):
        await world.use.authorise(token, Scope.SLOTS_READ)
    assert (await world.use.authorise(token, None)).scopes == {Scope.STATS_READ}


async def test_what_an_account_may_since_then_a_token_may_not(world: MemoryWorld) -> None:
    account = await give_account(world, scopes=["slots:read"])
    token = (await log_in(world)).token
    await world.accounts.save(evolve(account, scopes=[*Scope]))

    with pytest.raises(Forbidden):
        await world.use.authorise(token, Scope.STATS_READ)
    assert (await world.use.authorise(token, None)).scopes == {Scope.SLOTS_READ}


def another_server(world: MemoryWorld, **more: Any) -> MemoryWorld:
    """Return a server that shares accounts, keys and database with that of *world*."""
    shared = {"accounts": world.accounts} | more
    return MemoryWorld(
        clock=world.clock, tokens=world.tokens, revoked_tokens=world.revoked_tokens, **shared
    )


async def is_in(world: MemoryWorld, logged_in: LoggedIn) -> bool:
    try:
        await world.use.authorise(logged_in.token, None)
    except Unauthorized:
        return False
    return True


async def test_logging_out_ends_one_token_on_every_server(world: MemoryWorld) -> None:
    await give_account(world)
    left, stays = await log_in(world), await log_in(world)
    await world.use.log_out(left.claims, by=BY)

    for server in (world, another_server(world)):
        assert [await is_in(server, one) for one in (left, stays)] == [False, True]
    assert [entry.action for entry in world.audit.entries][-1] is AuditAction.LOGGED_OUT
    assert world.audit.entries[-1].actor == BY


async def test_logging_out_everywhere_ends_all_tokens_of_one_account(world: MemoryWorld) -> None:
    await give_account(world)
    await give_account(world, "igor")
    gone, igors = [await log_in(world), await log_in(world)], await log_in(world, "igor")
    await world.use.log_out.everywhere("serg", by=BY)
    back = await log_in(world)  # in the same second

    for server in (world, another_server(world)):
        assert [await is_in(server, one) for one in (*gone, igors, back)] == [
            *(False, False),
            *(True, True),
        ]
    entry = world.audit.entries[-2]
    assert (entry.action, entry.subject, entry.actor) == (AuditAction.LOGGED_OUT, "serg", BY)
    assert entry.details == {"everywhere": True}


async def test_each_time_everybody_is_out_and_may_come_again(world: MemoryWorld) -> None:
    await give_account(world)
    for _ in range(3):
        logged_in = await log_in(world)
        assert await is_in(world, logged_in)
        await world.use.log_out.everywhere("serg", by=BY)
        assert not await is_in(world, logged_in)


async def test_clocks_that_differ_keep_no_session(world: MemoryWorld) -> None:
    await give_account(world)
    ahead = another_server(world)
    ahead.clock = VirtualClock()
    ahead.clock.stepped += timedelta(minutes=5)
    logged_in = await log_in(ahead)
    await world.use.log_out.everywhere("serg", by=BY)

    assert not await is_in(ahead, logged_in)
    assert await is_in(ahead, await log_in(world))


async def test_nobody_is_logged_out_whom_there_is_not(world: MemoryWorld) -> None:
    with pytest.raises(ValidationFailed, match="username: no_such_account"):
        await world.use.log_out.everywhere("serg", by=BY)
    assert world.audit.entries == []


class Away(MemoryRevokedTokens):
    """Ended tokens in a database that cannot be written to."""

    async def revoke_all(self, account: str) -> None:
        raise QueueUnavailable


async def test_what_cannot_be_kept_is_not_said_to_be_done(world: MemoryWorld) -> None:
    world.revoked_tokens = Away()
    await give_account(world)
    logged_in = await log_in(world)
    entries = [*world.audit.entries]
    with pytest.raises(QueueUnavailable):
        await world.use.log_out.everywhere("serg", by=BY)

    assert await is_in(world, logged_in)
    assert world.audit.entries == entries


async def test_a_new_password_ends_sessions_on_servers_with_accounts_of_their_own(
    world: MemoryWorld,
) -> None:
    await give_account(world)
    other = another_server(world, accounts=MemoryAccountRepo())
    await give_account(other)
    logged_in = await log_in(other)
    await world.use.set_account_password("serg", "new", by=BY)

    assert not await is_in(other, logged_in)
