from __future__ import annotations

import pytest

from photochanger_core.domain.account import ALL_SCOPES, Actor, Scope
from photochanger_core.domain.audit import AuditAction
from photochanger_core.domain.errors import Throttled, ValidationFailed, WrongCredentials
from photochanger_core.domain.login import MAX_FAILURES
from tests.logins import give_account, log_in
from tests.memory_world import MemoryWorld

BY = Actor(name="cli")


@pytest.mark.parametrize("password", ["p", "я" * 512, "pass word " * 10, " 🔑 "])
async def test_an_account_has_its_new_password(world: MemoryWorld, password: str) -> None:
    before = await give_account(world, scopes=["stats:read"])
    changed = await world.use.set_account_password("serg", password, by=BY)

    assert await world.accounts.get("serg") == changed
    assert changed.scopes == before.scopes == {Scope.STATS_READ}
    assert (await log_in(world, "serg", password)).claims.account == "serg"


@pytest.mark.parametrize("password", ["", "x" * 1025, "я" * 513, "a\0", "\ud800"])
async def test_what_cannot_be_a_password_changes_nothing(world: MemoryWorld, password: str) -> None:
    before = await give_account(world)
    with pytest.raises(ValidationFailed) as caught:
        await world.use.set_account_password("serg", password, by=BY)

    assert await world.accounts.get("serg") == before
    assert world.audit.entries == []
    assert password == "" or password not in str(caught.value)


async def test_an_account_that_there_is_not_is_made_only_if_asked_for(world: MemoryWorld) -> None:
    with pytest.raises(ValidationFailed, match="username: no_such_account"):
        await world.use.set_account_password("anna", "password", by=BY)
    assert await world.accounts.all() == []
    await world.use.set_account_password("anna", "password", by=BY, create=True)

    assert (await log_in(world, "anna", "password")).claims.scopes == ALL_SCOPES


async def test_what_cannot_be_a_name_makes_no_account(world: MemoryWorld) -> None:
    with pytest.raises(ValidationFailed):
        await world.use.set_account_password("192.0.2.7", "password", by=BY, create=True)
    assert await world.accounts.all() == []


async def test_changes_are_recorded_without_the_password(world: MemoryWorld) -> None:
    for password in ("hidden one", "hidden two"):
        await world.use.set_account_password("anna", password, by=BY, create=True)

    made, changed = world.audit.entries
    assert (made.action, made.subject, made.actor) == (AuditAction.ACCOUNT_CHANGED, "anna", BY)
    assert (made.details, changed.details) == ({"created": True}, {"password": "changed"})
    assert "hidden" not in repr(world.audit.entries)


async def test_a_new_password_lets_in_at_once_whoever_was_locked(world: MemoryWorld) -> None:
    for name in ("serg", "igor"):
        await give_account(world, name)
        for number in range(MAX_FAILURES):
            with pytest.raises(WrongCredentials):
                await log_in(world, name, "wrong", address=f"192.0.2.{number}")
    await world.use.set_account_password("serg", "new", by=BY)

    assert (await log_in(world, "serg", "new")).claims.account == "serg"
    with pytest.raises(Throttled):
        await log_in(world, "igor")


async def test_first_accounts_are_made_once(world: MemoryWorld) -> None:
    first = world.use.set_account_password.at_first_start
    assert await first({"serg": "one", "igor": "two"}, by=BY)
    assert not await first({"serg": "three"}, by=BY)

    assert [account.name for account in await world.accounts.all()] == ["igor", "serg"]
    assert (await log_in(world, "serg", "one")).claims.scopes == ALL_SCOPES
    assert [entry.subject for entry in world.audit.entries] == ["serg", "igor", "serg"]


async def test_accounts_are_read_in_order(world: MemoryWorld) -> None:
    for name in ("serg", "igor"):
        await give_account(world, name)

    assert [account.name for account in await world.use.read_accounts()] == ["igor", "serg"]
