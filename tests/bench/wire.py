"""What clients put on the wire, made beforehand, and what they read of answers."""

from __future__ import annotations

import hashlib
import re
import socket
from typing import Final

from attrs import frozen

from photochanger_cli.booth import BoothPhoto

from .photos import noted, place_of_note

PASSWORD: Final = "123456"
PATIENCE: Final = 90.0
"""Seconds that a client waits for anything."""

_ROOM: Final = 1 << 20
_STATUS: Final = re.compile(rb"HTTP/1\.1 (\d+) ")
_LENGTH: Final = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


@frozen(kw_only=True)
class Form:
    """A booth's request with a photo, in three pieces: only the middle differs by photo.

    Attributes:
        head: The request's head, and of its body what stands before the hash.
        between: What stands between the hash and the photo's number.
        rest: What stands behind the number.
    """

    head: bytes
    between: bytes
    rest: memoryview
    photo: bytes

    @classmethod
    def of(cls, photo: bytes, *, path: str, port: int) -> Form:
        """Return the request for the server on *port*; it asks for no `100 Continue`."""
        booth = BoothPhoto.of(photo, time=1758217512, password=PASSWORD)
        head, body = booth.request(target=path, host=f"127.0.0.1:{port}")
        head = head.replace(b"expect: 100-continue\r\n", b"")
        digest = _digest(photo)
        before, _, behind = body.partition(digest)
        start = behind.index(photo[:20]) + place_of_note(photo).start
        return cls(
            head=head + before,
            between=behind[:start],
            rest=memoryview(behind)[start + 4 :],
            photo=photo,
        )

    def beginning(self, number: int) -> bytes:
        """Return all but `rest` for photo *number*."""
        note, place = noted(number), place_of_note(self.photo)
        digest = hashlib.sha1(self.photo[: place.start], usedforsecurity=False)
        digest.update(note)
        digest.update(memoryview(self.photo)[place.stop :])
        return self.head + digest.hexdigest().encode() + self.between + note


def connected(port: int) -> socket.socket:
    """Return a connection to this machine."""
    connection = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def read_answer(connection: socket.socket, buffer: bytearray) -> tuple[int, int]:
    """Read an answer to its end, and return its status and the bytes of its body.

    Raises:
        ConnectionError: If it ends before that.
    """
    head = b""
    while b"\r\n\r\n" not in head:
        head += buffer[: _received(connection, buffer)]
    start = head.index(b"\r\n\r\n") + 4
    status, length = _STATUS.match(head), _LENGTH.search(head[:start])
    if status is None or length is None:
        raise ConnectionError("no answer of HTTP with a length")
    missing = int(length[1]) - (len(head) - start)
    while missing > 0:
        missing -= _received(connection, buffer)
    return int(status[1]), int(length[1])


def new_buffer() -> bytearray:
    """Return where answers are read into."""
    return bytearray(_ROOM)


def _received(connection: socket.socket, buffer: bytearray) -> int:
    count = connection.recv_into(buffer)
    if not count:
        raise ConnectionError("the answer was cut short")
    return count


def _digest(photo: bytes) -> bytes:
    return hashlib.sha1(photo, usedforsecurity=False).hexdigest().encode()
