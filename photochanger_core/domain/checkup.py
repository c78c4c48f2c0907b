"""What a look at the whole service before the doors open has shown."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from attrs import field, frozen


class Level(StrEnum):
    """Whether all is well, something is to be looked after, or guests will notice."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


class Sign(StrEnum):
    """What was seen. What it means, and what to do about it, is said where texts are kept."""

    NO_ANSWER = "no_answer"
    TROUBLE = "trouble"
    BUG = "bug"
    DATABASE_OK = "database_ok"
    DATABASE_AWAY = "database_away"
    DATABASE_OLD = "database_old"
    TABLES_OK = "tables_ok"
    TABLES_BEHIND = "tables_behind"
    TABLES_AHEAD = "tables_ahead"
    DATABASE_CLOCK_OK = "database_clock_ok"
    DATABASE_CLOCK_OFF = "database_clock_off"
    CLOCK_OK = "clock_ok"
    CLOCK_WRONG = "clock_wrong"
    CLOCK_SET_BACK = "clock_set_back"
    MEDIA_OK = "media_ok"
    MEDIA_AWAY = "media_away"
    MEDIA_FULL = "media_full"
    MEDIA_FOREIGN = "media_foreign"
    ROOM_OK = "room_ok"
    ROOM_SHORT = "room_short"
    ROOM_LITTLE = "room_little"
    FILES_SHORT = "files_short"
    ACCOUNTS_OK = "accounts_ok"
    ACCOUNTS_NONE = "accounts_none"
    ACCOUNTS_BROKEN = "accounts_broken"
    SLOTS_NONE = "slots_none"
    SLOT_OK = "slot_ok"
    SLOT_WRONG = "slot_wrong"
    SLOT_NO_FALLBACK = "slot_no_fallback"
    SLOT_LOCKED = "slot_locked"
    SLOT_UNLOCKED = "slot_unlocked"
    GALLERIES_OPEN = "galleries_open"
    TEMPLATES_OK = "templates_ok"
    TEMPLATE_MISSING = "template_missing"
    TEMPLATE_BROKEN = "template_broken"
    PROVIDER_OK = "provider_ok"
    PROVIDER_MISCONFIGURED = "provider_misconfigured"
    PROVIDER_QUOTA = "provider_quota"
    PROVIDER_AWAY = "provider_away"
    PACE_OK = "pace_ok"
    PACE_UNKNOWN = "pace_unknown"
    PACE_SLOW = "pace_slow"
    PACE_NO_PICTURE = "pace_no_picture"
    PACE_TIMEOUTS = "pace_timeouts"
    DELIVERY_OK = "delivery_ok"
    DELIVERY_NEVER = "delivery_never"
    DELIVERY_FAILED = "delivery_failed"
    CLEANUP_OK = "cleanup_ok"
    CLEANUP_OVERDUE = "cleanup_overdue"


@frozen(kw_only=True)
class Finding:
    """One thing that was seen.

    Attributes:
        level: How bad it is.
        about: What it was seen of: a part of the service, a slot, a provider.
        sign: What was seen: one of `Sign`, or of those that another part of the program knows.
        values: What the text about it names: numbers as numbers, sizes in GiB; no secrets.
    """

    level: Level
    about: str
    sign: str
    values: Mapping[str, object] = field(factory=dict)


def well(about: str, sign: str, **values: object) -> Finding:
    """Return that all is well."""
    return Finding(level=Level.OK, about=about, sign=sign, values=values)


def warning(about: str, sign: str, **values: object) -> Finding:
    """Return that something is to be looked after."""
    return Finding(level=Level.WARN, about=about, sign=sign, values=values)


def failure(about: str, sign: str, **values: object) -> Finding:
    """Return that guests will notice."""
    return Finding(level=Level.FAIL, about=about, sign=sign, values=values)
