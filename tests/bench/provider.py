"""A provider that is no bottleneck: it answers like Gemini or OpenAI, always with the same bytes.

``python -m tests.bench.provider ANSWER`` listens on a free port of this machine and prints it.
Bodies are counted, not read. Whose path names ``delay-2000`` waits for two seconds. ``GET /count``
tells how many photos came so far, and how many were there at once since it was asked last.
"""

from __future__ import annotations

import asyncio
import base64
import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from .lifetime import end_by_itself, until_told

_HEAD: Final = re.compile(rb"(\w+) (\S+) HTTP/1\.1\r\n.*?\r\n\r\n", re.DOTALL)
_LENGTH: Final = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_DELAY: Final = re.compile(rb"delay-(\d+)")
_EDITS: Final = b"/images/edits"
_COUNT: Final = b"/count"
_ROOM: Final = 1 << 20
_NOT_FOUND: Final = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"


def document(picture: bytes) -> bytes:
    """Return what Gemini answers when it has made *picture*."""
    data = {"mimeType": "image/png", "data": base64.b64encode(picture).decode()}
    parts = [{"text": "Here it is."}, {"inlineData": data}]
    candidate = {"content": {"parts": parts, "role": "model"}, "finishReason": "STOP", "index": 0}
    usage = {"promptTokenCount": 270, "candidatesTokenCount": 1290, "totalTokenCount": 1560}
    return json.dumps({"candidates": [candidate], "usageMetadata": usage}).encode()


def edited(picture: bytes) -> bytes:
    """Return what OpenAI answers when it has made *picture* from another."""
    data = [{"b64_json": base64.b64encode(picture).decode()}]
    usage = {
        "input_tokens": 270,
        "input_tokens_details": {"text_tokens": 10, "image_tokens": 260},
        "output_tokens": 1290,
        "total_tokens": 1560,
    }
    return json.dumps({"created": 1758217512, "data": data, "usage": usage}).encode()


def http(body: bytes) -> bytes:
    """Return *body* as a whole answer."""
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
    return f"{head}\r\n\r\n".encode() + body


class Answers:
    """What is answered, how often it was, and to how many at once."""

    def __init__(self, picture: bytes) -> None:
        self._good, self._edited = http(document(picture)), http(edited(picture))
        self._photos = self._waiting = self._at_once = 0

    def to_photo(self, path: bytes, write: Callable[[bytes], object]) -> None:
        """Answer a photo, when the model's time has come."""
        self._photos += 1
        self._waiting += 1
        self._at_once = max(self._at_once, self._waiting)
        found = _DELAY.search(path)
        seconds = int(found[1]) / 1000 if found else 0.0
        answer = self._edited if path.endswith(_EDITS) else self._good
        if seconds:
            asyncio.get_running_loop().call_later(seconds, self._end, write, answer)
        else:
            self._end(write, answer)

    def to_question(self, path: bytes) -> bytes:
        """Return the answer to who asks how much there was to do; nobody else is told anything."""
        if path != _COUNT:
            return _NOT_FOUND
        told = {"photos": self._photos, "at_once": self._at_once}
        self._at_once = self._waiting
        return http(json.dumps(told).encode())

    def _end(self, write: Callable[[bytes], object], answer: bytes) -> None:
        self._waiting -= 1
        write(answer)


class Conversation(asyncio.BufferedProtocol):
    """One connection. What is read into the buffer is forgotten, but for heads."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self._buffer = bytearray(_ROOM)
        self._head = b""
        self._missing = 0
        self._asked: tuple[bytes, bytes] = (b"", b"")

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember whom to answer."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def get_buffer(self, sizehint: int) -> bytearray:
        """Return the one buffer."""
        return self._buffer

    def buffer_updated(self, nbytes: int) -> None:
        """Take what has come: a head, or something behind it."""
        if self._missing:
            self._take(nbytes)
            return
        self._head += bytes(self._buffer[:nbytes])
        if head := _HEAD.match(self._head):
            length = _LENGTH.search(head[0])
            self._asked = (head[1], head[2])
            self._missing = int(length[1]) if length else 0
            behind, self._head = len(self._head) - head.end(), b""
            self._take(behind)

    def _take(self, nbytes: int) -> None:
        self._missing -= nbytes
        if self._missing == 0:
            method, path = self._asked
            if method == b"POST":
                self._answers.to_photo(path, self._transport.write)
            else:
                self._transport.write(self._answers.to_question(path))


async def main(picture: bytes) -> None:
    """Answer until told to leave."""
    loop, answers = asyncio.get_running_loop(), Answers(picture)
    server = await loop.create_server(lambda: Conversation(answers), "127.0.0.1", 0, backlog=500)
    print(f"ready {server.sockets[0].getsockname()[1]}", flush=True)
    async with server:
        await until_told()


if __name__ == "__main__":
    end_by_itself()
    asyncio.run(main(Path(sys.argv[1]).read_bytes()))
