"""How gateways are spoken to: where photos go, as which form, and what comes back of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Protocol

from attrs import frozen

from .forms import BoothForm, EditForm, Form
from .slots import MODELS, ingest_path, provider_path

BOOTH: Final = "booth"
PROVIDER: Final = "provider"
EDITS: Final = "edits"

EDITS_KEY: Final = "sk-of-the-bench-0123456789abcdef"
"""LiteLLM does not start without a key."""

_AROUND: Final = 1000
"""Bytes that an answer in JSON has besides the picture, at most."""


class Manner(Protocol):
    """How one kind of gateway is spoken to."""

    @property
    def alive(self) -> str:
        """The path under which it tells whether it lives."""

    def form(self, photo: bytes, *, slot: str, port: int) -> Form:
        """Return the request with *photo*, as one for *slot*."""

    def is_whole(self, length: int, picture: int) -> bool:
        """Whether an answer of *length* bytes can hold the provider's, which has *picture*."""


@frozen
class Booth:
    """As a booth does: pictures come as they are."""

    alive: str = "/livez"

    def form(self, photo: bytes, *, slot: str, port: int) -> Form:
        """Return a booth's form."""
        return BoothForm.of(photo, path=ingest_path(slot), port=port)

    def is_whole(self, length: int, picture: int) -> bool:
        """Whether it is the picture."""
        return length == picture


@frozen
class PastEveryGateway(Booth):
    """As gateways speak to the provider, which does not read what it gets."""

    def form(self, photo: bytes, *, slot: str, port: int) -> Form:
        """Return any form."""
        return BoothForm.of(photo, path=provider_path(slot), port=port)


@frozen
class Edits:
    """As OpenAI's clients do: pictures come as base64 in JSON. Nobody is charged for decoding."""

    alive: str = "/health/liveliness"

    def form(self, photo: bytes, *, slot: str, port: int) -> Form:
        """Return the form of an edit; the slot's model has its name."""
        path, model = "/v1/images/edits", MODELS[slot]
        return EditForm.of(photo, path=path, port=port, key=EDITS_KEY, model=model)

    def is_whole(self, length: int, picture: int) -> bool:
        """Whether the picture's base64 fits in, with little around it."""
        encoded = (picture + 2) // 3 * 4
        return encoded < length < encoded + _AROUND


MANNERS: Final[Mapping[str, Manner]] = {
    BOOTH: Booth(),
    PROVIDER: PastEveryGateway(),
    EDITS: Edits(),
}
