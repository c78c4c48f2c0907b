"""What is shown of the record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from aiohttp import web
from attrs import frozen

from photochanger_core.domain.account import Scope
from photochanger_core.domain.audit import ABOUT_ACCOUNTS, AuditAction, AuditEntry
from photochanger_core.domain.ids import SLOT_IDS
from photochanger_core.domain.settings import HashPolicy
from photochanger_core.domain.slot import Slot
from photochanger_web.keys import CLAIMS, USE_CASES
from photochanger_web.locale import page_text

from .audit_words import CHANGES, ICONS, facts_of, sentence_of
from .language import language_of_page
from .local_time import zone_of
from .navigation import HOME, JOBS
from .settings_form import NUMBERS
from .slot_changes import Change, changes_in
from .slot_names import Names, names_of
from .slot_texts import words

_ABOUT_JOBS: Final = (AuditAction.JOB_CANCELLED, AuditAction.RESULT_DELETED)


@frozen(kw_only=True)
class EntryShown:
    """What is shown of a deed.

    Attributes:
        changes: What was changed, field by field.
        facts: What else is known, for those who know what it means.
        slot: The slot whose history has more; None: none.
        job: The job it was done to; None: none.
    """

    entry: AuditEntry
    icon: str
    sentence: str
    changes: Sequence[Change]
    facts: Sequence[str]
    slot: str | None
    job: str | None

    @property
    def is_failure(self) -> bool:
        """Whether it did not succeed."""
        return self.entry.action is AuditAction.LOGIN_FAILED


@frozen(kw_only=True)
class Record:
    """What is needed to tell of entries.

    Attributes:
        slots: As they are now, by their ids.
    """

    request: web.Request
    slots: Mapping[str, Slot]

    @classmethod
    async def read(cls, request: web.Request) -> Record:
        """Return what is needed to answer *request*."""
        views = await request.app[USE_CASES].read_slots.all()
        return cls(request=request, slots={view.slot.slot_id: view.slot for view in views})

    @property
    def names(self) -> Mapping[str, str]:
        """What slots are called, by their ids."""
        return {slot_id: slot.display_name for slot_id, slot in self.slots.items()}

    def shown(self, entries: Sequence[AuditEntry]) -> Sequence[EntryShown]:
        """Return what is shown of *entries*."""
        subjects = {entry.subject for entry in entries}
        fields = {subject: self._field_names(subject) for subject in subjects}
        return [self._shown(entry, fields[entry.subject]) for entry in entries]

    def _shown(self, entry: AuditEntry, fields: Names) -> EntryShown:
        return EntryShown(
            entry=entry,
            icon=ICONS[entry.action],
            sentence=sentence_of(entry, self._language, self.names),
            changes=_changes(entry, fields),
            facts=facts_of(entry, self._language, zone_of(self.request)),
            slot=self._slot(entry),
            job=entry.subject if entry.action in _ABOUT_JOBS and self._may(JOBS) else None,
        )

    def _field_names(self, subject: str) -> Names:
        if subject in self.slots:
            return names_of(self.request.app[USE_CASES].describe_providers(), self._language)
        return _names_of_settings(self._language)

    def _slot(self, entry: AuditEntry) -> str | None:
        is_slot = entry.subject in SLOT_IDS and entry.action not in ABOUT_ACCOUNTS
        return entry.subject if is_slot and self._may(HOME) else None

    def _may(self, path: str) -> bool:
        scope = {HOME: Scope.SLOTS_READ, JOBS: Scope.STATS_READ}[path]
        return scope in self.request[CLAIMS].scopes

    @property
    def _language(self) -> str:
        return language_of_page(self.request)


def _changes(entry: AuditEntry, fields: Names) -> Sequence[Change]:
    if entry.action is AuditAction.PROVIDER_KEY_CHANGED:
        return ()  # the sentence says it
    changes: Any = entry.details.get(CHANGES, {})
    return changes_in(changes, fields)


def _names_of_settings(language: str) -> Names:
    """Return what settings are called on their page."""
    labels = {name: page_text(language, f"settings.{name}") for name in (*NUMBERS, "hash_policy")}
    policies = {
        f"hash_policy={one}": page_text(language, f"settings.hash_{one}") for one in HashPolicy
    }
    password = {"ingest_password": page_text(language, "settings.password")}
    return Names(language=language, labels={**words(language), **labels, **policies, **password})
