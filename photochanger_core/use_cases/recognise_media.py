"""See whether the pictures are those that the database tells of."""

from __future__ import annotations

from contextlib import suppress

from attrs import frozen

from photochanger_core.domain.errors import MediaForeign, StorageFull, StorageUnavailable
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.installation import InstallationPort
from photochanger_core.ports.media_mark import MediaMarkPort

from .picture_files import PictureFiles


@frozen(kw_only=True)
class RecogniseMedia:
    """See whether the pictures are those that the database tells of.

    They bear a mark. Where there is none yet, they are taken for strangers if the database has
    heard of none of them.
    """

    installation: InstallationPort
    mark: MediaMarkPort
    files: PictureFiles
    clock: ClockPort

    async def __call__(self, *, claim: bool = True) -> None:
        """Return if they are.

        Args:
            claim: Mark them if they are not marked yet; what fails of that is left to the next one.

        Raises:
            MediaForeign: If they are not.
            StorageUnavailable, QueueUnavailable: If it cannot be told.
        """
        ours, mark = await self.installation.id(), await self.mark.read()
        if mark is None:
            await self._check_unmarked(ours)
            if claim:
                with suppress(StorageFull, StorageUnavailable):
                    await self.mark.write(ours)
        elif mark != ours:
            raise MediaForeign(ours=ours, theirs=mark)

    async def claim(self) -> None:
        """Mark them as those of this database, whosever they were.

        Raises:
            StorageFull, StorageUnavailable, QueueUnavailable: If that is not possible.
        """
        await self.mark.write(await self.installation.id())

    async def _check_unmarked(self, ours: str) -> None:
        if await self.files.are_strange(self.clock.now()):
            raise MediaForeign(ours=ours, theirs="not marked")
