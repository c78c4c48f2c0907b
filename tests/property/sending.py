"""One photo that a booth sends, and what must come of it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Final

from attrs import field, frozen

from photochanger_adapters.memory.provider import CHANGED, Step
from photochanger_core.domain.errors import (
    FailureReason,
    PayloadTooLarge,
    ProviderBadResponse,
    ProviderMisconfigured,
    ProviderQuota,
    ProviderRefused,
    ProviderServerError,
    ProviderUnreachable,
    reason_of,
)
from photochanger_core.domain.ids import SlotId
from photochanger_core.domain.job import JobStatus

from .forms import FLAWS, NAMES, PNG, Flaw, Form, form, photo

OUTCOMES: Final[Mapping[str, Callable[[], bytes | Exception | None]]] = {
    "changed": lambda: None,
    "png": lambda: PNG + b"a picture",
    "broken picture": lambda: PNG + b"broken",
    "no picture": lambda: b"<html>",
    "5xx": lambda: ProviderServerError("overloaded"),
    "bad": lambda: ProviderBadResponse("half an answer"),
    "quota": lambda: ProviderQuota("used up", retry_after=3.0),
    "network": lambda: ProviderUnreachable("reset"),
    "refused": lambda: ProviderRefused("policy"),
    "misconfigured": lambda: ProviderMisconfigured("no such model"),
    "too large": lambda: PayloadTooLarge("20 MB"),
    "bug": lambda: KeyError("a bug"),
}

WINDOWS: Final = {SlotId("slot-001"): 10, SlotId("slot-002"): 40}
"""Seconds the sync windows of the slots that are on have."""

DISABLED: Final = SlotId("slot-003")
UNKNOWN: Final = SlotId("slot-016")


@frozen(kw_only=True)
class Forecast:
    """What must come of a sending that nothing disturbs.

    Attributes:
        reasons: Why the booth may be refused; None: it gets a picture.
        status: How its job ends; None: there is no job.
        calls: How often the provider is asked.
    """

    reasons: frozenset[FailureReason | None]
    status: JobStatus | None = None
    calls: int = 0


@frozen(kw_only=True)
class Sending:
    """One photo that a booth sends.

    Attributes:
        number: No other sending has it.
        names: The fields, in the order in which they are sent.
        pause: Seconds before each part.
        looking: Seconds it takes to decode the photo.
        asking: Seconds the provider takes.
        leaves: Seconds after which the booth hangs up, if it does.
    """

    number: int
    slot: SlotId
    names: tuple[str, ...] = NAMES
    flaw: str | None = None
    pause: float = 0.0
    looking: float = 0.0
    asking: float = 0.0
    outcome: str = "changed"
    leaves: float | None = None
    form: Form = field(init=False, repr=False)

    @form.default
    def _form(self) -> Form:
        whole = form(photo(self.number), self.names)
        return FLAWS[self.flaw].spoil(whole) if self.flaw else whole

    @property
    def photo(self) -> bytes:
        """The photo as it is sent; empty if none is."""
        return next((f.content for f in self.form if f.name == "fileToUpload"), b"")

    @property
    def photo_sha256(self) -> str:
        """The photo's checksum."""
        return sha256(self.photo).hexdigest()

    @property
    def step(self) -> Step:
        """What the provider does with it."""
        return Step(self.asking, OUTCOMES[self.outcome]())

    @property
    def picture(self) -> bytes:
        """What the guest gets, if anything."""
        outcome = OUTCOMES[self.outcome]()
        return outcome if isinstance(outcome, bytes) else self.photo + CHANGED

    def forecast(self) -> Forecast:
        """Return what must come of it, if there is room and nothing disturbs it."""
        if self.slot not in WINDOWS:
            unknown = self.slot == UNKNOWN
            return _refused(
                FailureReason.SLOT_NOT_FOUND if unknown else FailureReason.SLOT_DISABLED
            )
        window, flaw = WINDOWS[self.slot], FLAWS[self.flaw] if self.flaw else None
        admitted = self.pause * len(self.form)
        late = {FailureReason.UPLOAD_TIMEOUT} if admitted >= window else set()
        if flaw and not flaw.after_admission:
            return _refused(flaw.reason, *late)
        if late or self._leaves < admitted:
            return _refused(*late)
        return self._run(window, admitted + self.looking, flaw)

    @property
    def _leaves(self) -> float:
        return math.inf if self.leaves is None else self.leaves

    def _run(self, window: float, asked: float, flaw: Flaw | None) -> Forecast:
        if self._leaves < min(asked, window):
            return _ended(FailureReason.JOB_CANCELLED, calls=0)
        if asked >= window:
            return _ended(FailureReason.TIMEOUT, calls=0)
        if flaw:
            return _ended(flaw.reason, calls=0)
        if asked + self.asking >= window:
            return _ended(FailureReason.TIMEOUT, calls=1)
        return _ended(_failure(self.outcome), calls=1)


def _refused(*reasons: FailureReason) -> Forecast:
    return Forecast(reasons=frozenset(reasons))


def _ended(reason: FailureReason | None, *, calls: int) -> Forecast:
    statuses = {
        None: JobStatus.DONE,
        FailureReason.TIMEOUT: JobStatus.TIMEOUT,
        FailureReason.JOB_CANCELLED: JobStatus.CANCELLED,
    }
    status = statuses.get(reason, JobStatus.FAILED)
    return Forecast(reasons=frozenset({reason}), status=status, calls=calls)


def _failure(outcome: str) -> FailureReason | None:
    match OUTCOMES[outcome]():
        case None | b"\x89PNG\r\n\x1a\na picture":
            return None
        case bytes():
            return FailureReason.BAD_RESPONSE
        case error:
            return reason_of(error)
