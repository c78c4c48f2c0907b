"""Events as log lines."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from enum import Enum
from typing import Any, Final

import attrs
import structlog

from photochanger_core.domain.errors import FailureReason
from photochanger_core.domain.events import (
    BugMet,
    Event,
    JobNotClosed,
    JobSwept,
    LoginFailed,
    LoginSucceeded,
    PasswordRefused,
    ProviderPolled,
    ResultMissing,
)
from photochanger_core.ports.events import EventsPort

LEVELS: Final[Mapping[type[Event], int]] = {
    BugMet: logging.DEBUG,  # there is a line of what it was
    JobNotClosed: logging.ERROR,
    JobSwept: logging.WARNING,
    LoginFailed: logging.WARNING,
    PasswordRefused: logging.WARNING,
    ProviderPolled: logging.DEBUG,
    ResultMissing: logging.ERROR,
}
"""How serious events are that are always the same; of the others the reason decides."""

REASONS: Final[Mapping[FailureReason, int]] = {
    FailureReason.INTERNAL_ERROR: logging.ERROR,
    FailureReason.MISCONFIGURED: logging.ERROR,
    FailureReason.QUEUE_UNAVAILABLE: logging.ERROR,
    FailureReason.STORAGE_UNAVAILABLE: logging.ERROR,
    FailureReason.STORAGE_FULL: logging.ERROR,
    FailureReason.RATE_LIMITED: logging.ERROR,
    FailureReason.QUEUE_BUSY: logging.WARNING,
    FailureReason.TIMEOUT: logging.WARNING,
    FailureReason.INTERRUPTED: logging.WARNING,
    FailureReason.PROVIDER_5XX: logging.WARNING,
    FailureReason.BAD_RESPONSE: logging.WARNING,
    FailureReason.QUOTA: logging.WARNING,
    FailureReason.NETWORK: logging.WARNING,
    FailureReason.REFUSED: logging.WARNING,
}
"""Error: somebody has to act. Warning: worth a look. Info, the rest: a guest's or booth's doing."""


NAMES: Final[Mapping[type[Event], str]] = {
    LoginSucceeded: "auth.login.success",
    LoginFailed: "auth.login.failure",
}
"""What others look for under a name of their own."""


class StructlogEvents(EventsPort):
    """One log line an event: its name in snake_case or as others look for it, its fields, a level.

    `configure_logging` decides what becomes of the line, and sees to it that logging never waits.
    """

    def emit(self, event: Event) -> None:
        structlog.get_logger("photochanger.events").log(
            _level(event), _name(type(event)), **attrs.asdict(event, value_serializer=_plain)
        )


def _name(kind: type[Event]) -> str:
    if name := NAMES.get(kind):
        return name
    return re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower()


def _level(event: Event) -> int:
    if level := LEVELS.get(type(event)):
        return level
    reason: Any = getattr(event, "failure_reason", None)
    return REASONS.get(reason, logging.INFO)


def _plain(_: object, __: object, value: Any) -> Any:  # noqa: ANN401 - as attrs calls it
    return value.value if isinstance(value, Enum) else value
