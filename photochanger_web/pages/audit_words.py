"""What administrators did, as a sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from typing import Final

from photochanger_core.domain.audit import AuditAction, AuditEntry
from photochanger_core.domain.ids import SLOT_IDS
from photochanger_web.locale import page_text

from .local_time import day_and_clock, zone_name

ICONS: Final[Mapping[AuditAction, str]] = {
    AuditAction.LOGGED_IN: "user",
    AuditAction.LOGIN_FAILED: "warning",
    AuditAction.LOGGED_OUT: "log_out",
    AuditAction.ACCOUNT_CHANGED: "user",
    AuditAction.SLOT_CHANGED: "edit",
    AuditAction.SLOT_RESET: "slots",
    AuditAction.SLOT_ROLLED_BACK: "busy",
    AuditAction.SLOT_TESTED: "play",
    AuditAction.TEMPLATE_REGISTERED: "picture",
    AuditAction.TEMPLATE_DELETED: "picture",
    AuditAction.SETTINGS_CHANGED: "settings",
    AuditAction.PROVIDER_KEY_CHANGED: "lock",
    AuditAction.SECRETS_ROTATED: "lock",
    AuditAction.JOB_CANCELLED: "pause",
    AuditAction.RESULT_DELETED: "picture",
    AuditAction.CLEANED_UP: "check",
    AuditAction.GALLERY_SHARED: "open_lock",
}
"""What stands beside the sentence."""

_BY_DETAIL: Final[Mapping[tuple[AuditAction, str], str]] = {
    (AuditAction.ACCOUNT_CHANGED, "created"): "account_created",
    (AuditAction.ACCOUNT_CHANGED, "password"): "password_changed",
    (AuditAction.ACCOUNT_CHANGED, "failures_forgotten"): "login_unlocked",
    (AuditAction.SLOT_CHANGED, "copied_from"): "slot_copied",
    (AuditAction.SLOT_CHANGED, "imported"): "slot_imported",
}
"""Deeds that are told otherwise, because of what is in their details."""

_KEY_REMOVED: Final = "provider_key_removed"
_SLOT_CLEANED_UP: Final = "slot_cleaned_up"

KINDS: Final = (*AuditAction, *_BY_DETAIL.values(), _KEY_REMOVED, _SLOT_CLEANED_UP)
"""All that is told in words of its own: its text is `audit.did_KIND`."""


CHANGES: Final = "changes"
"""Among the details: what was changed, field by field."""

_SAID: Final = frozenset(
    {
        *("created", "password", "failures_forgotten", "imported", "copied_from", "to_version"),
        *("slot_id", CHANGES),
    }
)
"""Details that the sentence says, or the fields beside it."""

_UNTIL: Final = "expires_at"

FACTS: Final = (
    *("version", "tried", "removed", "bytes_freed", "failed", "sha256", "media_type", "size"),
    *("resealed", "unreadable", _UNTIL),
)
"""All other details: their names are `audit.fact_NAME`."""


def facts_of(entry: AuditEntry, language: str, zone: timezone) -> Sequence[str]:
    """Return what else is known of the deed of *entry*, for those whom it tells something."""
    told = {name: value for name, value in entry.details.items() if name not in _SAID}
    if _UNTIL in told:
        told[_UNTIL] = _moment(str(told[_UNTIL]), zone)
    return [f"{_fact(name, language)}: {_plainly(value)}" for name, value in told.items()]


def _moment(written: str, zone: timezone) -> str:
    """Return a moment that was *written* down as people in *zone* read it."""
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        return written
    return f"{day_and_clock(moment, zone)} {zone_name(zone)}"


def _fact(name: str, language: str) -> str:
    return page_text(language, f"audit.fact_{name}") if name in FACTS else name


def _plainly(value: object) -> str:
    match value:
        case Mapping():
            return ", ".join(f"{name} {_plainly(one)}" for name, one in value.items()) or "—"
        case list() | tuple():
            return ", ".join(map(_plainly, value)) or "—"
    return str(value)


def kind_of(entry: AuditEntry) -> str:
    """Return which of `KINDS` the deed of *entry* is."""
    for (action, detail), kind in _BY_DETAIL.items():
        if entry.action is action and detail in entry.details:
            return kind
    if entry.action is AuditAction.CLEANED_UP and entry.subject in SLOT_IDS:
        return _SLOT_CLEANED_UP
    if entry.details.get(CHANGES) == {"key": "removed"}:
        return _KEY_REMOVED
    return entry.action


def sentence_of(entry: AuditEntry, language: str, names: Mapping[str, str]) -> str:
    """Return the deed of *entry* as a sentence; *names*: of slots, by their ids."""
    subject, details = entry.subject, entry.details
    slot, model = str(details.get("slot_id", subject)), str(details.get("copied_from"))
    return page_text(
        language,
        f"audit.did_{kind_of(entry)}",
        subject=subject,
        provider=subject.capitalize(),
        slot=names.get(slot, slot),
        model=names.get(model, model),
        version=details.get("to_version"),
    )
