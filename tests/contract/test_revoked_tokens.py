"""What every `RevokedTokensPort` promises."""

from __future__ import annotations

from photochanger_core.ports.revoked_tokens import RevokedTokensPort

from .samples import NOON, TICK


async def test_a_token_is_ended_alone(revoked_tokens: RevokedTokensPort) -> None:
    assert not await revoked_tokens.is_revoked("one")
    await revoked_tokens.revoke("one", NOON)

    assert await revoked_tokens.is_revoked("one")
    assert not await revoked_tokens.is_revoked("ONE")
    assert not await revoked_tokens.is_revoked("")


async def test_ending_it_again_changes_nothing(revoked_tokens: RevokedTokensPort) -> None:
    await revoked_tokens.revoke("one", NOON)
    await revoked_tokens.revoke("one", NOON - TICK)
    await revoked_tokens.purge(NOON - TICK)

    assert await revoked_tokens.is_revoked("one")


async def test_it_is_forgotten_when_its_time_is_over_and_no_earlier(
    revoked_tokens: RevokedTokensPort,
) -> None:
    await revoked_tokens.revoke("one", NOON)
    await revoked_tokens.revoke("two", NOON + TICK)
    await revoked_tokens.purge(NOON)

    assert not await revoked_tokens.is_revoked("one")
    assert await revoked_tokens.is_revoked("two")
