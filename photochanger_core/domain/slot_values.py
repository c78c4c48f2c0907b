"""What is set of a slot, as plain values: to copy, to compare, to tell."""

from __future__ import annotations

import json
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
    told = changed(plain(old), plain(new))
    if old.ingest_password_hash != new.ingest_password_hash:
        told["ingest_password"] = CHANGED
    if old.gallery_key != new.gallery_key:
        told["gallery_key"] = CHANGED
    return told


def changed(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, object]:
    """Return what is otherwise in *new*, values as `plain` returns them, than in *old*."""
    before, after = _flat(old), _flat(new)
    return {
        name: {"old": before.get(name), "new": after.get(name)}
        for name in {**before, **after}
        if _is_otherwise(before.get(name), after.get(name))
    }


def _is_otherwise(old: object, new: object) -> bool:
    """Whether two values are not the same JSON: 1 is neither true nor 1.0 there."""
    return json.dumps(old, sort_keys=True) != json.dumps(new, sort_keys=True)


def _flat(values: Mapping[str, Any]) -> dict[str, Any]:
    settings = values["settings"]
    others = {name: value for name, value in values.items() if name != "settings"}
    return others | {f"settings.{name}": value for name, value in settings.items()}
