"""Somebody who changes pictures."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Protocol

from attrs import field, frozen

from photochanger_core.domain.blob import Blob


@frozen(kw_only=True)
class Order:
    """One photo for a provider.

    Attributes:
        settings: The slot's, as `ProviderPort.check_settings` has passed them.
        photo: Image 1, the guest.
        templates: Images 2…n, in stable order.
        seconds_left: Time until the deadline. The caller cancels then; connections must not be
            given more.
    """

    operation: str
    settings: Mapping[str, object]
    photo: Blob
    templates: Sequence[Blob] = ()
    seconds_left: float


@frozen(kw_only=True)
class Answer:
    """What a provider made of an order.

    Attributes:
        picture: Of one of the three types by its first bytes; not decoded yet.
        model: The model that answered, as the provider names it.
        usage: What the provider counts, by its own names (tokens).
        follows_photo: Whether it is meant to lie where the photo lies and stand where it stands:
            not if the settings ask for a shape of their own.
    """

    picture: Blob
    model: str | None = None
    usage: Mapping[str, int] = field(factory=dict)
    follows_photo: bool = True


class ProviderPort(Protocol):
    """Somebody who changes pictures."""

    @abstractmethod
    def check_settings(self, operation: str, settings: Mapping[str, object]) -> None:
        """Check a slot's settings for *operation*.

        Raises:
            ValidationFailed: Naming every field that is wrong, as `operation` or
                `settings.NAME`.
        """

    @abstractmethod
    def model(self, settings: Mapping[str, object]) -> str | None:
        """Return the model that an order with *settings* goes to; None: there is no telling."""

    @property
    @abstractmethod
    def photo_limit(self) -> int:
        """Bytes that a photo may have for an order without templates to be small enough."""

    @abstractmethod
    async def process(self, order: Order) -> Answer:
        """Ask once for a changed picture. Cancellation closes the connection.

        Raises:
            ProviderFailure: One of its kinds. Whatever the provider sends, it is an answer or
                one of these; a failure quotes the provider in `detail` only, and never the key.
                ProviderNoPicture only where another try may succeed; ProviderUnreachable says
                whether the order had left.
            PayloadTooLarge: If the order cannot be brought under the provider's limit.
        """
