"""The members of an archive: plain files in a tar stream (POSIX ustar), and their checksums.

The last member, `SHA256SUMS`, is what sha256sum(1) prints of all others, so that an archive can
be checked, and taken apart, without this program. For threads.
"""

from __future__ import annotations

from hashlib import sha256
from tarfile import BLOCKSIZE, ENCODING, NUL, REGTYPE, USTAR_FORMAT, HeaderError, TarInfo
from tempfile import SpooledTemporaryFile
from typing import IO, Final

from photochanger_core.domain.archive import ArchiveDamaged

SUMS: Final = "SHA256SUMS"
CHUNK: Final = 2**18

_END: Final = 2 * BLOCKSIZE * NUL
_IN_MEMORY: Final = 2**20
"""Bytes of checksums that are kept in memory; more go into a temporary file."""


class MembersOut:
    """Members on their way into a stream."""

    def __init__(self, stream: IO[bytes], mtime: int) -> None:
        self._stream = stream
        self._mtime = mtime
        self._sums = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - closed by `close`
        self._name = ""
        self._size = 0
        self._digest = sha256()

    def begin(self, name: str, size: int) -> None:
        """Begin a member of *size* bytes."""
        self._name, self._size, self._digest = name, size, sha256()
        self._stream.write(self._header(name, size))

    def write(self, chunk: bytes) -> None:
        """Add to the member."""
        self._digest.update(chunk)
        self._stream.write(chunk)

    def end(self) -> str:
        """End the member and return its checksum."""
        self._stream.write(_padding(self._size))
        self._sums.write(_line(self._digest.hexdigest(), self._name))
        return self._digest.hexdigest()

    def add(self, name: str, content: bytes) -> None:
        """Add a member as a whole."""
        self.begin(name, len(content))
        self.write(content)
        self.end()

    def finish(self) -> None:
        """Add the checksums, and the end."""
        size = self._sums.tell()
        self._sums.seek(0)
        self._stream.write(self._header(SUMS, size))
        while chunk := self._sums.read(CHUNK):
            self._stream.write(chunk)
        self._stream.write(_padding(size) + _END)

    def close(self) -> None:
        """Let go of what was needed. The stream stays open."""
        self._sums.close()

    def _header(self, name: str, size: int) -> bytes:
        member = TarInfo(name)
        member.size, member.mtime, member.mode = size, self._mtime, 0o600
        return member.tobuf(USTAR_FORMAT)


class MembersIn:
    """Members from a stream, one after the other; each byte is checked.

    Raises ArchiveDamaged where the stream is not as `MembersOut` writes it.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._sums = sha256()
        self._name = ""
        self._rest = self._size = 0
        self._digest = sha256()
        self._is_open = False

    def position(self) -> int:
        """Return how many bytes have been read."""
        return self._stream.tell()

    def next(self) -> tuple[str, int] | None:
        """Return name and size of the next member; None: there is none, and all is well.

        What was not read of the one before is checked, too.
        """
        while self._is_open:
            self.read()
        name, size = _name_and_size(self._exactly(BLOCKSIZE))
        self._name, self._rest, self._size, self._digest = name, size, size, sha256()
        if name == SUMS:
            self._check_sums()
            return None
        self._is_open = True
        return name, size

    def read(self) -> bytes:
        """Return the next chunk of the member; empty: it is over."""
        if not self._is_open:
            return b""
        chunk = self._exactly(min(CHUNK, self._rest))
        self._digest.update(chunk)
        self._rest -= len(chunk)
        if not chunk:
            self._is_open = False
            self._check_padding()
            self._sums.update(_line(self._digest.hexdigest(), self._name))
        return chunk

    def _check_sums(self) -> None:
        said = sha256()
        while self._rest:
            chunk = self._exactly(min(CHUNK, self._rest))
            said.update(chunk)
            self._rest -= len(chunk)
        self._check_padding()
        if said.digest() != self._sums.digest():
            raise ArchiveDamaged("the archive is damaged: checksums differ")
        if self._exactly(len(_END)) != _END or self._stream.read(1):
            raise ArchiveDamaged("the archive is damaged: something follows its end")

    def _check_padding(self) -> None:
        padding = _padding(self._size)
        if self._exactly(len(padding)) != padding:
            raise ArchiveDamaged("the archive is damaged: there is something between its members")

    def _exactly(self, count: int) -> bytes:
        content = self._stream.read(count)
        if len(content) != count:
            raise ArchiveDamaged("the archive ends too early")
        return content


def _padding(size: int) -> bytes:
    return -size % BLOCKSIZE * NUL


def _line(digest: str, name: str) -> bytes:
    return f"{digest}  {name}\n".encode()


def _name_and_size(header: bytes) -> tuple[str, int]:
    try:
        member = TarInfo.frombuf(header, ENCODING, "strict")
        is_ours = member.tobuf(USTAR_FORMAT) == header
    except (HeaderError, ValueError) as error:
        raise ArchiveDamaged("this is no archive, or a damaged one") from error
    if not is_ours:
        raise ArchiveDamaged("the archive is damaged, or was written by another program")
    if member.type != REGTYPE:
        raise ArchiveDamaged("the archive holds something that is no plain file")
    return member.name, member.size
