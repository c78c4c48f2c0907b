"""What a process and its children take, as Linux tells it in `/proc`."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from attrs import define, frozen

_TICK: Final = 1000 / os.sysconf("SC_CLK_TCK")
_PAGE: Final = os.sysconf("SC_PAGE_SIZE") / 1e6
_GONE: Final = (FileNotFoundError, ProcessLookupError)
_SAMPLED: Final = 0.02

_UTIME, _NICE = 11, 16
"""Places in `/proc/…/stat`, counted behind the name; four times follow one another."""


@frozen(kw_only=True)
class Taken:
    """Processor time in milliseconds: of what gives way to its ancestor, and of the rest."""

    ordinary: float
    yielding: float

    @property
    def all(self) -> float:
        """Of all processes."""
        return self.ordinary + self.yielding

    def since(self, earlier: Taken) -> Taken:
        """Return what was taken after *earlier*."""
        return Taken(
            ordinary=self.ordinary - earlier.ordinary, yielding=self.yielding - earlier.yielding
        )


def family(pid: int) -> Iterator[int]:
    """Yield a process and all that descend from it."""
    yield pid
    with suppress(*_GONE):
        for told in Path(f"/proc/{pid}/task").glob("*/children"):
            for child in told.read_text().split():
                yield from family(int(child))


def taken(pid: int) -> Taken:
    """Return the processor time of a process and all that descend from it, also of the dead."""
    sums, niceness = {False: 0.0, True: 0.0}, os.getpriority(os.PRIO_PROCESS, pid)
    for member in family(pid):
        with suppress(*_GONE):
            fields = Path(f"/proc/{member}/stat").read_text().rpartition(")")[2].split()
            ticks = sum(map(int, fields[_UTIME : _UTIME + 4]))
            sums[int(fields[_NICE]) > niceness] += ticks * _TICK
    return Taken(ordinary=sums[False], yielding=sums[True])


def resident(pid: int) -> float:
    """Return the resident memory of one process, in MB; 0 if it has ended."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE
    except _GONE:
        return 0.0


@define
class Memory:
    """Resident memory in MB: of a process, and of all that descend from it, too."""

    alone: float = 0.0
    family: float = 0.0

    @classmethod
    def of(cls, pid: int) -> Memory:
        """Return how much it is now. What processes share counts for each."""
        return cls(resident(pid), sum(map(resident, family(pid))))


@contextmanager
def peak_memory(pid: int) -> Iterator[Memory]:
    """Watch the memory of a process; what is yielded holds the peaks when this is left."""
    peak, done = Memory(), threading.Event()

    def watch() -> None:
        while not done.wait(_SAMPLED):
            now = Memory.of(pid)
            peak.alone = max(peak.alone, now.alone)
            peak.family = max(peak.family, now.family)

    watching = threading.Thread(target=watch, daemon=True)
    watching.start()
    try:
        yield peak
    finally:
        done.set()
        watching.join()


def wait_until_quiet(pid: int, seconds: float = 30.0) -> None:
    """Wait until a process and its descendants do next to nothing for a moment."""
    end = time.perf_counter() + seconds
    before = taken(pid).all
    while time.perf_counter() < end:
        time.sleep(0.4)
        now = taken(pid).all
        if now - before <= _TICK:
            return
        before = now
