"""What a server and its workers hold: memory and descriptors, from /proc."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from attrs import frozen

from .process_tree import resident

_PROC = Path("/proc")
_WORKER = b"photochanger_adapters.images.worker"


@frozen(kw_only=True)
class Sample:
    """What is held so many seconds after the beginning.

    Attributes:
        server_mb: Resident memory of the server.
        workers_mb: The same of its workers together.
        descriptors: Open files, sockets and pipes of the server.
        worker_descriptors: The same of its workers together.
    """

    seconds: float
    server_mb: float
    workers_mb: float
    workers: int
    descriptors: int
    worker_descriptors: int

    def __str__(self) -> str:
        return (
            f"  {self.seconds:6.0f} s  server {self.server_mb:6.1f} MB {self.descriptors:4} open"
            f"  {self.workers} workers {self.workers_mb:6.1f} MB {self.worker_descriptors:4} open"
        )


def sample(server: int, seconds: float) -> Sample:
    """Look at the process *server* and at its workers."""
    workers = list(_workers(server))
    return Sample(
        seconds=seconds,
        server_mb=resident(server),
        workers_mb=sum(map(resident, workers)),
        workers=len(workers),
        descriptors=_descriptors(server),
        worker_descriptors=sum(map(_descriptors, workers)),
    )


def _workers(server: int) -> Iterator[int]:
    """Yield the workers among the children; the keeper of the database is no worker."""
    for children in _PROC.glob(f"{server}/task/*/children"):
        for pid in map(int, children.read_text().split()):
            if _WORKER in _command(pid):
                yield pid


def _descriptors(pid: int) -> int:
    try:
        return sum(1 for _ in (_PROC / str(pid) / "fd").iterdir())
    except FileNotFoundError:
        return 0  # a worker that has just been replaced


def _command(pid: int) -> bytes:
    try:
        return (_PROC / str(pid) / "cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""  # likewise
