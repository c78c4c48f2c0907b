"""A load client: booths that send photos over raw sockets.

``python -m tests.bench.client`` reads a plan as JSON from standard input and prints what came of
it. All that costs something is made before the first photo is sent. A photo's time goes from the
first byte sent to the last byte received; connecting is no part of it.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from attrs import asdict, define, field, frozen

from .lifetime import end_by_itself
from .manners import MANNERS
from .pings import pinging
from .wire import connected, new_buffer, read_answer

OK: Final = 200
_LONGEST: Final = 600


@frozen(kw_only=True)
class Plan:
    """What a client is to do.

    Attributes:
        manner: How the server is spoken to: a name of `MANNERS`.
        slot: Which slot photos are for.
        photo: A JPEG's file.
        first: The number of the first photo; no two photos of a measurement have the same.
        most: Photos sent at most, in all.
        clients: That send at the same time, each one photo after the other.
        each: Photos of each client in a wave; 0: as many as fit.
        seconds: After which none begins a photo any more.
        spread: Seconds over which the clients' beginnings are spread evenly.
        waves: How often all begin together.
        pings: Seconds from the first photo during which somebody else asks whether it lives.
    """

    port: int
    manner: str
    slot: str
    photo: str
    first: int
    most: int
    clients: int = 1
    each: int = 0
    seconds: float = 300.0
    spread: float = 0.0
    waves: int = 1
    pings: float = 0.0


@define
class Told:
    """What came of a plan.

    Attributes:
        times: Milliseconds of the photos that were answered with 200.
        statuses: How often each status came; 0: no answer.
        lengths: How often bodies of answers with 200 had so many bytes.
        seconds: From the first photo to the end of the last.
        pings: Milliseconds that each ping took.
        at_once: Photos that the provider had at the same time; the client cannot know.
    """

    times: list[float] = field(factory=list)
    statuses: Counter[str] = field(factory=Counter)
    lengths: Counter[str] = field(factory=Counter)
    seconds: float = 0.0
    pings: list[float] = field(factory=list)
    at_once: int = 0

    def note(self, status: int, length: int, seconds: float) -> None:
        """Note one answer."""
        self.statuses[str(status)] += 1
        if status == OK:
            self.lengths[str(length)] += 1
            self.times.append(seconds * 1000)


class Clients:
    """Those who send, each in a thread of its own."""

    def __init__(self, plan: Plan) -> None:
        self._plan, self._told = plan, Told()
        self._manner = MANNERS[plan.manner]
        photo = Path(plan.photo).read_bytes()
        form = self._manner.form(photo, slot=plan.slot, port=plan.port)
        numbers = range(plan.first, plan.first + plan.most)
        self._beginnings: Iterator[bytes] = iter([form.beginning(number) for number in numbers])
        self._rest = form.rest
        self._began = 0.0

    def run(self) -> Told:
        """Carry out the plan."""
        if not self._plan.pings:
            return self._sent_all()
        with pinging(self._plan.port, self._manner.alive, self._plan.pings) as pings:
            self._sent_all()
            self._told.pings = pings()
        return self._told

    def _sent_all(self) -> Told:
        began = time.perf_counter()
        for _ in range(self._plan.waves):
            self._began = time.perf_counter()
            threads = [
                threading.Thread(target=self._send_all, args=[number], daemon=True)
                for number in range(self._plan.clients)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        self._told.seconds = time.perf_counter() - began
        return self._told

    def _send_all(self, number: int) -> None:
        plan, buffer, sent = self._plan, new_buffer(), 0
        time.sleep(plan.spread * number / plan.clients)
        while (not plan.each or sent < plan.each) and self._is_time():
            beginning = next(self._beginnings, None)
            if beginning is None:
                return
            self._told.note(*self._sent(beginning, buffer))
            sent += 1

    def _is_time(self) -> bool:
        return time.perf_counter() - self._began < self._plan.seconds

    def _sent(self, beginning: bytes, buffer: bytearray) -> tuple[int, int, float]:
        try:
            with connected(self._plan.port) as connection:
                began = time.perf_counter()
                connection.sendall(beginning)
                connection.sendall(self._rest)
                answer = read_answer(connection, buffer)
                return *answer, time.perf_counter() - began
        except OSError:
            return 0, 0, 0.0


def main(words: Sequence[str]) -> None:
    """Carry out the plan of standard input."""
    end_by_itself(_LONGEST)
    print(json.dumps(asdict(Clients(Plan(**json.loads(words[0]))).run())))


if __name__ == "__main__":
    main([sys.stdin.read()])
