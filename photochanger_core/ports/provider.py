"""Somebody who changes pictures."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from attrs import field, frozen

from photochanger_core.domain.blob import Blob
from photochanger_core.domain.retry import LEAST_SECONDS


@frozen(kw_only=True)
class Operation:
    """Something that a provider can do, as whoever configures a slot sees it.

    Attributes:
        schema: JSON Schema (2020-12) of the settings: titles, descriptions, defaults, enums. What
            is known but not all there is (models) are `examples`. Texts are English; beside them
            an object `x-ru` holds `title` and `description` in Russian.
        requires_public_media: Whether pictures are fetched by links, not sent along: then it works
            only where this server can be reached from outside.
        asks_once: Whether a photo is sent there once, whatever becomes of it: then the same
            provider is no fallback.
        least_seconds: Nothing is asked for with less time left: it cannot be answered in less.
    """

    schema: Mapping[str, object] = field(repr=False)
    requires_public_media: bool = False
    asks_once: bool = False
    least_seconds: float = LEAST_SECONDS

    @property
    def known_models(self) -> Sequence[str]:
        """The models that the schema offers, if it knows of models."""
        described: Any = self.schema.get("properties", {})
        return tuple(described.get("model", {}).get("examples", ()))


@frozen(kw_only=True)
class Order:
    """One photo for a provider.

    Attributes:
        settings: The slot's, as `ProviderPort.check_settings` has passed them.
        photo: Image 1, the guest.
        templates: Images 2…n, in stable order.
        links: Where to fetch photo and templates, in this order, until the deadline at most; empty
            unless the operation asks for public media.
        seconds_left: Time until the deadline. The caller cancels then; connections must not be
            given more.
    """

    operation: str
    settings: Mapping[str, object]
    photo: Blob
    templates: Sequence[Blob] = ()
    links: Sequence[str] = field(default=(), repr=False)
    seconds_left: float


@frozen(kw_only=True)
class Answer:
    """What a provider made of an order.

    Attributes:
        picture: Of one of the three types by its first bytes; not decoded yet.
        model: The model that answered, as the provider names it.
        usage: What the provider counts of this order, by its own names (tokens).
        quota_left: What the account may still use up, likewise.
        follows_photo: Whether it is meant to lie where the photo lies and stand where it stands:
            not if the settings ask for a shape of their own.
        is_final: As `ProviderFailure.is_final`, should the picture turn out to be unusable.
    """

    picture: Blob
    model: str | None = None
    usage: Mapping[str, int] = field(factory=dict)
    quota_left: Mapping[str, int] = field(factory=dict)
    follows_photo: bool = True
    is_final: bool = False


class ProviderPort(Protocol):
    """Somebody who changes pictures."""

    @property
    @abstractmethod
    def operations(self) -> Mapping[str, Operation]:
        """What can be asked for, by name."""

    @abstractmethod
    def check_settings(
        self, operation: str, settings: Mapping[str, object], *, templates: int = 0
    ) -> None:
        """Check a slot's settings for *operation*, and that so many *templates* fit.

        Raises:
            ValidationFailed: Naming every field that is wrong, as `operation`, `template_media` or
                `settings.NAME`.
        """

    @abstractmethod
    def model(self, settings: Mapping[str, object]) -> str | None:
        """Return the model that an order with *settings* goes to; None: there is no telling."""

    @abstractmethod
    def photo_limit(self, templates: Sequence[int] = ()) -> int:
        """Return the bytes that a photo may have beside templates of such sizes; 0: none fits."""

    @abstractmethod
    async def process(self, order: Order) -> Answer:
        """Ask once for a changed picture. Cancellation closes the connection.

        Raises:
            ProviderFailure: One of its kinds. Whatever the provider sends, it is an answer or
                one of these; a failure quotes the provider in `detail` only, and never the key.
                ProviderNoPicture only where another try may succeed; ProviderUnreachable says
                whether the order had left.
            PayloadTooLarge: If the order cannot be brought under the provider's limit.
            QueueUnavailable: If the provider's key cannot be read.
        """

    @abstractmethod
    async def ping(
        self, settings: Mapping[str, object], *, seconds: float, anew: bool = False
    ) -> None:
        """Find out at no cost whether an order with *settings* would be taken: service, key, model.

        What the service has answered less than a minute ago may count as its answer: how often
        this is called is nobody's burden. Cancellation closes the connection.

        Args:
            settings: As in `Order`; those that say nothing of the model may be missing.
            seconds: Time there is. The caller cancels then; connections must not be given more.
            anew: Whether the service is to be asked in any case.

        Raises:
            ProviderFailure: As `process` would raise it.
            QueueUnavailable: Likewise.
        """
