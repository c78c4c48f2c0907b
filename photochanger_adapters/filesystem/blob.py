"""Pictures in open files."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable
from hashlib import new
from pathlib import Path
from typing import Final

from attrs import evolve, frozen

from photochanger_core.domain.blob import CHUNK, Blob, Digest
from photochanger_core.domain.errors import StorageUnavailable
from photochanger_core.domain.picture import MediaType

from .handle import Handle
from .threads import in_thread, let_go, translated


@frozen(kw_only=True, eq=False)
class FileBlob(Blob):
    """A picture in an open file, which may have no name any more."""

    _handle: Handle
    _size: int
    _sha256: str
    _media_type: MediaType

    @property
    def size(self) -> int:
        return self._size

    @property
    def sha256(self) -> str:
        return self._sha256

    @property
    def media_type(self) -> MediaType:
        return self._media_type

    async def chunks(self, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        end = self._size if stop is None else min(stop, self._size)
        while start < end:
            chunk = await in_thread(self._handle.read, start, min(CHUNK, end - start))
            if not chunk:
                raise StorageUnavailable("the file is shorter than it was")
            yield chunk
            start += len(chunk)

    def copy(self, write: Callable[[bytes], None]) -> None:
        """Give all bytes to *write*, in pieces; for threads.

        Raises:
            StorageUnavailable: If there are more or fewer of them than there were.
            OSError: If they cannot be read.
        """
        found = self._handle.size()
        if found != self._size:
            raise StorageUnavailable(f"the file has {found} bytes, not {self._size}")
        seen = 0
        while seen < self._size:
            chunk = self._handle.read(seen, min(CHUNK, self._size - seen))
            if not chunk:
                raise StorageUnavailable("the file is shorter than it was")
            write(chunk)
            seen += len(chunk)

    async def digest(self, kind: Digest) -> str:
        return await in_thread(self._digest, kind)

    def again(self) -> Blob:
        try:
            return evolve(self, handle=self._handle.again())
        except OSError as error:
            raise translated(error) from error

    async def close(self) -> None:
        await let_go(self._handle.close)

    def _digest(self, kind: Digest) -> str:
        digest = new(kind, usedforsecurity=False)
        self.copy(digest.update)
        return digest.hexdigest()


class LinkedBlob(FileBlob):
    """A picture that processes of the same user can open by a path, as long as it is open here."""

    def __fspath__(self) -> str:
        return path_of(self._handle)


def path_of(handle: Handle) -> str:
    """Return where processes of the same user find an open file, if the system `HAS_PATHS`."""
    return f"/proc/{os.getpid()}/fd/{handle.fileno()}"


HAS_PATHS: Final = Path("/proc/self/fd").is_dir()
"""Whether paths lead to open files on this system."""

FILE_BLOB: Final[type[FileBlob]] = LinkedBlob if HAS_PATHS else FileBlob
"""What open files are wrapped in on this system."""
