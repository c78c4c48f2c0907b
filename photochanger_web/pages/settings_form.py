"""What the page of settings shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Final

from attrs import Factory, asdict, frozen

from photochanger_core.domain.provider_key import ProviderKey
from photochanger_core.domain.settings import SETTINGS_CHECKS, HashPolicy, Settings
from photochanger_core.use_cases.read_settings import SettingsView
from photochanger_web.locale import page_text, text

from .ago import ago

NUMBERS: Final = tuple(name for name in SETTINGS_CHECKS if name != "hash_policy")
"""Settings that are whole numbers."""

_OUTSIDE: Final = -1
"""No setting may be that."""


@frozen(kw_only=True)
class Attempt:
    """What somebody has tried to set, and what is wrong with it.

    Attributes:
        values: As they were filled in.
        problems: In sentences, by field.
        sentence: What is wrong with all of it; None: nothing.
        is_conflict: Whether somebody else was faster.
    """

    values: Mapping[str, str] = Factory(dict)
    problems: Mapping[str, str] = Factory(dict)
    sentence: str | None = None
    is_conflict: bool = False


@frozen(kw_only=True)
class Field:
    """A setting to be filled in.

    Attributes:
        value: What the field shows.
        problem: What is wrong with it; None: nothing.
        stored: What is set now, where the field shows something else after a conflict.
    """

    name: str
    value: str
    problem: str | None
    stored: str | None


@frozen(kw_only=True)
class Number(Field):
    """A whole number, and from where to where it may be."""

    least: int
    most: int


@frozen(kw_only=True)
class Key:
    """What is shown of the key of a provider: never the key."""

    name: str
    title: str
    source: str | None
    is_configured: bool
    changed: str | None
    hint: str | None
    problem: str | None


def numbers(stored: Settings, attempt: Attempt) -> Sequence[Number]:
    """Return the fields for whole numbers."""
    return [_number(name, stored, attempt) for name in NUMBERS]


def policy(stored: Settings, attempt: Attempt) -> Field:
    """Return the field for `hash_policy`."""
    return _filled_in("hash_policy", stored, attempt)


def policies() -> Sequence[str]:
    """Return what that one may be."""
    return [one.value for one in HashPolicy]


def keys(view: SettingsView, attempt: Attempt, language: str) -> Sequence[Key]:
    """Return what is shown of the key of every provider."""
    return [_key(name, key, attempt, language, view.at) for name, key in view.keys.items()]


def when(language: str, moment: datetime | None, now: datetime) -> str | None:
    """Return how long ago *moment* was; None: there was none."""
    return None if moment is None else ago(partial(page_text, language), moment, now)


def _number(name: str, stored: Settings, attempt: Attempt) -> Number:
    [outside] = SETTINGS_CHECKS[name](_OUTSIDE)
    least, most = (int(str(outside.params[end])) for end in ("least", "most"))
    return Number(**asdict(_filled_in(name, stored, attempt)), least=least, most=most)


def _filled_in(name: str, stored: Settings, attempt: Attempt) -> Field:
    kept = str(getattr(stored, name))
    value = attempt.values.get(name, kept)
    return Field(
        name=name,
        value=value,
        problem=attempt.problems.get(name),
        stored=kept if attempt.is_conflict and kept != value else None,
    )


def _key(name: str, key: ProviderKey, attempt: Attempt, language: str, now: datetime) -> Key:
    return Key(
        name=name,
        title=name.capitalize(),
        source=key.source,
        is_configured=key.is_configured,
        changed=when(language, key.updated_at, now),
        hint=text(language, "provider_key.unreadable", {}) if key.is_unreadable else None,
        problem=attempt.problems.get(f"provider_keys.{name}"),
    )
