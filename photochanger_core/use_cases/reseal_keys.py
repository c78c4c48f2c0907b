"""Encrypt what is kept with the newest secret key."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from attrs import frozen

from photochanger_core.domain.account import Actor
from photochanger_core.domain.audit import AuditAction, AuditEntry
from photochanger_core.domain.provider_key import Sealed
from photochanger_core.ports.audit import AuditPort
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.provider_keys import ProviderKeysPort
from photochanger_core.ports.seals import SealsPort

SUBJECT: Final = "provider_keys"
"""What the record says was changed."""


@frozen(kw_only=True)
class Resealed:
    """What came of it: providers, sorted.

    Attributes:
        resealed: Those whose keys are encrypted anew.
        unreadable: Those whose keys no secret key opens; they are left as they were.
    """

    resealed: Sequence[str]
    unreadable: Sequence[str]


@frozen(kw_only=True)
class ResealKeys:
    """Encrypt the keys of all providers with the first secret key, so that others can go.

    A crash leaves some done and the rest as they were: all of them are read as before.
    """

    keys: ProviderKeysPort
    seals: SealsPort
    audit: AuditPort
    clock: ClockPort

    async def __call__(self, *, by: Actor) -> Resealed:
        """Encrypt those anew that are not under the first key.

        Raises:
            QueueUnavailable: If keys cannot be read or kept.
        """
        resealed, unreadable = [], []
        for provider, stored in sorted((await self.keys.all()).items()):
            text = self.seals.opened(stored.sealed)
            if text is None:
                unreadable.append(provider)
            elif await self._reseal(provider, stored.sealed, text):
                resealed.append(provider)
        done = Resealed(resealed=resealed, unreadable=unreadable)
        if resealed:
            await self._note(done, by)
        return done

    async def _reseal(self, provider: str, old: Sealed, text: str) -> bool:
        """Encrypt a key anew, unless it is, or somebody has just changed it."""
        if old.key_id == self.seals.key_id:
            return False
        return await self.keys.reseal(provider, old=old, new=self.seals.seal(text))

    async def _note(self, done: Resealed, by: Actor) -> None:
        entry = AuditEntry(
            at=self.clock.now(),
            actor=by,
            action=AuditAction.SECRETS_ROTATED,
            subject=SUBJECT,
            details={"resealed": done.resealed, "unreadable": done.unreadable},
        )
        await self.audit.note(entry)
