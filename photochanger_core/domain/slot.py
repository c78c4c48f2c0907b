"""A slot: one of fifteen fixed configurations a booth sends photos to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final

from attrs import evolve, field, frozen

from .checks import Check, flag, object_of, one_of, optional, text, whole
from .errors import (
    CoreError,
    PayloadTooLarge,
    ProviderFailure,
    StorageFull,
    StorageUnavailable,
    SyncTimeout,
)
from .ids import SlotId
from .media import TEMPLATES, TemplateMedia, as_templates
from .picture import Finish, Fit, MediaType, PictureFacts
from .retry import RETRY_CHECKS, RetryPolicy, as_policy
from .route import FALLBACK_CHECKS, Fallback, Route, as_fallback

MEGABYTE: Final = 1024 * 1024

_MAX_SIZE_LIMIT_MB: Final = 20
MAX_SIZE_LIMIT: Final = _MAX_SIZE_LIMIT_MB * MEGABYTE
"""Bytes that no photo may be over, whatever its slot."""

SYNC_WINDOW: Final = whole(10, 60)
"""Seconds a sync window may have."""

DEDUPE_WINDOW: Final = whole(0, 72 * 3600)
"""Seconds for which the same photo leads to the same job; 0: it never does."""

MAX_EDGE: Final = 8192
"""Pixels a side may be asked to have."""


class OutputFormat(StrEnum):
    """What type a result has."""

    AS_INPUT = "as_input"
    AS_PROVIDER = "as_provider"
    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"

    def for_photo(self, photo: MediaType) -> MediaType | None:
        """Return the type of the result for a photo of type *photo*; None: as it comes."""
        match self:
            case OutputFormat.AS_INPUT:
                return photo
            case OutputFormat.AS_PROVIDER:
                return None
        return MediaType[self.name]


class OnFailure(StrEnum):
    """What a booth gets whose photo led to no picture: the error, or the guest's own photo."""

    ERROR = "error"
    ORIGINAL = "original"


class LateResult(StrEnum):
    """What becomes of an answer that comes after the sync window."""

    DROP = "drop"
    KEEP = "keep"


class Reply(StrEnum):
    """What a booth is answered with: the picture, or a description and the picture."""

    IMAGE = "image"
    MULTIPART = "multipart"


class Gallery(StrEnum):
    """Who sees a slot's gallery: everybody, whoever has its key, nobody."""

    OPEN = "open"
    KEY = "key"
    OFF = "off"


@frozen(kw_only=True)
class Slot:
    """What happens to a photo sent to `slot_id`.

    Attributes:
        settings: What the provider's driver needs for the operation; its driver checks them.
        template_media: Images 2…n for the provider, in this order.
        version: Grows by one with every change.
        size_limit_mb: Largest photo, in MiB.
        sync_response_seconds: Sync window of this slot; None: the one of the settings.
        ingest_password_hash: The slot's own password; None: the one of the settings.
        ingest_password_required: Whether a booth must send a password at all.
        max_input_edge: Pixels that the longer side of a photo has at most when the provider
            gets it.
        output_width: Pixels that `output_fit` brings results to; None: as wide as the photo.
        output_height: Likewise; both are given, or none.
        dedupe_seconds: How long the same photo leads to the same job; None: as in the settings.
        daily_call_limit: Photos that booths may have processed in a day (UTC); 0: any number.
        gallery_key: What opens the gallery if it takes a key.
    """

    slot_id: SlotId
    display_name: str
    provider: str
    operation: str
    settings: Mapping[str, object] = field(factory=dict)
    template_media: tuple[TemplateMedia, ...] = field(default=(), converter=as_templates)
    is_active: bool = False
    size_limit_mb: int = 15
    sync_response_seconds: int | None = None
    ingest_password_hash: str | None = field(default=None, repr=False)
    ingest_password_required: bool = True
    max_input_edge: int = 3072
    output_format: OutputFormat = field(default=OutputFormat.AS_INPUT, converter=OutputFormat)
    output_fit: Fit = field(default=Fit.NONE, converter=Fit)
    output_width: int | None = None
    output_height: int | None = None
    retry: RetryPolicy = field(factory=RetryPolicy, converter=as_policy)
    fallback: Fallback | None = field(default=None, converter=as_fallback)
    on_failure: OnFailure = field(default=OnFailure.ERROR, converter=OnFailure)
    late_result: LateResult = field(default=LateResult.DROP, converter=LateResult)
    reply: Reply = field(default=Reply.IMAGE, converter=Reply)
    dedupe_seconds: int | None = None
    daily_call_limit: int = 0
    gallery: Gallery = field(default=Gallery.OPEN, converter=Gallery)
    gallery_key: str | None = field(default=None, repr=False)
    version: int = 1
    updated_at: datetime
    updated_by: str

    @property
    def size_limit(self) -> int:
        """Largest photo, in bytes."""
        return self.size_limit_mb * MEGABYTE

    @property
    def route(self) -> Route:
        """The way a photo takes first."""
        return Route(provider=self.provider, operation=self.operation, settings=self.settings)

    @property
    def routes(self) -> tuple[Route, ...]:
        """The ways that photos may take: none while the slot is switched off."""
        ways = (self.route,) if self.fallback is None else (self.route, self.fallback)
        return ways if self.is_active else ()

    def swapped(self) -> Slot:
        """Return the slot with its two ways changed round; without a fallback, as it is.

        Swapped twice it is as it was: the fallback's share of the window stays with the fallback.
        """
        if self.fallback is None:
            return self
        first, second = self.route, self.fallback
        return evolve(
            self,
            provider=second.provider,
            operation=second.operation,
            settings=second.settings,
            fallback=Fallback(
                provider=first.provider,
                operation=first.operation,
                settings=first.settings,
                share=second.share,
            ),
        )

    def set_up_like(self, other: Slot) -> Slot:
        """Return the slot with what *other* is set to; its name and its secrets stay its own.

        So does whether it is on, whether it takes a password, and who sees its gallery: that
        switches no booth off, and opens nothing that was not open.
        """
        return evolve(
            other,
            slot_id=self.slot_id,
            display_name=self.display_name,
            is_active=self.is_active,
            ingest_password_required=self.ingest_password_required,
            ingest_password_hash=self.ingest_password_hash,
            gallery=self.gallery,
            gallery_key=self.gallery_key,
        )

    @property
    def keeps_late(self) -> bool:
        """Whether an answer that comes after the sync window is kept."""
        return self.late_result is LateResult.KEEP

    def gives_original(self, error: CoreError) -> bool:
        """Whether a booth gets the guest's own photo in place of *error*.

        Not where nobody's picture was wanted any more, and not where nobody knows what became of
        the job.
        """
        return self.on_failure is OnFailure.ORIGINAL and isinstance(error, _NO_PICTURE)

    def finish(self, photo: PictureFacts, *, like: PictureFacts | None) -> Finish:
        """Return what the picture made of *photo* is to be; *like*: as in `Finish`."""
        width, height = self._output_size(photo)
        return Finish(
            media_type=self.output_format.for_photo(photo.media_type),
            fit=self.output_fit,
            width=width,
            height=height,
            like=like,
        )

    def _output_size(self, photo: PictureFacts) -> tuple[int, int]:
        """Return the size that `output_fit` brings to: no side is longer than `MAX_EDGE`."""
        if self.output_width is not None and self.output_height is not None:
            return self.output_width, self.output_height
        scale = min(1.0, MAX_EDGE / max(photo.width, photo.height))
        return max(1, round(photo.width * scale)), max(1, round(photo.height * scale))


_NO_PICTURE: Final = (
    ProviderFailure,
    SyncTimeout,
    PayloadTooLarge,
    StorageFull,
    StorageUnavailable,
)
"""Why a photo that was fine has led to no picture."""

SLOT_CHECKS: Final[Mapping[str, Check]] = {
    "display_name": text(80),
    "provider": text(40),
    "operation": text(40),
    "template_media": TEMPLATES,
    "is_active": flag,
    "size_limit_mb": whole(1, _MAX_SIZE_LIMIT_MB),
    "sync_response_seconds": optional(SYNC_WINDOW),
    "ingest_password_required": flag,
    "max_input_edge": whole(256, MAX_EDGE),
    "output_format": one_of(OutputFormat),
    "output_fit": one_of(Fit),
    "output_width": optional(whole(16, MAX_EDGE)),
    "output_height": optional(whole(16, MAX_EDGE)),
    "retry": object_of(RETRY_CHECKS),
    "fallback": optional(object_of(FALLBACK_CHECKS, needed={"provider", "operation"})),
    "on_failure": one_of(OnFailure),
    "late_result": one_of(LateResult),
    "reply": one_of(Reply),
    "dedupe_seconds": optional(DEDUPE_WINDOW),
    "daily_call_limit": whole(0, 1_000_000),
    "gallery": one_of(Gallery),
}
"""What the fields of a slot that are set as they are may be."""
