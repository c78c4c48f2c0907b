"""Whether a server that has worked for a while holds more than before.

``python -m tests.bench.soak [--minutes N] [--photos-a-minute N] [--json FILE]`` runs a server with
its built-in database and a stand-in for Gemini under mixed load, looks every five seconds at the
memory and the descriptors of the server and its workers, and prints how they have grown since the
first fifth of the time was over: until then caches fill, and what is needed once is loaded.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from attrs import asdict

from tests.e2e.parts import Service, running_service
from tests.embedded_server import scratch

from .load import Load
from .records import Row, add_json, write
from .sampling import Sample, sample

_EVERY: Final = 5.0
_WARM_UP: Final = 0.2
_COMPARED: Final = 0.1
"""Of what comes after warming up so much is taken at each end, as the median of that."""

_PROVIDER_SECONDS: Final = 1.0

_GOALS: Final[Mapping[str, Callable[[Sample], float]]] = {
    "server_mb": lambda one: one.server_mb,
    "workers_mb": lambda one: one.workers_mb,
    "descriptors": lambda one: one.descriptors,
    "worker_descriptors": lambda one: one.worker_descriptors,
}


async def soaked(service: Service, minutes: float, photos: float) -> tuple[list[Sample], Load]:
    """Put the server under load and look at it until the time is over."""
    load, samples = Load(service=service, photos_a_minute=photos), list[Sample]()
    began = time.monotonic()
    async with load.running():
        while (passed := time.monotonic() - began) < minutes * 60:
            samples.append(sample(service.server.pid, passed))
            print(samples[-1], flush=True)
            await asyncio.sleep(_EVERY)
    return samples, load


def growth(samples: Sequence[Sample]) -> list[Row]:
    """Return what is held after warming up and at the end, and by what share that has grown."""
    warm = samples[int(len(samples) * _WARM_UP) :]
    compared = max(1, int(len(warm) * _COMPARED))
    rows = list[Row]()
    for name, of in _GOALS.items():
        first = statistics.median(map(of, warm[:compared]))
        last = statistics.median(map(of, warm[-compared:]))
        share = (last - first) / first if first else 0.0
        rows.append({"kind": "growth", "name": name, "first": first, "last": last, "share": share})
    return rows


def show(rows: Sequence[Row], load: Load) -> None:
    """Print what has come of it."""
    for row in rows:
        print(f"  {row['name']:20} {row['first']:8.1f} -> {row['last']:8.1f}  {row['share']:+.1%}")
    print("  " + ", ".join(f"{what}: {number}" for what, number in sorted(load.answers.items())))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--photos-a-minute", type=float, default=60)
    add_json(parser)
    return parser.parse_args()


def main() -> None:
    """Run a server, put it under load, print and write what was seen."""
    wanted = _arguments()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with scratch(folder / "var" / "postgres"), running_service(folder) as service:
            service.behave(delay_seconds=_PROVIDER_SECONDS)
            samples, load = asyncio.run(soaked(service, wanted.minutes, wanted.photos_a_minute))
    rows = growth(samples)
    show(rows, load)
    answers: Row = {"kind": "answers", "name": "answers", **load.answers}
    seen = [{"kind": "sample", "name": "sample", **asdict(one)} for one in samples]
    write(wanted, "soak", [*rows, answers, *seen])


if __name__ == "__main__":
    main()
