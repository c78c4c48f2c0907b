"""What is set of a slot, as plain values: to copy, to compare, to tell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from attrs import asdict, evolve

from .slot import SLOT_CHECKS, Slot

SECRETS: Final = ("ingest_password_hash", "gallery_key")
"""Fields of a slot that nobody is shown and no history keeps."""

CHANGED: Final = "changed"
"""All that is told of a secret."""

Differences = Mapping[str, object]
"""By field: an object of `old` and `new`, or `CHANGED`."""


def plain(slot: Slot) -> dict[str, Any]:
    """Return all that can be set of *slot*, but for secrets, as plain JSON."""
    whole = asdict(slot)
    return {name: whole[name] for name in (*SLOT_CHECKS, "settings")}


def with_secrets(slot: Slot, of: Slot | None) -> Slot:
    """Return *slot* with the secrets that *of* has; None: without any."""
    return evolve(
        slot,
        ingest_password_hash=of.ingest_password_hash if of else None,
        gallery_key=of.gallery_key if of else None,
    )


def differences(old: Slot, new: Slot) -> Differences:
    """Return what is set in *new* as it was not in *old*; settings one by one."""
    before, after = _flat(old), _flat(new)
    told: dict[str, object] = {
        name: {"old": before.get(name), "new": after.get(name)}
        for name in {**before, **after}
        if before.get(name) != after.get(name)
    }
    if old.ingest_password_hash != new.ingest_password_hash:
        told["ingest_password"] = CHANGED
    if old.gallery_key != new.gallery_key:
        told["gallery_key"] = CHANGED
    return told


def _flat(slot: Slot) -> dict[str, Any]:
    values = plain(slot)
    settings = values.pop("settings")
    return values | {f"settings.{name}": value for name, value in settings.items()}
