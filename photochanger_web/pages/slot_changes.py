"""What was changed of a slot, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from attrs import frozen

from photochanger_core.domain.slot_values import Differences
from photochanger_core.use_cases.read_slot_history import SlotHistory

from .fields import Kind, shown
from .slot_form import SlotForm


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


@frozen(kw_only=True)
class Names:
    """What fields are called on the page.

    Attributes:
        labels: By path.
        nothing: What is shown where nothing was set.
    """

    labels: Mapping[str, str]
    nothing: str

    def label(self, path: str) -> str:
        """Return what the field at *path* is called: at least its path."""
        return self.labels.get(path, path)

    def value(self, path: str, value: object) -> str:
        """Return *value* of the field at *path* as people read it."""
        if value in (None, "", []):
            return self.nothing
        told = shown(Kind.TEXT, value)
        return self.labels.get(f"{path}={told}", told)

    def versions(self, history: SlotHistory) -> Sequence[Version]:
        """Return what *history* tells."""
        return [
            Version(
                number=version.slot.version,
                at=version.slot.updated_at,
                by=version.slot.updated_by,
                changes=self.changes(version.changes),
            )
            for version in history.versions
        ]

    def changes(self, told: Differences) -> Sequence[Change]:
        """Return what was changed, in words."""
        return [self._change(path, one) for path, one in told.items()]

    def _change(self, path: str, told: object) -> Change:
        if not isinstance(told, Mapping):
            return Change(label=self.label(path), old=None, new=None)
        return Change(
            label=self.label(path),
            old=self.value(path, told["old"]),
            new=self.value(path, told["new"]),
        )


def names_in(form: SlotForm, words: Mapping[str, str]) -> Names:
    """Return what the fields of *form* are called; *words*: those that have none there."""
    labels = {**words, "fallback": form.fallback_route.label}
    for field in form.fields:
        labels[field.name] = field.label
        labels |= {f"{field.name}={one.value}": one.label for one in field.choices}
        if field.kind is Kind.FLAG:
            labels |= {f"{field.name}={one}": words[one] for one in ("true", "false")}
    return Names(labels=labels, nothing=words["nothing"])
