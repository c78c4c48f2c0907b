"""See whether the providers of active slots would take photos."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final

from attrs import frozen

from photochanger_core.domain.checkup import Finding, Sign, failure, warning, well
from photochanger_core.domain.errors import FailureReason
from photochanger_core.domain.slot import Slot
from photochanger_core.ports.slot_repo import SlotRepoPort

from .check_provider import CheckProvider, ProviderCheck

_SIGNS: Final[Mapping[FailureReason, Sign]] = {
    FailureReason.MISCONFIGURED: Sign.PROVIDER_MISCONFIGURED,
    FailureReason.QUOTA: Sign.PROVIDER_QUOTA,
}


@frozen(kw_only=True)
class ExamineProviders:
    """See whether the providers of active slots would take photos: their keys and models."""

    slots: SlotRepoPort
    check_provider: CheckProvider

    async def __call__(self, name: str) -> Sequence[Finding]:
        """Return what the provider called *name* says; nothing, if no active slot uses it.

        Raises:
            ProviderNotFound: If there is no such provider.
            QueueUnavailable: If slots or the key cannot be read.
        """
        slots = [slot for slot in await self.slots.all() if _uses(slot, name)]
        if not slots:
            return []
        checks = await self.check_provider.each(name)
        if not any(check.failure for check in checks):
            return [well(name, Sign.PROVIDER_OK, ways=", ".join(check.way for check in checks))]
        first = {self.check_provider.way(slot.route) for slot in slots if slot.provider == name}
        return list(_troubles(name, checks, first))


def _uses(slot: Slot, name: str) -> bool:
    return any(route.provider == name for route in slot.routes)


def _troubles(
    name: str, checks: Sequence[ProviderCheck], first: Collection[str]
) -> Iterator[Finding]:
    """Yield what is wrong, once for all that suffer from the same thing, as from a wrong key.

    What only fallbacks use, so nothing of *first*, is not missed at once.
    """
    ways: dict[tuple[FailureReason, str], list[str]] = {}
    for check in checks:
        if check.failure is not None:
            ways.setdefault((check.failure, check.why), []).append(check.way)
    for (reason, why), suffering in ways.items():
        tell = warning if set(first).isdisjoint(suffering) else failure
        sign = _SIGNS.get(reason, Sign.PROVIDER_AWAY)
        yield tell(name, sign, ways=", ".join(suffering), reason=reason, why=why)
