"""An administrator who is logged in."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta

from photochanger_core.domain.account import Account, Scope
from photochanger_core.ports.tokens import Claims

from .world import World


async def bearer(world: World, scopes: Collection[Scope] = tuple(Scope)) -> Sequence[str]:
    """Return the header lines of an administrator who may do what *scopes* name."""
    now = world.clock.now()
    account = Account(name="serg", password_hash="", scopes=scopes, password_set_at=now)
    await world.accounts.save(account)
    claims = Claims(
        token_id="1",
        account=account.name,
        scopes=scopes,
        issued_at=now,
        expires_at=now + timedelta(hours=12),
    )
    return [f"authorization: Bearer {world.tokens.issue(claims)}"]
