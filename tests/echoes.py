"""Answers that repeat what they were asked with, in every place there is."""

from __future__ import annotations

from typing import Final

ECHOES: Final = {
    "no HTTP": b"\x16\x03\x01 %s\r\n\r\n",
    "nothing": b"",
    "bad status": b"HTTP/1.1 999999 %s\r\n\r\n",
    "bad header": b"HTTP/1.1 200 OK\r\nX: a\x00%s\r\n\r\n",
    "long header": b"HTTP/1.1 200 OK\r\nX: %s" + b"a" * 100_000 + b"\r\n\r\n",
    "bad chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZ %s\r\n",
    "half a chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n80\r\n%s",
    "two lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n%s",
    "a page": b"HTTP/1.1 502 %s\r\nContent-Type: text/%s\r\n\r\n<html>%s",
    "a page that is fine": b"HTTP/1.1 200 OK\r\n\r\n<html>%s",
    "an error": b'HTTP/1.1 400 Bad\r\n\r\n{"error":{"message":"%s"}}',
    "a long error": b"HTTP/1.1 400 Bad\r\n\r\n" + b" " * 290 + b"%s" * 9_000,
    "a redirect": b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/%s\r\n\r\n",
    "only interim": b"HTTP/1.1 100 Continue\r\n\r\n" * 9,
    "interim without end": b"HTTP/1.1 102 %s\r\n\r\n" * 20_000,
    "an escaped error": b'HTTP/1.1 400 Bad\r\n\r\n{"error":{"message":"\\u0020%s\\/"}}',
    "an upgrade": b"HTTP/1.1 101 Switching\r\nUpgrade: %s\r\nConnection: upgrade\r\n\r\n",
    "a cookie": b"HTTP/1.1 200 OK\r\nSet-Cookie: \xff=%s;;\r\nContent-Length: 2\r\n\r\n{}",
}
"""By what they are; `%s` stands for what is repeated."""


def echo(name: str, secret: str) -> bytes:
    """Return the answer of that name, repeating *secret*."""
    return ECHOES[name].replace(b"%s", secret.encode())
