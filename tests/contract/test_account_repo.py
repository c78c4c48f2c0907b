"""What every `AccountRepoPort` promises."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from attrs import evolve

from photochanger_adapters.memory.account_repo import MemoryAccountRepo
from photochanger_adapters.security.account_repo import FileAccountRepo
from photochanger_core.domain.account import Account, Scope
from photochanger_core.ports.account_repo import AccountRepoPort

from .samples import NOON

SERG = Account.new("serg", password_hash="$argon2id$v=19$%s", at=NOON)
IGOR = evolve(SERG, name="igor", scopes=[Scope.STATS_READ, "slots:read"])
ZOE = Account(name="Zoe.V_2@x-y", password_hash="", scopes=[], password_set_at=NOON)


@pytest.fixture(params=["memory", "file"])
def accounts(request: pytest.FixtureRequest, tmp_path: Path) -> AccountRepoPort:
    path = tmp_path / "secrets" / "credentials.json"
    return MemoryAccountRepo() if request.param == "memory" else FileAccountRepo(path)


async def test_at_first_there_is_nobody(accounts: AccountRepoPort) -> None:
    assert await accounts.get("serg") is None
    assert await accounts.all() == []


async def test_accounts_come_back_as_they_were_kept(accounts: AccountRepoPort) -> None:
    for account in (SERG, IGOR, ZOE):
        await accounts.save(account)

    assert await accounts.get("serg") == SERG
    assert await accounts.get("igor") == IGOR
    assert await accounts.get("Serg") is None
    assert await accounts.all() == [ZOE, IGOR, SERG]


async def test_an_account_takes_the_place_of_the_one_of_its_name(
    accounts: AccountRepoPort,
) -> None:
    await accounts.save(SERG)
    await accounts.save(IGOR)
    changed = SERG.with_password("another", at=NOON)
    await accounts.save(changed)

    assert await accounts.all() == [IGOR, changed]


async def test_several_accounts_are_kept_at_once(accounts: AccountRepoPort) -> None:
    await accounts.save(SERG)
    await accounts.save(ZOE)
    changed = SERG.with_password("another", at=NOON)
    await accounts.save_all([IGOR, changed])
    assert await accounts.all() == [ZOE, IGOR, changed]

    await accounts.save_all([])
    assert await accounts.all() == [ZOE, IGOR, changed]


async def test_the_first_accounts_are_kept_once(accounts: AccountRepoPort) -> None:
    assert await accounts.add_first([SERG, IGOR])
    assert not await accounts.add_first([ZOE])

    assert await accounts.all() == [IGOR, SERG]


async def test_there_are_no_first_accounts_where_there_is_one(accounts: AccountRepoPort) -> None:
    await accounts.save(ZOE)

    assert not await accounts.add_first([SERG])
    assert await accounts.all() == [ZOE]


async def test_of_first_accounts_at_once_one_callers_are_kept(accounts: AccountRepoPort) -> None:
    own = [SERG.with_password(f"hash {number}", at=NOON) for number in range(8)]
    kept = await asyncio.gather(*(accounts.add_first([one]) for one in own))

    assert kept.count(True) == 1
    assert await accounts.all() == [own[kept.index(True)]]


async def test_accounts_saved_at_once_are_all_kept(accounts: AccountRepoPort) -> None:
    many = [evolve(SERG, name=f"a{number:02}") for number in range(12)]
    await asyncio.gather(*(accounts.save(one) for one in many))

    assert await accounts.all() == many
