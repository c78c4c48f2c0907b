"""What was changed of a slot, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from attrs import frozen

from photochanger_core.domain.slot import Slot
from photochanger_core.domain.slot_values import Differences
from photochanger_core.use_cases.read_slot_history import SlotHistory
from photochanger_web.locale import page_text

from .slot_names import Names, unfolded

_ROUTE: Final = ("provider", "operation")
_ID: Final = "media_object_id"


@frozen(kw_only=True)
class Change:
    """What a field was, and what it has become; a secret has neither."""

    label: str
    old: str | None
    new: str | None


@frozen(kw_only=True)
class Version:
    """A version of a slot in its history."""

    number: int
    at: datetime
    by: str
    changes: Sequence[Change]


def versions_in(history: SlotHistory, names: Names) -> Sequence[Version]:
    """Return what *history* tells, in *names*."""
    return [
        Version(
            number=version.slot.version,
            at=version.slot.updated_at,
            by=version.slot.updated_by,
            changes=changes_in(version.changes, names, new=version.slot),
        )
        for version in history.versions
    ]


def changes_in(
    differences: Differences, names: Names, *, new: Slot | None = None
) -> Sequence[Change]:
    """Return what *differences* are in *names*; *new*: what they have led to, if that is known."""
    return [_change(names, *one) for one in _unfolded(differences, new)]


def _unfolded(differences: Differences, new: Slot | None) -> Iterator[tuple[str, object, object]]:
    """Yield what was changed: its path, what it was, and what it is; of secrets the path only."""
    others, parts = dict(differences), [name for name in _ROUTE if name in differences]
    if len(parts) == len(_ROUTE) or (parts and new is not None):
        yield "route", _route(differences, new, "old"), _route(differences, new, "new")
        others = {name: told for name, told in differences.items() if name not in _ROUTE}
    for path, told in others.items():
        if not isinstance(told, Mapping):
            yield path, None, None
            continue
        before, after = unfolded(path, told["old"]), unfolded(path, told["new"])
        for at in {**before, **after}:
            if before.get(at) != after.get(at):
                yield at, before.get(at), after.get(at)


def _route(differences: Differences, new: Slot | None, when: str) -> str:
    """Return what photos went to before (`old`), or have gone to since (`new`)."""
    parts = []
    for name in _ROUTE:
        told: Any = differences.get(name)
        parts.append(getattr(new, name) if told is None else told[when])
    return "/".join(parts)


def _change(names: Names, path: str, old: object, new: object) -> Change:
    label = names.label(path)
    if old is None and new is None:
        return Change(label=label, old=None, new=None)
    before, after = names.value(path, old), names.value(path, new)
    if before == after and isinstance(new, Mapping) and _ID in new:
        after = page_text(names.language, "slot.other_picture", kind=after)
    return Change(label=label, old=before, new=after)
