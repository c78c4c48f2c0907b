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
    """

    picture: Blob
    model: str | None = None
    usage: Mapping[str, int] = field(factory=dict)


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
    async def process(self, order: Order) -> Answer:
        """Ask once for a changed picture. Cancellation closes the connection.

        Raises:
            ProviderFailure: One of its kinds. Whatever the provider sends, it is an answer or
                one of these; a failure quotes the provider in `detail` only, and never the key.
            PayloadTooLarge: If the order cannot be brought under the provider's limit.
        """
