"""A process that looks into one picture after the other.

It reads a line of JSON for each: `{"path": …}`, or `{"size": …}` followed by so many bytes. It
answers with a line of JSON: what the picture is, what is wrong with it, or why it cannot be read.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import sys
from pathlib import Path
from typing import Any, BinaryIO, Final

from photochanger_core.domain.picture import BadPicture

from .inspection import inspect

MEMORY: Final = 1_200 * 2**20
"""Bytes of address space: enough for every picture of `MAX_PIXELS` pixels but WebP, whose decoder
keeps three copies and gets as far as some 75 megapixels.
"""

READY: Final = b"ready\n"
"""What the process says first."""

_PR_SET_PDEATHSIG: Final = 1


def confine(parent: int) -> None:
    """Bound this process, and have it die with *parent*, the process that has just started it."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # meant for the server, sent to all its processes
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            sys.exit("the server is gone")


def answer(request: bytes, rest: BinaryIO) -> dict[str, object]:
    """Return what *request*, a line, asks for; the bytes of its picture may follow in *rest*."""
    try:
        facts = inspect(_content(json.loads(request), rest))
    except OSError as error:
        return {"unreadable": str(error)}
    except BadPicture as bad:
        return {"problem": bad.problem.value, "detail": bad.detail}
    return {"media_type": facts.media_type.value, "width": facts.width, "height": facts.height}


def serve() -> None:
    """Answer requests from standard input until it ends."""
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    answers.write(READY)
    answers.flush()
    for request in requests:
        answers.write(json.dumps(answer(request, requests)).encode() + b"\n")
        answers.flush()


def _content(request: dict[str, Any], rest: BinaryIO) -> bytes:
    if path := request.get("path"):
        return Path(path).read_bytes()
    return rest.read(request["size"])


if __name__ == "__main__":
    confine(int(sys.argv[1]))
    serve()
