"""One photo that a booth sends, and what must come of it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Final

from attrs import field, frozen

from photochanger_adapters.memory.images import MAGIC, UNTIDY
from photochanger_adapters.memory.provider import CHANGED
from photochanger_core.domain.errors import FailureReason
from photochanger_core.domain.ids import SlotId
from photochanger_core.domain.job import JobStatus
from photochanger_core.domain.picture import MediaType

from .deeds import Deed
from .forms import FLAWS, NAMES, Flaw, Form, form, photo
from .money import LEAST_LEFT

PLAIN: Final = {SlotId("slot-001"): 10, SlotId("slot-002"): 40}
"""Slots of which everything is known beforehand: each photo is asked for once. Never changed."""

RICH: Final = {SlotId("slot-004"): 20, SlotId("slot-005"): 40}
"""Slots with every option there is, changed now and then."""

WINDOWS: Final[Mapping[SlotId, int]] = {**PLAIN, **RICH}
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
        number: Which photo it is.
        names: The fields, in the order in which they are sent.
        pause: Seconds before each part.
        looking: Seconds it takes to decode the photo.
        asking: Seconds the provider takes.
        later: What the provider does when it gets the photo again.
        leaves: Seconds after which the booth hangs up, if it does.
        key: By which the booth knows the photo, if it says one.
        is_test: Whether an administrator tries the slot with it.
    """

    number: int
    slot: SlotId
    names: tuple[str, ...] = NAMES
    flaw: str | None = None
    untidy: bool = False
    pause: float = 0.0
    looking: float = 0.0
    asking: float = 0.0
    outcome: str = "changed"
    later: tuple[Deed, ...] = ()
    leaves: float | None = None
    key: str | None = None
    is_test: bool = False
    form: Form = field(init=False, repr=False)

    @form.default
    def _form(self) -> Form:
        whole = form(photo(self.number, UNTIDY if self.untidy else b""), self.names)
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
    def prepared(self) -> bytes:
        """The photo as providers get it."""
        return self.photo.removesuffix(UNTIDY)

    @property
    def prepared_sha256(self) -> str:
        """Its checksum."""
        return sha256(self.prepared).hexdigest()

    @property
    def deeds(self) -> Sequence[Deed]:
        """What the provider does with it, time after time; the last one goes on for ever."""
        return (Deed(self.asking, self.outcome), *self.later)

    @property
    def pictures(self) -> frozenset[bytes]:
        """What the guest may get, if anything."""
        return frozenset(self._picture(deed) for deed in self.deeds)

    def forecast(self) -> Forecast:
        """Return what must come of it in a plain slot, alone, if nothing disturbs it."""
        if self.slot not in WINDOWS:
            unknown = self.slot == UNKNOWN
            return _refused(
                FailureReason.SLOT_NOT_FOUND if unknown else FailureReason.SLOT_DISABLED
            )
        window, flaw = WINDOWS[self.slot], FLAWS[self.flaw] if self.flaw else None
        admitted = 0.0 if self.is_test else self.pause * len(self.form)
        late = {FailureReason.UPLOAD_TIMEOUT} if admitted >= window else set()
        if flaw and not flaw.after_admission:
            return _refused(flaw.reason, *late)
        if late or self._leaves < admitted:
            return _refused(*late)
        return self._run(window, admitted + self.looking, flaw)

    def possible(self) -> frozenset[FailureReason | None]:
        """Return what may come of it where others and options have a say."""
        if self.slot not in WINDOWS:
            return self.forecast().reasons
        reasons = {deed.reason for deed in self.deeds}
        if FailureReason.INTERNAL_ERROR in reasons:
            reasons.add(FailureReason.INTERRUPTED)  # what is told of a bug elsewhere
        if self.flaw:
            reasons = {FLAWS[self.flaw].reason}
        return frozenset({*reasons, FailureReason.TIMEOUT, FailureReason.UPLOAD_TIMEOUT})

    @property
    def _leaves(self) -> float:
        return math.inf if self.leaves is None else self.leaves

    def _picture(self, deed: Deed) -> bytes:
        result = deed.result()
        return MAGIC[MediaType.JPEG] + result if isinstance(result, bytes) else self._changed

    @property
    def _changed(self) -> bytes:
        return self.prepared + CHANGED

    def _run(self, window: float, asked: float, flaw: Flaw | None) -> Forecast:
        if self._leaves < min(asked, window):
            return _ended(FailureReason.JOB_CANCELLED, calls=0)
        if asked >= window:
            return _ended(FailureReason.TIMEOUT, calls=0)
        if flaw:
            return _ended(flaw.reason, calls=0)
        if window - asked < LEAST_LEFT:
            return _ended(FailureReason.TIMEOUT, calls=0)
        if asked + self.asking >= window:
            return _ended(FailureReason.TIMEOUT, calls=1)
        return _ended(self.deeds[0].reason, calls=1)


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
