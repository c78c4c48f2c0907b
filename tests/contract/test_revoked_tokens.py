"""What every `RevokedTokensPort` promises."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from photochanger_core.ports.revoked_tokens import RevokedTokensPort

from .samples import NOON, TICK, claims_of


async def test_a_token_is_ended_alone(revoked_tokens: RevokedTokensPort) -> None:
    assert not await revoked_tokens.is_revoked(claims_of("one"))
    await revoked_tokens.revoke("one", NOON)

    assert await revoked_tokens.is_revoked(claims_of("one"))
    assert not await revoked_tokens.is_revoked(claims_of("ONE"))
    assert not await revoked_tokens.is_revoked(claims_of(""))
    assert await revoked_tokens.generation("serg") == 0


async def test_ending_it_again_changes_nothing(revoked_tokens: RevokedTokensPort) -> None:
    await revoked_tokens.revoke("one", NOON)
    await revoked_tokens.revoke("one", NOON - TICK)
    await revoked_tokens.purge(NOON - TICK)

    assert await revoked_tokens.is_revoked(claims_of("one"))


async def test_it_is_forgotten_when_its_time_is_over_and_no_earlier(
    revoked_tokens: RevokedTokensPort,
) -> None:
    await revoked_tokens.revoke("one", NOON)
    await revoked_tokens.revoke("two", NOON + TICK)
    await revoked_tokens.purge(NOON)

    assert not await revoked_tokens.is_revoked(claims_of("one"))
    assert await revoked_tokens.is_revoked(claims_of("two"))


async def test_all_tokens_of_an_account_are_ended_and_new_ones_are_not(
    revoked_tokens: RevokedTokensPort,
) -> None:
    await revoked_tokens.revoke_all("serg")
    generation = await revoked_tokens.generation("serg")

    for token_id in ("one", "two", ""):
        assert await revoked_tokens.is_revoked(claims_of(token_id))
        assert not await revoked_tokens.is_revoked(claims_of(token_id, generation=generation))
    for other in ("igor", "SERG", ""):
        assert not await revoked_tokens.is_revoked(claims_of(account=other))
        assert await revoked_tokens.generation(other) == 0


async def test_one_of_the_new_tokens_is_ended_alone_too(revoked_tokens: RevokedTokensPort) -> None:
    await revoked_tokens.revoke_all("serg")
    await revoked_tokens.revoke("one", NOON)

    assert await revoked_tokens.is_revoked(claims_of("one", generation=1))
    assert not await revoked_tokens.is_revoked(claims_of("two", generation=1))


async def test_every_time_a_generation_begins(revoked_tokens: RevokedTokensPort) -> None:
    for _ in range(3):
        before = await revoked_tokens.generation("serg")
        await revoked_tokens.revoke_all("serg")
        assert await revoked_tokens.is_revoked(claims_of(generation=before))
    await asyncio.gather(*(revoked_tokens.revoke_all("serg") for _ in range(5)))

    assert await revoked_tokens.generation("serg") == 8


async def test_a_generation_that_is_to_come_yet_is_over_too(
    revoked_tokens: RevokedTokensPort,
) -> None:
    assert await revoked_tokens.is_revoked(claims_of(generation=1))


async def test_generations_are_kept(revoked_tokens: RevokedTokensPort) -> None:
    await revoked_tokens.revoke_all("serg")
    await revoked_tokens.purge(NOON + timedelta(days=365))

    assert await revoked_tokens.is_revoked(claims_of())
