"""What administrators did, for the record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final

from attrs import field, frozen

from .account import Actor
from .moments import aware


class AuditAction(StrEnum):
    """What was done."""

    LOGGED_IN = "logged_in"
    LOGIN_FAILED = "login_failed"
    LOGGED_OUT = "logged_out"
    ACCOUNT_CHANGED = "account_changed"
    SLOT_CHANGED = "slot_changed"
    SLOT_RESET = "slot_reset"
    SLOT_ROLLED_BACK = "slot_rolled_back"
    SLOT_TESTED = "slot_tested"
    TEMPLATE_REGISTERED = "template_registered"
    TEMPLATE_DELETED = "template_deleted"
    SETTINGS_CHANGED = "settings_changed"
    PROVIDER_KEY_CHANGED = "provider_key_changed"
    SECRETS_ROTATED = "secrets_rotated"
    JOB_CANCELLED = "job_cancelled"
    RESULT_DELETED = "result_deleted"
    CLEANED_UP = "cleaned_up"
    GALLERY_SHARED = "gallery_shared"


ABOUT_ACCOUNTS: Final = frozenset(
    {
        AuditAction.LOGGED_IN,
        AuditAction.LOGIN_FAILED,
        AuditAction.LOGGED_OUT,
        AuditAction.ACCOUNT_CHANGED,
    }
)
"""Their subject is a name that somebody typed, whatever it looks like."""


@frozen(kw_only=True)
class AuditEntry:
    """One deed.

    Attributes:
        subject: What it was done to: a slot's id, a job's, an account's name, a provider's,
            `settings`, `provider_keys`, `gallery`.
        details: What changed, as plain JSON; never a secret value.
        number: Grows with every entry; given by the store.
    """

    at: datetime = field(validator=aware)
    actor: Actor
    action: AuditAction = field(converter=AuditAction)
    subject: str
    details: Mapping[str, object] = field(factory=dict)
    number: int | None = None
