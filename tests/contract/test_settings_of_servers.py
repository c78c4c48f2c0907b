"""What one server changes in the settings counts at once for all that share the database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from attrs import frozen

from photochanger_adapters.memory.events import MemoryEvents
from photochanger_adapters.postgres.audit import PgAudit
from photochanger_adapters.postgres.gateway import Gateway
from photochanger_adapters.postgres.provider_keys import PgProviderKeys
from photochanger_adapters.postgres.settings_repo import PgSettingsRepo
from photochanger_adapters.postgres.slot_repo import PgSlotRepo
from photochanger_adapters.security.passwords import Argon2Passwords
from photochanger_adapters.security.seals import FernetSeals, new_secret_key
from photochanger_adapters.system.clock import SystemClock
from photochanger_adapters.system.runs import TaskRuns
from photochanger_core.domain.account import Actor
from photochanger_core.domain.errors import InvalidPassword, VersionConflict
from photochanger_core.domain.ids import SLOT_IDS
from photochanger_core.ports.audit import AuditFilter
from photochanger_core.use_cases.check_password import CheckPassword
from photochanger_core.use_cases.configure_settings import ConfigureSettings
from photochanger_core.use_cases.find_key import FindKey
from photochanger_core.use_cases.races import OneByOne
from photochanger_core.use_cases.reseal_keys import ResealKeys
from photochanger_core.use_cases.throttle_passwords import ThrottlePasswords

OLD, NEW = new_secret_key(), new_secret_key()
SERG = Actor(name="serg")


@frozen
class Server:
    """What a server of its own connections knows."""

    gateway: Gateway
    passwords: Argon2Passwords
    seals: FernetSeals

    @classmethod
    def over(cls, gateway: Gateway, *secret_keys: str) -> Server:
        return cls(gateway, Argon2Passwords(), FernetSeals(secret_keys or (OLD,)))

    async def set(self, seen: int | None = None, **changes: object) -> None:
        configure = ConfigureSettings(
            settings=PgSettingsRepo(self.gateway),
            seals=self.seals,
            passwords=self.passwords,
            audit=PgAudit(self.gateway),
            clock=SystemClock(),
            providers=["gemini", "turbotext"],
            one_by_one=OneByOne(what="settings", runs=TaskRuns(), clock=SystemClock()),
        )
        await configure(changes, by=SERG, seen=None if seen is None else {seen})

    async def lets_in(self, password: str) -> bool:
        clock = SystemClock()
        check = CheckPassword(
            passwords=self.passwords,
            events=MemoryEvents(),
            throttle=ThrottlePasswords(clock=clock),
        )
        slot = await PgSlotRepo(self.gateway).get(SLOT_IDS[0])
        settings = await PgSettingsRepo(self.gateway).read()
        try:
            await check(password, slot, settings, address="booth")
        except InvalidPassword:
            return False
        return True

    @property
    def find_key(self) -> FindKey:
        return FindKey(
            keys=PgProviderKeys(self.gateway),
            seals=self.seals,
            environment={"gemini": "of-the-environment"},
        )

    async def rotate(self) -> None:
        keys = PgProviderKeys(self.gateway)
        audit = PgAudit(self.gateway)
        await ResealKeys(keys=keys, seals=self.seals, audit=audit, clock=SystemClock())(by=SERG)


@pytest.fixture
async def gateways(dsn: str) -> AsyncIterator[tuple[Gateway, Gateway]]:
    async with Gateway(dsn=dsn, size=4) as one, Gateway(dsn=dsn, size=4) as other:
        yield one, other


async def test_an_old_password_opens_nothing_on_any_server_once_it_is_replaced(
    gateways: tuple[Gateway, Gateway],
) -> None:
    one, other = map(Server.over, gateways)
    await one.set(ingest_password="old")
    assert await one.lets_in("old")
    assert await other.lets_in("old")

    await one.set(ingest_password="new")

    for server in (one, other):
        assert not await server.lets_in("old")
        assert await server.lets_in("new")


async def test_a_new_key_is_asked_with_on_every_server_at_once(
    gateways: tuple[Gateway, Gateway],
) -> None:
    one, other = map(Server.over, gateways)
    assert await other.find_key("gemini") == "of-the-environment"

    for key in ("first", "second"):
        await one.set(provider_keys={"gemini": key})
        assert await other.find_key("gemini") == key

    await other.set(provider_keys={"gemini": None})
    assert await one.find_key("gemini") == "of-the-environment"


async def test_secret_keys_are_changed_one_server_after_the_other(
    gateways: tuple[Gateway, Gateway],
) -> None:
    one, other = gateways
    await Server.over(one, OLD).set(provider_keys={"gemini": "first", "turbotext": "second"})

    await Server.over(one, NEW, OLD).rotate()

    assert await Server.over(other, NEW).find_key("gemini") == "first"
    assert await Server.over(other, NEW).find_key("turbotext") == "second"


async def test_of_many_who_save_at_once_one_succeeds(gateways: tuple[Gateway, Gateway]) -> None:
    servers = [Server.over(gateway) for gateway in gateways]

    outcomes = await asyncio.gather(
        *(
            servers[number % 2].set(
                seen=0,
                result_ttl_hours=number + 1,
                gallery_limit=number + 1,
                provider_keys={"gemini": f"key-{number + 1}"},
            )
            for number in range(8)
        ),
        return_exceptions=True,
    )

    assert outcomes.count(None) == 1
    assert [type(outcome) for outcome in outcomes if outcome] == [VersionConflict] * 7
    winner = outcomes.index(None) + 1
    settings = await PgSettingsRepo(gateways[0]).read()
    assert (settings.result_ttl_hours, settings.gallery_limit) == (winner, winner)
    assert await servers[0].find_key("gemini") == f"key-{winner}"
    assert len(await PgAudit(gateways[0]).read(AuditFilter(), 9)) == 2
