"""Where memory is taken from, and who looks through it."""

from __future__ import annotations

import platform
import subprocess
import sys
from typing import Final

import pytest

SCRIPT: Final = """
import sys, threading
from pathlib import Path
from photochanger_adapters.system.heap import share_heap

if sys.argv[1:]:
    share_heap()
found = []
thread = threading.Thread(target=lambda: found.append(bytes(100_000)))
thread.start()
thread.join()
for line in Path("/proc/self/maps").read_text().splitlines():
    if line.endswith("[heap]"):
        start, end = (int(bound, 16) for bound in line.split()[0].split("-"))
        print(start <= id(found[0]) < end)
"""
"""Says whether what another thread made lies in the heap of the first; an id is an address."""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="others share out memory otherwise")
@pytest.mark.parametrize("words, said", [([], "False"), (["share"], "True")])
def test_threads_share_a_heap_when_told_to(words: list[str], said: str) -> None:
    done = subprocess.run(  # noqa: S603 - ourselves
        [sys.executable, "-c", SCRIPT, *words], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == [said]


SETTLED: Final = """
import gc, weakref
from photochanger_adapters.system.heap import settle_heap

class Circle:
    def __init__(self):
        self.me = self

lost, kept = weakref.ref(Circle()), Circle()
settle_heap()
print(lost() is None, any(one is kept for one in gc.get_objects()), gc.get_freeze_count() > 0)
"""
"""Says whether garbage is gone, and what is left still looked through."""


def test_what_has_settled_is_not_looked_through_again() -> None:
    done = subprocess.run(  # noqa: S603 - ourselves
        [sys.executable, "-c", SETTLED], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["True", "False", "True"]
