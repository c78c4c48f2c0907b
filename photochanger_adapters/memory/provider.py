"""A provider that does as it is told."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from typing import Final

from attrs import define, field, frozen

from photochanger_core.domain.blob import Blob, BytesBlob
from photochanger_core.domain.errors import ProviderNoPicture, ValidationFailed
from photochanger_core.domain.picture import sniff
from photochanger_core.domain.problems import Problem, wrong
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.provider import Answer, Operation, Order, ProviderPort

_OPERATIONS: Final = {"image_edit": Operation(schema={})}

CHANGED: Final = b"~changed"
"""What a changed photo ends with."""


@frozen
class Step:
    """What one call does: wait *seconds*, then answer or raise *outcome*.

    Attributes:
        outcome: A picture's bytes, an error to raise, or None for the changed photo.
    """

    seconds: float = 0.0
    outcome: bytes | Exception | None = None


@frozen(kw_only=True)
class Call:
    """An order that arrived, and the monotonic moment at which it did."""

    order: Order
    at: float


@define
class ScriptedProvider(ProviderPort):
    """Answers each order with the photo's bytes and `CHANGED`, or as scripted.

    Attributes:
        seconds: How long an answer takes when no step says otherwise.
        error: Raised instead of answering when no step says otherwise.
        script: Steps for the next calls, used up from the left.
        largest_photo: What `photo_limit` returns, whatever the templates.
        operations: As the port has it.
        follows_photo: What all answers say.
        quota_left: Likewise.
        calls: The orders that arrived, oldest first.
        ping_seconds: How long a ping takes.
        ping_error: Raised by pings.
        pings: The settings that pings were about, oldest first.
        pings_anew: How many of them did not want what is remembered.
    """

    clock: ClockPort
    seconds: float = field(default=0.0, kw_only=True)
    error: Exception | None = field(default=None, kw_only=True)
    script: deque[Step] = field(factory=deque, converter=deque, kw_only=True)
    largest_photo: int = field(default=64 * 1024 * 1024, kw_only=True)
    operations: Mapping[str, Operation] = field(default=_OPERATIONS, kw_only=True)
    follows_photo: bool = field(default=True, kw_only=True)
    quota_left: Mapping[str, int] = field(factory=dict, kw_only=True)
    calls: list[Call] = field(factory=list, init=False)
    ping_seconds: float = field(default=0.0, kw_only=True)
    ping_error: Exception | None = field(default=None, kw_only=True)
    pings: list[Mapping[str, object]] = field(factory=list, init=False)
    pings_anew: int = field(default=0, init=False)

    def check_settings(
        self, operation: str, settings: Mapping[str, object], *, templates: int = 0
    ) -> None:
        """Accept everything but settings with the key `invalid`."""
        if "invalid" in settings:
            raise ValidationFailed([wrong(Problem.NOT_ALLOWED).at("settings", "invalid")])

    def model(self, settings: Mapping[str, object]) -> str | None:
        """Return what the settings name, if anything."""
        model = settings.get("model")
        return None if model is None else str(model)

    def photo_limit(self, templates: Sequence[int] = ()) -> int:
        return self.largest_photo

    async def process(self, order: Order) -> Answer:
        self.calls.append(Call(order=order, at=self.clock.monotonic()))
        step = self.script.popleft() if self.script else Step(self.seconds, self.error)
        await self.clock.sleep(step.seconds)
        if isinstance(step.outcome, Exception):
            raise step.outcome
        content = step.outcome if step.outcome is not None else await _changed(order.photo)
        return Answer(
            picture=_picture(content),
            model="scripted",
            usage={"totalTokenCount": 1},
            quota_left=self.quota_left,
            follows_photo=self.follows_photo,
        )

    async def ping(
        self, settings: Mapping[str, object], *, seconds: float, anew: bool = False
    ) -> None:
        self.pings.append(settings)
        self.pings_anew += anew
        await self.clock.sleep(self.ping_seconds)
        if self.ping_error is not None:
            raise self.ping_error


async def _changed(photo: Blob) -> bytes:
    return b"".join([chunk async for chunk in photo.chunks()]) + CHANGED


def _picture(content: bytes) -> Blob:
    media_type = sniff(content)
    if media_type is None:
        raise ProviderNoPicture("the scripted answer is no picture")
    return BytesBlob(content, media_type)
