"""A process that works on one picture after the other.

It reads a line of JSON for each: a task, with `{"path": …}`, or with `{"size": …}` and so many
bytes behind it. It answers with a line of JSON: what the picture is now, what is wrong with it, or
why it is out of reach. If the picture is another now, it reads one more line, in which `into` names
a file to write it to; where that names none, or it cannot be written, it comes behind one more
line of JSON, in which `following` tells how many bytes that are.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO, Final

from photochanger_core.domain.picture import BadPicture

from .drawing import draw
from .pixels import only_the_three_formats
from .tasks import packed_facts, unpacked

MEMORY: Final = 1_200 * 2**20
"""Bytes of address space: enough for nearly every picture of `MAX_PIXELS` pixels. Those of WebP
that are not scaled down need three copies, and get as far as some 74 megapixels.
"""

FILE: Final = 256 * 2**20
"""Bytes that a file has at most which this process writes; whoever asked for it reads it whole."""

READY: Final = "ready"
"""What the process says first."""

_PR_SET_PDEATHSIG: Final = 1


def confine(parent: int, niceness: int) -> None:
    """Bound this process, and have it die with *parent*, the process that has just started it."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE, FILE))
    os.nice(niceness)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # meant for the server, sent to all its processes
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            sys.exit("the server is gone")


def answer(request: bytes, rest: BinaryIO) -> tuple[dict[str, object], bytes | None]:
    """Return what *request*, a line, asks for: an answer, and the picture if it is another now.

    Args:
        request: A line of JSON.
        rest: Where the bytes of the picture may follow.
    """
    fields = json.loads(request)
    try:
        drawing = draw(_content(fields.pop("picture"), rest), unpacked(fields))
    except OSError as error:
        return {"out_of_reach": str(error)}, None
    except BadPicture as bad:
        return {"problem": bad.problem.value, "detail": bad.detail}, None
    is_changed = drawing.content is not None
    return {"facts": packed_facts(drawing.facts), "changed": is_changed}, drawing.content


def serve() -> None:
    """Answer requests from standard input until it ends."""
    requests = sys.stdin.buffer
    _say(READY)
    for request in requests:
        told, content = answer(request, requests)
        _say(told)
        if content is not None:
            where = requests.readline()
            if not where:
                return
            left = unwritten(content, where)
            _say({"following": len(left)}, left)


def unwritten(content: bytes, request: bytes) -> bytes:
    """Write *content* to where *request*, a line of JSON, wants it; return what is left of it."""
    into = json.loads(request)["into"]
    return b"" if into is not None and _is_written(content, **into) else content


def _say(told: object, content: bytes = b"") -> None:
    sys.stdout.buffer.write(json.dumps(told).encode() + b"\n")
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()


def _is_written(content: bytes, path: str, inode: Sequence[int]) -> bool:
    """Write to the file at *path*, if it is still that one; False: it is not, or cannot be written.

    Who asked may have given up, and its descriptor mean the file of somebody else by now. So
    nothing is cut off or written before it is known which file was opened.
    """
    try:
        with Path(path).open("r+b", buffering=0) as file:
            found = os.fstat(file.fileno())
            if [found.st_dev, found.st_ino] != list(inode):
                return False
            file.truncate(0)
            return file.write(content) == len(content)
    except OSError:
        return False


def _content(picture: dict[str, Any], rest: BinaryIO) -> bytes:
    if path := picture.get("path"):
        return Path(path).read_bytes()
    return rest.read(picture["size"])


if __name__ == "__main__":
    confine(*map(int, sys.argv[1:]))
    only_the_three_formats()
    serve()
