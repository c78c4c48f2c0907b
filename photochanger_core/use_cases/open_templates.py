"""Open the templates of a slot."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from photochanger_core.domain.blob import Blob
from photochanger_core.domain.errors import MediaNotFound, ProviderMisconfigured
from photochanger_core.domain.ids import MediaId
from photochanger_core.domain.media import MediaObject, TemplateMedia
from photochanger_core.ports.media_repo import MediaRepoPort
from photochanger_core.ports.object_store import ObjectStorePort


@frozen(kw_only=True)
class OpenTemplates:
    """Open the templates of a slot."""

    rows: MediaRepoPort
    objects: ObjectStorePort

    async def __call__(self, templates: Sequence[TemplateMedia]) -> Sequence[Blob]:
        """Return the pictures, in order, each to be closed.

        Raises:
            ProviderMisconfigured: If one of them is not there.
            QueueUnavailable, StorageUnavailable: If they cannot be read.
        """
        if not templates:
            return ()
        ids = [template.media_object_id for template in templates]
        found = {media.media_id: media for media in await self.rows.templates(ids)}
        opened: list[Blob] = []
        try:
            for media_id in ids:
                blob = await self._open(media_id, found.get(media_id))
                opened.append(blob)
        except BaseException:
            for blob in opened:
                await blob.close()
            raise
        return opened

    async def _open(self, media_id: MediaId, media: MediaObject | None) -> Blob:
        try:
            if media is None:
                raise MediaNotFound
            return await self.objects.open(media)
        except MediaNotFound as error:
            raise ProviderMisconfigured(f"template {media_id} is missing") from error
