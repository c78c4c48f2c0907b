"""What clients read off the wire."""

from __future__ import annotations

import re
import socket
from typing import Final

PATIENCE: Final = 90.0
"""Seconds that a client waits for anything."""

_ROOM: Final = 1 << 20
_STATUS: Final = re.compile(rb"HTTP/1\.1 (\d+) ")
_LENGTH: Final = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


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
