"""Whose token is good, and for what."""

from __future__ import annotations

import pytest
from attrs import evolve

from photochanger_core.domain.account import Actor, Scope
from photochanger_core.domain.audit import AuditAction
from photochanger_core.domain.errors import Forbidden, Unauthorized
from tests.logins import HERE, give_account, log_in
from tests.memory_world import MemoryWorld

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


async def test_logging_out_ends_one_token_on_every_server(world: MemoryWorld) -> None:
    await give_account(world)
    left, stays = await log_in(world), await log_in(world)
    other = MemoryWorld(
        clock=world.clock,
        accounts=world.accounts,
        tokens=world.tokens,
        revoked_tokens=world.revoked_tokens,
    )
    await world.use.log_out(left.claims, by=BY)

    for server in (world, other):
        with pytest.raises(Unauthorized):
            await server.use.authorise(left.token, None)
        await server.use.authorise(stays.token, None)
    assert [entry.action for entry in world.audit.entries][-1] is AuditAction.LOGGED_OUT
    assert world.audit.entries[-1].actor == BY
