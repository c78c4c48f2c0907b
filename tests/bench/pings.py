"""Somebody who asks every 20 ms whether a server lives.

``python -m tests.bench.pings PORT PATH SECONDS`` prints the milliseconds of each as JSON.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from .lifetime import end_by_itself
from .wire import PATIENCE, connected, new_buffer, read_answer

EVERY: Final = 0.02


def ping(port: int, path: str, seconds: float) -> list[float]:
    """Return the milliseconds that each ping took. One is under way at a time."""
    times, buffer = [], new_buffer()
    asked = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()
    end = time.perf_counter() + seconds
    with connected(port) as connection:
        while (began := time.perf_counter()) < end:
            connection.sendall(asked)
            read_answer(connection, buffer)
            took = time.perf_counter() - began
            times.append(took * 1000)
            time.sleep(max(0.0, EVERY - took))
    return times


@contextmanager
def pinging(port: int, path: str, seconds: float) -> Iterator[Callable[[], list[float]]]:
    """Ping from a process of its own; what is yielded waits for its end and tells the times."""
    words = (sys.executable, "-m", __name__, str(port), path, str(seconds))
    with subprocess.Popen(words, stdout=subprocess.PIPE) as process:  # noqa: S603 - this file

        def times() -> list[float]:
            told: list[float] = json.loads(process.communicate(timeout=PATIENCE)[0] or "[]")
            return told

        try:
            yield times
        finally:
            process.kill()


if __name__ == "__main__":
    end_by_itself(600)
    print(json.dumps(ping(int(sys.argv[1]), sys.argv[2], float(sys.argv[3]))))
